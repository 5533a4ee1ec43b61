//! Processes of the operating system, refused. Shaped as `tokio::process`.
//!
//! No seed decides what another program does, or when: so there is none in a simulation. Code that starts one compiles, so that the rest of its crate
//! can be tested; whoever starts it gets an error of kind `Unsupported` that says so.
//!
//! What the other process would be is a [host](mod@crate::host) here, with a function of the user's on it, which is spoken to over the
//! [network](crate::net).
//!
//! ```
//! use reweave::io::ErrorKind;
//! use reweave::process::Command;
//!
//! # reweave::Sim::new().run(async {
//! let error = Command::new("git").arg("status").output().await.unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::Unsupported);
//! # }).unwrap();
//! ```

mod child;
mod command;

pub use child::{Child, ChildStderr, ChildStdin, ChildStdout};
pub use command::Command;
