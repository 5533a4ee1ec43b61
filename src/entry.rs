//! Layer **entry**: behind the attributes, and the environment.
//!
//! A [`mod@test`] makes its runs as attribute and [`environment`] say. What takes the process down leaves no report: the [`watchdog`] speaks
//! of a poll that never returns, and the file of [`running`] seeds of the rest, by way of a [`child`] process. Both hear of the
//! runs by a [`witness`]. The [`regressions`] are failing runs that are kept, and made first. What [`parts`] of the seeds
//! came to, run apart, is judged together.

pub mod attributes;
pub mod built;
mod child;
mod circumstances;
mod command;
#[allow(unsafe_code)]
mod debugger;
pub mod environment;
mod files;
mod fresh;
#[allow(unsafe_code)]
pub mod interrupt;
mod kept;
mod lines;
pub mod options;
mod pace;
mod parts;
mod process;
mod progress;
mod regressions;
mod rehearsal;
mod replayed;
pub mod returned;
mod running;
mod runs;
mod shell;
mod target;
pub mod test;
mod told;
mod unknown;
mod watchdog;
mod which;
pub mod witness;
