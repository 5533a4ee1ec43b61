//! Reweave and its peers at the same work, side by side.
//!
//! A *workload* ([`workloads`], one file each, named as the project's tables name them: `w1` …) is a small async
//! program written once, against the [`Contestant`] trait. A *contestant* ([`contestants`]) is a runtime: Reweave, a
//! peer, or the [`floor`](contestants::floor), the least that any runtime has to do. A *case* ([`cases`]) is a workload
//! at one number of tasks, with the sizes at which it is measured. So a new peer is one file and a line in the tables
//! of the workloads it can do; a new workload is one file and its cases.
//!
//! ```text
//!   contestants/floor.rs ─┐
//!   contestants/tokio.rs ─┤ trait Contestant     workloads/w1.rs ─┐
//!           …            ─┴────────────────────▶ workloads/w2.rs ─┴▶ cases.rs ──▶ the `table` command (main.rs)
//! ```
//!
//! Measuring, running children and drawing tables is the business of the binary, not of this library.

pub mod bugs;
pub mod cases;
pub mod contestants;
pub mod memory;
pub mod size;
pub mod workloads;

pub use contestants::Contestant;
pub use size::{Done, Size};
