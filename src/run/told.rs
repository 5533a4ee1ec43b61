//! What somebody wants to know of a run: a strategy, or who writes a tape or follows one. What nobody wants to know costs a run nothing but
//! that it is asked.

use crate::choice::chooser::Chooser;

/// See the top of this file.
#[derive(Clone, Copy, Default)]
pub(super) struct Told {
    /// All of it; and draws have keys.
    pub(super) keyed: bool,
    /// What becomes of tasks.
    pub(super) course: bool,
    /// That a task yields.
    pub(super) yields: bool,
    /// That a task comes to a scheduling point, also where no other is ready.
    pub(super) points: bool,
    /// Before which operation that is.
    pub(super) operations: bool,
    /// Where resources are made.
    pub(super) made: bool,
    /// What tasks are about to do.
    pub(super) pending: bool,
}

impl Told {
    pub(super) fn of(chooser: &mut Chooser) -> Told {
        let Some(keyed) = chooser.keyed() else {
            return Told::default();
        };
        let (all, interest) = (!keyed.is_light(), keyed.interest());
        Told {
            keyed: all,
            course: all || interest.course,
            yields: all || interest.yields,
            points: all || interest.points,
            operations: all || interest.made || interest.operations,
            made: interest.made,
            pending: interest.operations,
        }
    }
}
