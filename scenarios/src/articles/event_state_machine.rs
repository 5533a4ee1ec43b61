//! Tasks that wait, written by hand as state machines.
//!
//! Each task is begun by an A, then waits for a B, then for a C. There is no `async` in a task: it is a
//! struct that remembers what it waits for, and a method for each event.
//!
//! ```text
//!   AwaitingA ──A──► AwaitingB ──B──► AwaitingC ──C──► Done
//! ```
//!
//! An event goes to the oldest task that waits for it. It works, any number of tasks can be open, and
//! the story of one task is spread over three methods. [`event_coroutines`](super::event_coroutines)
//! tells it in one.

use reweave::io::stdin;
use reweave::println;

use super::prompt::prompt;
use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "event_state_machine",
    gallery: Gallery::Articles,
    summary: "tasks that wait for A, B and C are state machines written by hand",
    bug: None,
    original: || program(app()),
    fixed: None,
    configure: |sim| sim.stdin(["A", "A", "A", "B", "B", "C", "C", "B", "C"]),
};

/// What a task waits for.
#[derive(Clone, Copy, PartialEq)]
enum State {
    AwaitingA,
    AwaitingB,
    AwaitingC,
    Done,
}

struct Task {
    id: usize,
    state: State,
}

impl Task {
    /// Hands the task an event; `true` if it waited for that one.
    fn process(&mut self, event: &str) -> bool {
        match (self.state, event) {
            (State::AwaitingA, "A") => self.process_a(),
            (State::AwaitingB, "B") => self.process_b(),
            (State::AwaitingC, "C") => self.process_c(),
            _ => return false,
        }
        true
    }

    fn process_a(&mut self) {
        println!("{} Processing event A, blocking on B", self.id);
        self.state = State::AwaitingB;
    }

    fn process_b(&mut self) {
        println!("{} Processing event B, blocking on C", self.id);
        self.state = State::AwaitingC;
    }

    fn process_c(&mut self) {
        println!("{} Processing event C, task done", self.id);
        self.state = State::Done;
    }
}

async fn app() {
    let (mut tasks, mut begun) = (Vec::new(), 0);
    let mut input = stdin();
    loop {
        println!("Task queue size {}", tasks.len());
        let Some(event) = prompt(&mut input).await else {
            return;
        };
        if event == "A" {
            tasks.push(Task {
                id: begun,
                state: State::AwaitingA,
            });
            begun += 1;
        }
        let took_it = tasks.iter_mut().position(|task| task.process(&event));
        if let Some(at) = took_it.filter(|&at| tasks[at].state == State::Done) {
            tasks.remove(at);
        }
    }
}
