//! What the engine promises: a run is determined by its draws, is told truthfully, and survives whatever code it runs.
//!
//! ```text
//!   builtins    the strategies that come with Reweave do what they say
//!   edits       kept tapes find their bug again in a program that was edited
//!   exports     the run in the forms of other tools: Perfetto, ShiViz, GraphViz
//!   faults      faults as a plan: what a seed draws of them, and whether the program recovers
//!   findings    every kind of finding: when it is reported, in which words, and when it is not
//!   happened    what a report says happened
//!   hostile     code under test that does its worst
//!   lanes       what happened, in columns: marks, arrows, widths, and as data
//!   merged      explorations of parts of the seeds, put together
//!   replay      same draws, same run
//!   reports     what the report of a run says of its schedule, and where nothing was found
//!   schema      the JSON form follows docs/trace.schema.json
//!   shrink      a failing run becomes the least that fails in the same way
//!   strategies  a strategy of the user's, over what is public
//!   threads     other tasks between two statements of one
//!   timeline    the page of a run: its data, and that nothing in it is markup
//!   trace       the trace as text and JSON, differences, the terminal
//!   watched     accesses to watched values, on traces and for strategies
//!   workloads   random workloads: what is drawn, and that it shrinks with the schedule
//! ```

mod builtins;
mod costs;
mod edits;
mod excerpt;
mod exports;
mod faults;
mod findings;
mod happened;
mod hostile;
mod lanes;
mod merged;
mod properties;
mod replay;
mod reports;
mod schema;
mod screen;
mod shrink;
mod strategies;
mod threads;
mod timeline;
mod trace;
mod watched;
mod workloads;
