//! Hosts: their tasks, their crashes, and what comes after.

mod bad_input;
mod clocks;
mod crashing;
mod dead;
mod itself;
mod many;
mod panics;
mod paths;
mod pausing;
mod restarting;
mod silence;
