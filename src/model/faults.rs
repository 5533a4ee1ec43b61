//! Faults as a plan: which kinds a run may meet, how often, and when they end.
//!
//! ```text
//!            start                    calm
//!  ──────────┼────────────────────────┼──────────────────────────► virtual time
//!   nothing  │  faults strike, last,  │  what is in force is healed;
//!   happens  │  and are healed        │  nothing strikes any more
//! ```
//!
//! The description in [`plan`] is the user's, and [`parse`] its grammar; a seed draws from it which kinds its run meets and how
//! strongly. What then is to happen next is in [`storm`], and who waits for progress in [`promises`].

pub mod given;
pub mod parse;
pub mod plan;
pub(crate) mod promises;
pub(crate) mod storm;
