//! Layer **run**: what makes a run go.
//!
//! ```text
//!           ┌───────────── world ──────────────┐
//!  spawn ─► │ tasks   ready queue   timers     │ ◄─ handles hold ids, state lives here
//!           │ door (draws)   recorder (trace)  │
//!           └───▲────────────────┬─────────────┘
//!        record │                │ draw: which ready task next
//!               │                ▼
//!               └──── poll one task, nothing borrowed
//! ```
//!
//! [`context`] is the one thread-local: it lets a handle find the world. [`world`] owns all state.
//! [`step`] is the loop above. [`cell`] holds one task's future, behind a fence of `unsafe`.
//! [`tasks`] is the table of tasks, [`resources`] that of locks and channels, [`waits`] that of operations that cannot go on.
//! [`door`] answers draws, [`panics`] catches what user code throws.
//!
//! What was wrong is said by [`verdict`] at the end; of tasks that wait for ever by [`stuck`], which reads the wait-for
//! [`graph`]; of what takes too long by [`overdue`]; of tasks that nobody polls by [`starved`].

#[allow(unsafe_code)]
pub(crate) mod cell;
pub(crate) mod context;
pub(crate) mod door;
pub(crate) mod graph;
pub(crate) mod overdue;
pub(crate) mod panics;
pub(crate) mod resources;
pub(crate) mod starved;
pub(crate) mod step;
pub(crate) mod stuck;
pub(crate) mod tasks;
pub(crate) mod verdict;
pub(crate) mod waits;
pub(crate) mod world;
