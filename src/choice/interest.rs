//! What a strategy wants to be shown of a run. The rest is neither gathered nor told.

/// See the top of this file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interest {
    /// That tasks were spawned, woke, ended.
    pub(crate) course: bool,
    /// That they yielded.
    pub(crate) yields: bool,
    /// That a task came to a scheduling point.
    pub(crate) points: bool,
    /// With that, where the resource was made.
    pub(crate) made: bool,
    /// That a task did something with a resource.
    pub(crate) accesses: bool,
    /// What the candidates of a draw are about to do.
    pub(crate) operations: bool,
    /// Which tasks the candidates of a draw are.
    pub(crate) candidates: bool,
    /// What tasks touch.
    pub(crate) touches: bool,
}

impl Interest {
    /// A strategy of the caller's may want anything.
    pub(crate) const ALL: Interest = Interest {
        course: true,
        yields: true,
        points: true,
        made: true,
        accesses: true,
        operations: true,
        candidates: true,
        touches: true,
    };

    /// A walk and a tape need nothing but the draw.
    pub(crate) const NONE: Interest = Interest {
        course: false,
        yields: false,
        points: false,
        made: false,
        accesses: false,
        operations: false,
        candidates: false,
        touches: false,
    };
}
