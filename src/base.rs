//! Layer **base**: what the rest is written in.
//!
//! Plain data without a run around it: [seeded generators](prng), [task numbers and paths](ids), [hashes](path) of these, virtual
//! [durations](span), the [hash] of a run, [places](place) in the source, the kinds of [resource], operation and want, Unix [signals](signal), what of shared state is
//! [touched], and numbers of things in words.

pub(crate) mod chance;
pub(crate) mod count;
pub mod fault;
pub mod hash;
pub mod ids;
pub(crate) mod path;
pub mod place;
pub mod prng;
pub mod resource;
pub(crate) mod sha256;
pub(crate) mod short;
pub mod signal;
pub mod span;
pub mod touched;
