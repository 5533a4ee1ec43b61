//! Layer **entry**: what stands behind the attributes, and the environment variables.

pub mod built;
mod command;
pub mod environment;
mod fresh;
mod rehearsal;
mod replayed;
mod shell;
pub mod test;
