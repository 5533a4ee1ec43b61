//! Layer **explore**: from one run to many.
//!
//! [`one`] makes a run; [`sim`] is one run as a user asks for it, by what was [`chosen`] and with [`settings`], [`explore`] many of them, and [`outcome`] what a run gives back.
//! The code under test is [`tested`], whatever its type. What is [`asked`] of an exploration is done by [`worker`]s, one a thread. Which runs it makes is decided by its [`seeds`], or by a
//! [`systematic`] or [`guided`] search, which says how far it got as [`searched`]; who answers their draws by a [`strategy_of`]; what a strategy
//! knows beforehand comes from [`calibration`]; that runs repeat is checked by [`repeat`]. Its [`threads`] have [`shared`], with the
//! [`sightings`]; by their [`marks`] runs are known that need not be recorded. What all runs came to is added up [`in_order`] and told in [`figures`], with the number of
//! distinct [`schedules`], by the [`properties`] that held in some run, and by the [`targets`] that were reached; its [`conclusion`] is a close look
//! at what was found. Explorations of seeds that follow each other [`merge`] into one.
//!
//! A run that fails is [`explain`]ed: by [`trials`] of edited tapes it is [`shrink`]ed, and its [`turning`] point is found; how far that is, is told as [`shrinking`]. One that was kept
//! is looked for [`again`] in a program that was edited.

mod again;
pub(crate) mod asked;
mod calibration;
mod chosen;
mod conclusion;
pub(crate) mod explain;
pub(crate) mod explanation;
pub mod exploration;
#[allow(
    clippy::module_inception,
    reason = "the layer is called after what it does"
)]
pub mod explore;
pub mod figures;
mod guided;
mod in_order;
mod marks;
mod meanwhile;
pub mod merge;
pub(crate) mod one;
pub mod outcome;
pub mod progress;
pub mod properties;
mod repeat;
mod sample;
pub mod schedules;
pub mod searched;
mod seeds;
mod settings;
mod shared;
mod shrink;
pub mod shrinking;
mod sightings;
pub mod sim;
mod strategy_of;
pub(crate) mod systematic;
pub mod targets;
pub(crate) mod tested;
mod threads;
mod trials;
mod turning;
mod worker;
