//! Layer **kernel**: tasks, time, and who is ready.
//!
//! ```text
//!   home ◄─ scope ◄─ task ◄─ tasks ◄─ kernel
//!   requests  what a    header  the      time, the ready queue, timers,
//!   of other  poll may  and     table    the current task, the phase
//!   threads   look at   trait
//! ```

mod discards;
pub(crate) mod home;
#[allow(
    clippy::module_inception,
    reason = "the layer is called after its main type"
)]
pub(crate) mod kernel;
pub(crate) mod moment;
pub(crate) mod operations;
pub(crate) mod phase;
pub(crate) mod preemption;
mod row;
pub(crate) mod scope;
mod sites;
#[allow(
    unsafe_code,
    reason = "what is unsafe is declared here, and done in `run::cell`"
)]
pub(crate) mod task;
pub(crate) mod tasks;
pub(crate) mod timer;
