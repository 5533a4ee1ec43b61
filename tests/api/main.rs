//! What user code calls, each part as tokio has it or as its own documentation says.
//!
//! One binary for all of it: every integration test that is a binary of its own is linked with the whole crate again.

mod claims;
mod entry;
mod hosts;
mod io;
mod macros;
mod process;
mod signals;
mod sync;
mod task;
mod time;
mod traits;
mod watched;
