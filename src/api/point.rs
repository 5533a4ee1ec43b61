//! The scheduling point of one operation: asked once, and watched until its future is polled again.
//!
//! ```text
//!   New ──others go first──► Standing ──polled again──► Passed
//!    │                          └──dropped──► its `Pending` was taken for an answer
//!    └──goes on──► Passed
//! ```

use std::task::Waker;

use crate::base::place::Place;
use crate::base::resource::Operation;
use crate::run::context::{self, Here};
use crate::run::state::Run;

/// See the top of this file.
#[derive(Debug)]
pub(crate) struct Point {
    place: Place,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    New,
    /// Others go first, and the future has not been polled since.
    Standing,
    Passed,
}

impl Point {
    /// The point of the operation that is called here.
    #[inline(always)]
    pub(crate) const fn at(place: Place) -> Point {
        Point {
            place,
            stage: Stage::New,
        }
    }

    /// That of an operation that has none, or has it no more.
    #[inline(always)]
    pub(crate) const fn passed(place: Place) -> Point {
        Point {
            place,
            stage: Stage::Passed,
        }
    }

    /// Where the operation is called.
    #[inline(always)]
    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// Whether it was asked.
    #[inline(always)]
    pub(crate) fn is_passed(&self) -> bool {
        self.stage == Stage::Passed
    }

    /// The operation has no point, or has it no more.
    #[inline(always)]
    pub(crate) fn pass(&mut self) {
        self.stage = Stage::Passed;
    }

    /// Whether others go first. If so, the operation's future wakes its task and returns `Pending`.
    #[inline(always)]
    pub(crate) fn others_go_first(
        &mut self,
        here: Option<&mut Here<'_>>,
        waker: &Waker,
        operation: impl FnOnce(&mut Run) -> Option<Operation>,
    ) -> bool {
        match self.begin(here) {
            Some(here) => self.is_drawn(here, waker, operation),
            None => false,
        }
    }

    /// The operation comes to its point, and has none after that. Gives the run back if there is something to be asked there.
    #[inline(always)]
    pub(crate) fn begin<'h, 'r>(
        &mut self,
        here: Option<&'h mut Here<'r>>,
    ) -> Option<&'h mut Here<'r>> {
        let new = std::mem::replace(&mut self.stage, Stage::Passed) == Stage::New;
        here.filter(|here| new && here.run.has_point())
    }

    /// Asks, at a point that is [begun](Point::begin), whether others go first.
    #[inline]
    pub(crate) fn is_drawn(
        &mut self,
        here: &mut Here<'_>,
        waker: &Waker,
        operation: impl FnOnce(&mut Run) -> Option<Operation>,
    ) -> bool {
        let others = here.may_stand(waker, self.place)
            && here
                .run
                .at_point(|run| operation(run).map(|operation| (operation, self.place)));
        if others {
            self.stage = Stage::Standing;
        }
        others
    }

    /// The future is dropped while others go first: whoever dropped it has taken its `Pending` for an answer.
    #[cold]
    #[inline(never)]
    fn was_taken_for_an_answer(&self) {
        if std::thread::panicking() {
            return;
        }
        context::try_with(|cx| {
            let mut run = cx.run();
            // Which branch of a `select!` wins is a draw; and what is cut off is no answer to anybody.
            if !cx.scope().discards.is_losing() && !run.is_cutting_off() {
                run.mistook_point(self.place);
            }
        });
    }
}

impl Drop for Point {
    #[inline(always)]
    fn drop(&mut self) {
        if self.stage == Stage::Standing {
            self.was_taken_for_an_answer();
        }
    }
}
