//! The smallest event loop: wait for an event, handle it, wait again.
//!
//! Events are letters typed by the user. Asking for one is the only thing that ever waits, so nothing
//! else is needed: no tasks, no state. [`event_state_machine`](super::event_state_machine) is what
//! becomes of this when handling an event has to wait as well.

use reweave::io::stdin;
use reweave::println;

use super::prompt::prompt;
use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "event_loop",
    gallery: Gallery::Articles,
    summary: "events typed by the user are dispatched to functions",
    bug: None,
    original: || program(app()),
    fixed: None,
    configure: |sim| sim.stdin(["A", "B", "C"]),
};

async fn app() {
    let mut input = stdin();
    while let Some(event) = prompt(&mut input).await {
        match event.as_str() {
            "A" => process_a(),
            "B" => process_b(),
            "C" => process_c(),
            _ => {}
        }
    }
}

fn process_a() {
    println!("Processing event A");
}

fn process_b() {
    println!("Processing event B");
}

fn process_c() {
    println!("Processing event C");
}
