//! What is off unless a feature asks for it, all features at once.

#[path = "../any_schedule.rs"]
mod any_schedule;
mod log;
mod strategies;
mod tokio_io;
mod workloads;
