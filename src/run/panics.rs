//! Panics of the code under test: caught, remembered, and not printed once per explored run.
//!
//! The standard library prints a panic through a process-wide hook before it unwinds. Ours stands in
//! front of whatever hook was there: inside a run it only notes message and place, for the report;
//! anywhere else it passes the panic on.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use super::context::{self, Context};
use super::state::Run;
use crate::base::ids::{RunId, TaskNo};
use crate::base::place::SourcePlace;
use crate::diagnose::look::Look;
use crate::kernel::task::message_of;
use crate::record::detail::{Panic, UnobservedPanic};
use crate::record::kind::FindingKind;

/// What the hook saw of a panic.
#[derive(Clone, Debug)]
pub(super) struct Caught {
    pub(super) message: String,
    pub(super) place: Option<SourcePlace>,
}

/// A panic of a spawned task that nobody has seen yet.
pub(super) struct UnseenPanic {
    id: (RunId, TaskNo),
    path: String,
    at: u64,
    place: Option<SourcePlace>,
    detail: UnobservedPanic,
}

/// Puts the hook in place, once in the life of the process.
pub(super) fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let noted = context::try_with(|cx| {
                let place = info.location().map(SourcePlace::of_panic);
                let message = message_of(info.payload());
                if let Ok(mut caught) = cx.caught().try_borrow_mut() {
                    *caught = Some(Caught { message, place });
                }
            });
            if noted.is_none() {
                before(info);
            }
        }));
    });
}

/// What is known of a panic that was just caught: what the hook saw, if it is this one that it saw. A panic
/// resumed by `resume_unwind` passes it by.
pub(super) fn describe(cx: &Context, payload: &(dyn Any + Send)) -> Caught {
    let message = message_of(payload);
    let seen = cx
        .caught()
        .take()
        .filter(|caught| caught.message == message);
    seen.unwrap_or(Caught {
        message,
        place: None,
    })
}

/// Runs something that comes after a panic, such as the drop of what is left, and may panic in turn. Says
/// whether it came to its end; if not, that is a finding of its own.
pub(super) fn contain(cx: &Context, slot: Option<u32>, f: impl FnOnce()) -> bool {
    let result = catch_unwind(AssertUnwindSafe(f));
    let finished = result.is_ok();
    if let Err(payload) = result {
        cx.run().found_panic(slot, describe(cx, &*payload), false);
        // Dropping a payload can panic, and so on: what keeps on panicking is leaked.
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(payload)));
        std::mem::forget(dropped);
    }
    finished
}

/// Whether these are the words of a future that was polled after it was done: the compiler's for an
/// `async fn`, those of the standard library's and of the `futures` crate's futures, and ours.
pub(super) fn says_polled_after_completion(message: &str) -> bool {
    [
        "resumed after completion",
        "polled after completion",
        "polled after it returned",
    ]
    .iter()
    .any(|words| message.contains(words))
}

impl Run {
    /// Something panicked that no task's output can tell of.
    pub(super) fn found_panic(&mut self, slot: Option<u32>, caught: Caught, while_cut_off: bool) {
        let Caught { message, place } = caught;
        let detail = |_: Look<'_>| {
            let panic = Panic {
                message,
                while_cut_off,
            };
            panic.into()
        };
        self.find_at(FindingKind::Panic, slot, place, None, detail);
    }

    /// Keeps a task's panic until its join handle shows it to somebody.
    pub(super) fn remember_panic(&mut self, run: RunId, slot: u32, caught: Caught) {
        let Caught { message, place } = caught;
        let tasks = &self.kernel.tasks;
        let panic = UnseenPanic {
            id: (run, tasks.row(slot).number),
            path: tasks.path(slot),
            at: self.now(),
            place,
            detail: UnobservedPanic {
                message,
                spawned: tasks.place(slot).into(),
            },
        };
        self.unseen_panics.push(panic);
    }

    /// Somebody has seen this panic.
    pub(crate) fn saw_panic(&mut self, id: (RunId, TaskNo)) {
        self.unseen_panics.retain(|panic| panic.id != id);
    }

    /// The run is over: what nobody has seen is a finding.
    pub(super) fn report_unseen_panics(&mut self) {
        let unseen = std::mem::take(&mut self.unseen_panics);
        if unseen.is_empty() || !self.suspect(&[FindingKind::UnobservedPanic]) {
            return;
        }
        for panic in unseen {
            let detail = panic.detail.into();
            self.report_as(detail, Some(panic.path), panic.at, panic.place);
        }
    }
}
