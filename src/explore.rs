//! Layer **explore**: from one run to many.
//!
//! [`one`] makes a run; [`sim`] is one run as a user asks for it, [`explore`] many of them, and [`outcome`] what a run gives back.
//! Which runs an exploration makes is decided by a [`search`]; what a strategy knows beforehand comes from
//! [`calibration`]; that runs repeat is checked by [`repeat`].

mod calibration;
#[allow(
    clippy::module_inception,
    reason = "the layer is called after what it does"
)]
pub mod explore;
mod marks;
pub(crate) mod one;
pub mod outcome;
mod repeat;
mod search;
pub mod sim;
