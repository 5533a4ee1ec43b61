//! Layer **run**: one run, put together from the layers below, and the loop that moves it on.
//!
//! ```text
//!   context ──► state ──► kernel, chooser, journal, observer, models
//!      ▲          ▲
//!     cell ◄─── step ───► end
//!   a task's    the loop   what the end shows
//!   future
//! ```
//!
//! [`context`] is the one thread-local: it lets a handle find the run. [`state`] is all that a run consists of, made anew for
//! each. [`step`] is the loop; [`cell`] holds one task's future, behind a fence of `unsafe`. [`limits`] says when the loop looks
//! up, [`models`] what happens when no task is ready, [`suspicion`] whether a run that was not recorded is worth being made
//! again, [`pending`] what tasks are about to do; [`poll`] polls one of them, and [`overtake`] another on top of it; [`panics`] catches what user code throws, and [`hook`] hears of it first.
//! [`hosts`] starts hosts, and drops the tasks of those that die; [`signals`] are sent to them. [`underway`] is what other threads may know of a run, and [`last_words`] what is said when there will be no report.

mod aside;
mod caught;
#[allow(unsafe_code)]
pub(crate) mod cell;
pub(crate) mod context;
mod costs;
mod deferred;
mod draws;
mod end;
mod faults;
pub(crate) mod hook;
pub(crate) mod hosts;
pub(crate) mod last_words;
mod limits;
mod made;
mod models;
pub(crate) mod names;
mod next;
pub(crate) mod overtake;
pub(crate) mod panics;
mod pending;
mod poll;
pub(crate) mod properties;
pub(crate) mod setup;
mod signals;
#[cfg(feature = "tracing")]
mod spans;
pub(crate) mod spawn;
pub(crate) mod state;
pub(crate) mod step;
pub(crate) mod suspicion;
pub(crate) mod targets;
mod terminal;
mod told;
mod turns;
pub(crate) mod underway;
mod values;
pub(crate) mod verdict;
mod view;
pub(crate) mod workload;
