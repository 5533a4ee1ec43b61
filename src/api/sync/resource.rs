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

use super::wakers::Wakers;
use crate::choice::draw::{Access, Footprint};
use crate::record::event::{Event, Place, Verb};
use crate::run::context::{self, Here, RunId, visit};
pub(in crate::api) use crate::run::resources::Hold;
use crate::run::resources::{Held, is_lock};
use crate::run::waits::LastPoll;

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
pub(in crate::api) struct Tag {
    kind: &'static str,
    given: Option<Arc<str>>,
    run: RunId,
    id: u32,
}

impl Tag {
    /// A tag that is numbered when first used.
    pub(in crate::api) const fn new(kind: &'static str) -> Tag {
        Tag {
            kind,
            given: None,
            run: RunId::NONE,
            id: 0,
        }
    }

    /// A tag that is numbered now, if a run is under way.
    pub(in crate::api) fn made_here(kind: &'static str) -> Tag {
        let mut tag = Tag::new(kind);
        visit!(here => {
            if let Some(here) = here {
                tag.given = here.world.resources.given_name();
                tag.register(here);
            }
        });
        tag
    }

    /// Whether it has its number in this run, so that what it knows is of this run.
    pub(in crate::api) fn is_of(&self, here: &Here<'_>) -> bool {
        self.run == here.cx.id()
    }

    /// The resource's number in this run.
    #[inline(always)]
    pub(in crate::api) fn id(&mut self, here: &mut Here<'_>) -> u32 {
        if self.run != here.cx.id() {
            self.register(here);
        }
        self.id
    }

    #[cold]
    #[inline(never)]
    fn register(&mut self, here: &mut Here<'_>) {
        let (kind, given, world) = (self.kind, self.given.as_ref(), &mut *here.world);
        let full = world.recorder.is_full();
        self.id = world.resources.register(kind, given, full);
        self.run = here.cx.id();
    }

    /// Puts an event onto the trace.
    #[inline(always)]
    pub(in crate::api) fn record(&mut self, here: Option<&mut Here<'_>>, verb: Verb) {
        if let Some(here) = here {
            let resource = self.id(here);
            let world = &mut *here.world;
            let task = world.current_task();
            world.record_light(task, || Event::Resource { verb, resource });
        }
    }

    /// [`Tag::record`] by itself.
    #[inline]
    pub(in crate::api) fn tell(&mut self, verb: Verb) {
        visit!(here => self.record(here, verb));
    }

    /// The running task takes the resource, at this place.
    #[inline(always)]
    pub(in crate::api) fn takes(&mut self, mut here: Option<&mut Here<'_>>, place: Place) -> Hold {
        self.record(here.as_deref_mut(), Verb::Takes);
        match here {
            Some(here) => self.note_holder(here, place),
            None => Hold::default(),
        }
    }

    /// The resource is given back. Gives what was noted of who held it.
    #[inline(always)]
    pub(in crate::api) fn gives_back(
        &mut self,
        mut here: Option<&mut Here<'_>>,
        hold: Hold,
    ) -> Option<Held> {
        self.record(here.as_deref_mut(), Verb::GivesBack);
        self.lets_go(here, hold)
    }

    /// It was held for long, if it was, while others waited, the first of them since this instant.
    #[inline]
    pub(in crate::api) fn was_held(
        &mut self,
        here: Option<&mut Here<'_>>,
        held: Option<Held>,
        first_waits_since: u64,
    ) {
        if let Some(here) = here.filter(|_| is_lock(self.kind)) {
            let id = self.id(here);
            here.world.examine_hold(id, held, first_waits_since);
        }
    }

    /// The running task takes messages out of the channel.
    #[inline(always)]
    pub(in crate::api) fn receives(
        &mut self,
        mut here: Option<&mut Here<'_>>,
        place: Place,
        messages: usize,
    ) {
        self.record(here.as_deref_mut(), Verb::Receives);
        if let Some(here) = here
            && here.world.recorder.is_full()
        {
            let (id, task) = (self.id(here), here.world.current_task());
            here.world.resources.receives(id, task, place);
            here.world.resources.count_messages(id, -(messages as i64));
        }
    }

    /// The running task puts a message into the channel.
    #[inline(always)]
    pub(in crate::api) fn sends(&mut self, mut here: Option<&mut Here<'_>>) {
        self.record(here.as_deref_mut(), Verb::Sends);
        if let Some(here) = here
            && here.world.recorder.is_full()
        {
            let id = self.id(here);
            here.world.resources.count_messages(id, 1);
        }
    }

    /// All were notified, and nobody waited.
    pub(in crate::api) fn is_unheard(&mut self, here: Option<&mut Here<'_>>) {
        if let Some(here) = here
            && here.world.recorder.is_full()
        {
            let (id, task, now) = (self.id(here), here.world.current_task(), here.world.now);
            here.world.resources.calls_unheard(id, task, now);
        }
    }

    /// One who stood in line since this instant gives up.
    pub(in crate::api) fn is_given_up(&mut self, here: &mut Here<'_>, since: u64) {
        if is_lock(self.kind) {
            let id = self.id(here);
            here.world.examine_impatience(id, since);
        }
    }

    /// The receiver is gone, and the channel with it.
    pub(in crate::api) fn is_gone(&mut self) {
        visit!(here => if let Some(here) = here && here.world.recorder.is_full() {
            let id = self.id(here);
            here.world.resources.forget_messages(id);
        });
    }

    /// The running task keeps a part of the resource for later, which is no event of its own.
    #[inline(always)]
    pub(in crate::api) fn keeps(&mut self, here: Option<&mut Here<'_>>, place: Place) -> Hold {
        let Some(here) = here else {
            return Hold::default();
        };
        self.id(here);
        self.note_holder(here, place)
    }

    /// The running task holds the resource, which has its number in this run.
    #[inline(always)]
    fn note_holder(&self, here: &mut Here<'_>, place: Place) -> Hold {
        let world = &mut *here.world;
        world.resources.count_taken();
        if world.recorder.is_full() {
            let held = Held::now(world, place);
            world.resources.hold(here.cx.id(), self.id, held)
        } else {
            Hold::default()
        }
    }

    /// Its receiver is dropped, and so many messages with it, that came after it was last polled.
    pub(in crate::api) fn unheard(&mut self, polled: LastPoll, place: Place, messages: usize) {
        visit!(here => if let Some(here) = here {
            let id = self.id(here);
            here.world.examine_unheard(id, polled, place, messages);
        });
    }

    /// Permits are forgotten at this place.
    pub(in crate::api) fn forgets(&mut self, permits: usize, place: Place) {
        visit!(here => if let Some(here) = here {
            let id = self.id(here);
            let world = &mut *here.world;
            let by = world.recorder.is_full().then(|| Held::now(world, place));
            world.resources.forget(id, permits, by);
        });
    }

    /// Permits are added.
    pub(in crate::api) fn adds(&mut self, here: Option<&mut Here<'_>>, permits: usize) {
        if let Some(here) = here {
            let id = self.id(here);
            let task = here.world.current_task();
            here.world.resources.add(id, permits, task);
        }
    }

    /// The holder is one no more, and gives nothing back: a permit that is forgotten, or joins another.
    #[inline(always)]
    pub(in crate::api) fn lets_go(
        &mut self,
        here: Option<&mut Here<'_>>,
        hold: Hold,
    ) -> Option<Held> {
        let world = &mut *here?.world;
        world.resources.count_given_back();
        if world.recorder.is_full() {
            world.resources.let_go(self.id, hold)
        } else {
            None
        }
    }

    /// Some who waited were granted what they wait for.
    #[inline(always)]
    pub(in crate::api::sync) fn grants(&mut self, here: Option<&mut Here<'_>>, woken: &Wakers) {
        if woken.grants() > 0 {
            self.grants_some(here, woken);
        }
    }

    #[inline(never)]
    fn grants_some(&mut self, mut here: Option<&mut Here<'_>>, woken: &Wakers) {
        for _ in 0..woken.grants() {
            self.record(here.as_deref_mut(), Verb::Grants);
        }
        if let Some(here) = here {
            for &key in woken.granted() {
                here.world.wait_granted(key);
            }
        }
    }

    /// Draws whether others go before the running task's next operation, which is on this resource.
    #[inline(never)]
    pub(in crate::api) fn draws_point(&mut self, here: &mut Here<'_>, access: Access) -> bool {
        let resource = self.id(here);
        here.world.draw_point(Some(Footprint { resource, access }))
    }
}
