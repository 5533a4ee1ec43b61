//! The same tasks as coroutines: one `async fn` tells the whole story of a task.
//!
//! Where [`event_state_machine`] has a struct, a state and three methods,
//! here a task prints, awaits a B, prints, awaits a C, prints. The compiler writes the state machine.
//! What is typed and what is printed is the same, byte for byte.
//!
//! Waiting tasks stand in two lines at a `Desk`, one for each letter. Whoever hands out an event then
//! waits until the desk is *quiet*, that is, until every task stands in a line again or is done; so
//! the transcript is the same under every schedule.
//!
//! Open tasks cost memory and nothing else: [`crowd`] opens as many as one likes.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use reweave::io::stdin;
use reweave::println;
use reweave::task::spawn_local;

use super::event_state_machine;
use super::prompt::prompt;
use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "event_coroutines",
    gallery: Gallery::Articles,
    summary: "the same tasks, each one async fn that awaits B and then C",
    bug: None,
    original: || program(app()),
    fixed: None,
    configure: event_state_machine::SCENARIO.configure,
};

/// A task that stands in line.
struct Waiting {
    called: Cell<bool>,
    waker: Waker,
}

/// Where tasks wait for letters.
#[derive(Default)]
struct Desk {
    for_b: RefCell<VecDeque<Rc<Waiting>>>,
    for_c: RefCell<VecDeque<Rc<Waiting>>>,
    /// Tasks that are neither in a line nor done.
    busy: Cell<usize>,
    /// Whoever waits for the desk to be quiet.
    watcher: Cell<Option<Waker>>,
}

impl Desk {
    /// How many tasks stand in line.
    fn waiting(&self) -> usize {
        self.for_b.borrow().len() + self.for_c.borrow().len()
    }

    /// Begins a task.
    fn begin(self: &Rc<Self>, id: usize) {
        self.busy.set(self.busy.get() + 1);
        spawn_local(coroutine(self.clone(), id));
    }

    /// Waits in a line until it is this task's turn.
    async fn stand_in(&self, line: &RefCell<VecDeque<Rc<Waiting>>>) {
        let mut place: Option<Rc<Waiting>> = None;
        poll_fn(|cx| match &place {
            Some(place) if place.called.get() => Poll::Ready(()),
            Some(_) => Poll::Pending,
            None => {
                let mine = Rc::new(Waiting {
                    called: Cell::new(false),
                    waker: cx.waker().clone(),
                });
                line.borrow_mut().push_back(mine.clone());
                place = Some(mine);
                self.leave();
                Poll::Pending
            }
        })
        .await;
    }

    /// Calls the first in a line.
    fn call(&self, line: &RefCell<VecDeque<Rc<Waiting>>>) {
        let Some(first) = line.borrow_mut().pop_front() else {
            return;
        };
        self.busy.set(self.busy.get() + 1);
        first.called.set(true);
        first.waker.wake_by_ref();
    }

    /// A task went to stand in line, or is done.
    fn leave(&self) {
        self.busy.set(self.busy.get() - 1);
        if self.busy.get() == 0
            && let Some(watcher) = self.watcher.take()
        {
            watcher.wake();
        }
    }

    /// Waits until every task stands in a line or is done.
    async fn quiet(&self) {
        poll_fn(|cx| {
            if self.busy.get() == 0 {
                return Poll::Ready(());
            }
            self.watcher.set(Some(cx.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}

async fn coroutine(desk: Rc<Desk>, id: usize) {
    println!("{id} Processing event A, blocking on B");
    desk.stand_in(&desk.for_b).await;
    println!("{id} Processing event B, blocking on C");
    desk.stand_in(&desk.for_c).await;
    println!("{id} Processing event C, task done");
    desk.leave();
}

async fn app() {
    let (desk, mut begun) = (Rc::new(Desk::default()), 0);
    let mut input = stdin();
    loop {
        println!("Task queue size {}", desk.waiting());
        let Some(event) = prompt(&mut input).await else {
            return;
        };
        match event.as_str() {
            "A" => {
                desk.begin(begun);
                begun += 1;
            }
            "B" => desk.call(&desk.for_b),
            "C" => desk.call(&desk.for_c),
            _ => {}
        }
        desk.quiet().await;
    }
}

/// Opens this many tasks, calls `at_peak` while all of them wait for a B, and sees them to their end.
/// Returns how many waited then.
pub async fn crowd(tasks: usize, at_peak: impl FnOnce()) -> usize {
    let desk = Rc::new(Desk::default());
    (0..tasks).for_each(|id| desk.begin(id));
    desk.quiet().await;
    let waited = desk.waiting();
    at_peak();
    for line in [&desk.for_b, &desk.for_c] {
        (0..tasks).for_each(|_| desk.call(line));
        desk.quiet().await;
    }
    waited
}
