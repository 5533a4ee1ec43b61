//! When the tasks of a [`LocalSet`](super::LocalSet) may run.
//!
//! In tokio, a poll of the set polls its tasks: 61 times at the most, and a task that is woken later waits for the next
//! poll of the set. So one that nobody polls any more stands still. Here its tasks are drawn as all others are; and a poll of
//! the set begins a *round*, in which as many polls of them pass, at the same virtual time. A task that is drawn when no round
//! is under way parks, and wakes whoever drives the set, who may begin another.
//!
//! ```text
//!   poll of the set ──► round: 61 polls ──► used up, or time passes ──► no round
//!          ▲                                                               │ a task is drawn: it parks
//!          └──────────────── the driver's task is woken ◄──────────────────┘
//! ```

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::Waker;

use crate::base::touched::{self, Shared};
use crate::run::context;

/// How many polls a round has at the most; tokio's figure.
const MOST_POLLS: u32 = 61;

/// What a poll of the set lets its tasks do.
#[derive(Clone, Copy, Default)]
struct Round {
    /// The polls that are left.
    polls: u32,
    /// When it began. It is over when time has passed.
    at: Option<u64>,
}

/// See the top of this file.
#[derive(Default)]
pub(super) struct Rounds {
    round: Cell<Round>,
    /// How many rounds have begun.
    begun: Cell<u64>,
    /// The futures that drive the set at present, each with a number and its task's waker. That is shared, for to clone it may
    /// be code of the user's, which must not run while this is borrowed.
    drivers: RefCell<Vec<(u64, Rc<Waker>)>>,
    /// How many there have been.
    driven: Cell<u64>,
    /// The wakers of tasks that were drawn when no round was under way. They are woken when one begins.
    parked: Cell<Vec<Waker>>,
}

impl Rounds {
    /// Somebody polls the set.
    fn begin(&self) {
        touched::touch(Shared::Everything);
        self.round.set(Round {
            polls: MOST_POLLS,
            at: now(),
        });
        self.begun.set(self.begun.get() + 1);
        self.parked.take().into_iter().for_each(Waker::wake);
    }

    /// Whether a task of the set may be polled now; counts the poll if so. If not, it is woken when it may, and drivers are
    /// woken now. The task keeps since which round it waits, so that it is parked once however often it is woken.
    pub(super) fn takes_turn(&self, waker: &Waker, since: &mut Option<u64>) -> bool {
        touched::touch(Shared::Everything);
        let Round { polls, at } = self.round.get();
        if polls > 0 && at == now() {
            let polls = polls - 1;
            self.round.set(Round { polls, at });
            return true;
        }
        let begun = Some(self.begun.get());
        if std::mem::replace(since, begun) != begun {
            let waker = waker.clone();
            let mut parked = self.parked.take();
            parked.push(waker);
            self.parked.set(parked);
        }
        let drivers: Vec<_> = self.drivers.borrow().iter().cloned().collect();
        drivers.iter().for_each(|(_, waker)| waker.wake_by_ref());
        false
    }
}

/// Virtual time, in a run.
fn now() -> Option<u64> {
    context::try_with(|cx| cx.run().now())
}

/// A future that drives the set, until it is dropped.
pub(super) struct Driver {
    rounds: Rc<Rounds>,
    number: u64,
}

impl Driver {
    pub(super) fn new(rounds: &Rc<Rounds>) -> Driver {
        let number = rounds.driven.get();
        rounds.driven.set(number + 1);
        Driver {
            rounds: rounds.clone(),
            number,
        }
    }

    /// It is polled, with this waker: whom to wake when a task of the set is ready.
    pub(super) fn register(&self, waker: &Waker) {
        let new = (self.number, Rc::new(waker.clone()));
        let mut drivers = self.rounds.drivers.borrow_mut();
        let known = drivers
            .iter_mut()
            .find(|(number, _)| *number == self.number);
        let old = match known {
            Some(known) => Some(std::mem::replace(known, new)),
            None => {
                drivers.push(new);
                None
            }
        };
        // The borrow ends before a waker is dropped.
        drop(drivers);
        drop(old);
    }

    /// It lets the tasks run.
    pub(super) fn begin_round(&self) {
        self.rounds.begin();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let mut drivers = self.rounds.drivers.borrow_mut();
        let at = drivers
            .iter()
            .position(|(number, _)| *number == self.number);
        let own = at.map(|at| drivers.remove(at));
        if drivers.is_empty() {
            self.rounds.round.set(Round::default());
        }
        drop(drivers);
        drop(own);
    }
}
