//! Layer **record**: what happened.
//!
//! A run is told [facts](fact); its [events](event) go into a [journal] that is hashed as it grows, and are shown as a
//! [trace]: text for snapshots, of the whole or of an [excerpt], or [JSON lines](json). What was wrong with it are [findings](finding), each with a typed
//! [detail] and a [signature]. A [diff] shows where two runs part.

pub mod detail;
pub mod diff;
mod ends;
pub mod event;
pub mod excerpt;
pub(crate) mod fact;
pub mod finding;
mod identity;
pub(crate) mod journal;
pub mod json;
pub mod kind;
pub(crate) mod names;
mod paths;
pub mod resource;
mod roots;
pub mod signature;
pub mod spin;
pub(crate) mod stop;
pub mod trace;
pub mod waiting;
