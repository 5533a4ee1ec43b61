//! Layer **explore**: from one run to many.
//!
//! [`sim`] is one run, [`explore`] many of them.

pub mod explore;
pub mod run;
pub mod sim;
