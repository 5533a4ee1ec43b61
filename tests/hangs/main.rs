//! Whatever takes the process down, or never comes back, leaves seed and replay line: on the terminal at once, or by the next run.
//!
//! A table of ways to go down, and of ways to run tests; each cell runs this very binary again, in which one test does nothing
//! unless it is told to go down. It takes minutes, for a hang is told after five seconds:
//! `cargo test -p reweave-tests --test hangs`.

mod going_down;
#[cfg(unix)]
#[path = "../interrupts.rs"]
mod interrupts;
mod table;
