//! Resources: what a lock or a channel is called in this run, and who holds it since where.
//!
//! A [`Tag`] is the part of a primitive that a run can see. It gets its number when the primitive is made
//! inside the run, or when it is first used there (a `static`, or one made outside). Numbers and names are kept a run
//! each, so a primitive that lives through several runs is numbered anew in each, and a run can not see that there
//! was another.
//!
//! ```text
//!   mutex#1          the first mutex made in this run
//!   accounts         one made within `named("accounts", …)`;  accounts#2 the second of that name
//! ```
//!
//! An exploring run needs numbers only, for its hash. Names and holders are kept in runs that are looked at.

use std::sync::Arc;

use crate::engine::context::{self, Context, RunId};
pub(super) use crate::engine::resources::Hold;
use crate::record::event::{Event, Place};

/// Names the locks and channels that are made while `make` runs.
///
/// Traces and findings then speak of `accounts`, and of `accounts#2` should a second of that name be made, rather than
/// of `mutex#1`.
///
/// ```
/// use reweave::sync::{Mutex, mpsc, named};
///
/// # reweave::Sim::new().run(async {
/// let accounts = named("accounts", || Mutex::new(vec![100, 100]));
/// let (jobs, inbox) = named("jobs", || mpsc::channel::<u32>(8));
/// # drop((accounts, jobs, inbox));
/// # }).unwrap();
/// ```
///
/// Outside a simulation there is nobody to name them for, and the name is not kept.
pub fn named<R>(name: &str, make: impl FnOnce() -> R) -> R {
    struct Restore(Option<Arc<str>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            context::try_with(|cx| cx.world().resources.give_name(self.0.take()));
        }
    }
    let before = context::try_with(|cx| cx.world().resources.give_name(Some(name.into())));
    let _restore = Restore(before.flatten());
    make()
}

/// What a run calls a primitive; lies within the primitive's locked state.
#[derive(Clone)]
pub(super) struct Tag {
    kind: &'static str,
    given: Option<Arc<str>>,
    run: Option<RunId>,
    id: u32,
}

impl Tag {
    /// A tag that is numbered when first used.
    pub(super) const fn new(kind: &'static str) -> Tag {
        Tag {
            kind,
            given: None,
            run: None,
            id: 0,
        }
    }

    /// A tag that is numbered now, if a run is under way.
    pub(super) fn made_here(kind: &'static str) -> Tag {
        let given = context::try_with(|cx| cx.world().resources.given_name());
        let given = given.flatten();
        let mut tag = Tag {
            given,
            ..Tag::new(kind)
        };
        context::try_with(|cx| tag.id(cx));
        tag
    }

    /// The resource's number in this run.
    #[inline(always)]
    fn id(&mut self, cx: &Context) -> u32 {
        if self.run != Some(cx.id()) {
            self.register(cx);
        }
        self.id
    }

    #[cold]
    #[inline(never)]
    fn register(&mut self, cx: &Context) {
        let (kind, given) = (self.kind, self.given.as_ref());
        let world = &mut *cx.world();
        let full = world.recorder.is_full();
        self.id = world.resources.register(kind, given, full);
        self.run = Some(cx.id());
    }

    /// Puts an event onto the trace.
    #[inline(always)]
    pub(super) fn record(&mut self, verb: &'static str) {
        context::try_with(|cx| self.record_in(cx, verb));
    }

    /// Says whether names and holders are kept.
    #[inline(always)]
    fn record_in(&mut self, cx: &Context, verb: &'static str) -> bool {
        let id = self.id(cx);
        let mut world = cx.world();
        let full = world.recorder.is_full();
        let name = if full {
            world.resources.name(id)
        } else {
            String::new()
        };
        let id = id.into();
        world.record(Event::Resource { verb, name, id });
        full
    }

    /// The running task takes the resource, at this place.
    #[inline(always)]
    pub(super) fn takes(&mut self, since: Place) -> Hold {
        let hold = context::try_with(|cx| {
            self.record_in(cx, "takes").then(|| {
                let (id, world) = (self.id, &mut *cx.world());
                let task = world.current_task();
                world.resources.hold(cx.id(), id, task, since)
            })
        });
        hold.flatten().unwrap_or_default()
    }

    /// The resource is given back.
    #[inline(always)]
    pub(super) fn gives_back(&mut self, hold: Hold) {
        context::try_with(|cx| self.record_in(cx, "gives back"));
        self.lets_go(hold);
    }

    /// The holder is one no more, and gives nothing back: a permit that is forgotten, or joins another.
    #[inline(always)]
    pub(super) fn lets_go(&mut self, hold: Hold) {
        if hold != Hold::default() {
            context::try_with(|cx| cx.world().resources.let_go(self.id, hold));
        }
    }

    /// The running task parks until it gets `what` of this resource (`""` for the resource itself).
    #[inline(always)]
    pub(super) fn waits(&mut self, what: &'static str, place: Place) {
        context::try_with(|cx| {
            let id = self.id(cx);
            cx.world()
                .waits_for(|world| world.resources.words(&world.paths, id, what, place));
        });
    }
}
