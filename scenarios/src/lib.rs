//! Programs with the classic bugs of async code, for Reweave to find, and the same without.
//!
//! ```text
//!   registry.rs        the list of them all
//!   scenario.rs        what a scenario is: a name, a program, its fixed twin, the finding to expect
//!   lines.rs           the protocol of those on the network: a line is asked, and a line is answered
//!   articles/          gallery A: the programs with which five articles teach coroutines
//!   classics/          gallery B: the bugs that every async code base meets sooner or later
//!   field/             gallery C: bugs that were met in the wild, written anew from reports of them
//!   bin/               `cargo run --release -- hunt`, `run`, `replay`, `trace`, `diff`
//! ```
//!
//! One scenario is one file. Its header tells the story and names the bug; below stand the program
//! as one finds it and, if there is a bug, the program as it should be.
//!
//! ```
//! use reweave_scenarios::{Twin, registry};
//!
//! let cake = registry::find("bake_cake").unwrap();
//! let run = cake.run(Twin::Original, cake.sim().seed(7));
//! assert!(run.stdout().ends_with("Cake is ready and Frosting is ready.\n"));
//! ```

#![forbid(unsafe_code)]

pub mod articles;
pub mod classics;
pub mod field;
mod lines;
pub mod registry;
mod scenario;

pub use scenario::{Gallery, Program, Scenario, Twin, program};
