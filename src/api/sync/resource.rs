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
//! An exploring run needs numbers only, for its hash. Names and holders are kept in recorded runs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use super::wakers::Wakers;
use crate::base::ids::RunId;
use crate::base::place::{Place, caller, is_users};
use crate::base::resource::{Action, Operation, ResourceKind, ResourceNo};
use crate::observe::elsewhere::Elsewhere;
use crate::observe::waits::LastPoll;
use crate::record::fact::{Amount, Fact, Hold, Refusal};
use crate::record::spin::Closing;
use crate::run::context::{self, Here, look};
use crate::run::names::Given;
use crate::run::state::Run;

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
#[track_caller]
pub fn named<R>(name: &str, make: impl FnOnce() -> R) -> R {
    struct Restore(Option<Given>);
    impl Drop for Restore {
        fn drop(&mut self) {
            context::try_with(|cx| cx.run().give_name(self.0.take()));
        }
    }
    let given = (name.into(), caller());
    let before = context::try_with(|cx| cx.run().give_name(Some(given)));
    let _restore = Restore(before.flatten());
    make()
}

/// As long as it is there, messages of a channel are dropped that nobody received.
pub(in crate::api) struct Unread(RunId);

impl Drop for Unread {
    fn drop(&mut self) {
        context::try_with(|cx| {
            if cx.id() == self.0 {
                cx.run().end_unread();
            }
        });
    }
}

/// What a run calls a primitive; lies within the primitive's locked state.
pub(in crate::api) struct Tag {
    kind: ResourceKind,
    given: Option<Arc<str>>,
    /// Where it was made, if that was inside a run.
    made: Option<Place>,
    run: RunId,
    number: ResourceNo,
    /// What it has in common with the other tags of its primitive, by which a run that meets one of them knows them all; 0 if it has none.
    kin: u64,
    /// Whether it was made in a run that is recorded.
    recorded: bool,
    /// Where that run hears of what is done on other threads.
    elsewhere: Weak<Elsewhere>,
}

impl Tag {
    /// A tag that is numbered when first used.
    pub(in crate::api) const fn new(kind: ResourceKind) -> Tag {
        Tag {
            kind,
            given: None,
            made: None,
            run: RunId::NONE,
            number: ResourceNo(0),
            kin: 0,
            recorded: false,
            elsewhere: Weak::new(),
        }
    }

    /// A tag that is numbered now, if a run is under way.
    #[track_caller]
    pub(in crate::api) fn made_here(kind: ResourceKind) -> Tag {
        Tag::new(kind).numbered(caller())
    }

    /// [`Tag::made_here`] of one that has a name of its own.
    #[track_caller]
    pub(in crate::api) fn named_here(kind: ResourceKind, name: Arc<str>) -> Tag {
        let mut tag = Tag::new(kind);
        tag.given = Some(name);
        tag.numbered(caller())
    }

    /// Numbers it, which was made at this place, if a run is under way.
    #[inline(always)]
    fn numbered(mut self, made: Place) -> Tag {
        let tag = &mut self;
        look!(here => {
            if let Some(here) = here {
                tag.made = Some(made);
                if tag.given.is_none()
                    && let Some((name, place)) = here.run.given_name()
                {
                    tag.given = Some(name);
                    // `named("answer", oneshot::channel)` calls it from the standard library.
                    tag.made = Some(if is_users(made) { made } else { place });
                }
                tag.register(here.cx.id(), here.run);
                tag.recorded = here.run.is_recorded();
            }
        });
        self
    }

    /// The tag of a resource that has its number in this run.
    pub(in crate::api) fn known(kind: ResourceKind, here: &Here<'_>, number: ResourceNo) -> Tag {
        Tag {
            run: here.cx.id(),
            number,
            recorded: here.run.is_recorded(),
            ..Tag::new(kind)
        }
    }

    /// Another tag of the same primitive, for a part of it that has a lock of its own.
    pub(in crate::api) fn share(&mut self) -> Tag {
        /// Only compared, so that no run sees it.
        static NEXT: AtomicU64 = AtomicU64::new(1);
        if self.kin == 0 {
            self.kin = NEXT.fetch_add(1, Ordering::Relaxed);
        }
        Tag {
            given: self.given.clone(),
            elsewhere: self.elsewhere.clone(),
            ..*self
        }
    }

    /// Whether it has its number in this run, so that what it knows is of this run.
    pub(in crate::api) fn is_of(&self, here: &Here<'_>) -> bool {
        self.run == here.cx.id()
    }

    /// The resource's number in this run.
    #[inline(always)]
    pub(in crate::api) fn number(&mut self, here: &mut Here<'_>) -> ResourceNo {
        if self.run != here.cx.id() {
            self.register(here.cx.id(), here.run);
        }
        self.number
    }

    #[cold]
    #[inline(never)]
    fn register(&mut self, id: RunId, run: &mut Run) {
        let is_made_now = self.run == RunId::NONE && self.made.is_some();
        self.number = run.kin(self.kin).unwrap_or_else(|| {
            let number = run.register(self.kind, self.given.as_ref(), self.made);
            if !is_made_now {
                run.is_from_before(number);
                run.set_kin(self.kin, number);
            }
            number
        });
        self.run = id;
        self.elsewhere = run.elsewhere();
    }

    /// Tells the run a fact about the resource.
    #[inline(always)]
    pub(in crate::api) fn emit(
        &mut self,
        here: Option<&mut Here<'_>>,
        fact: impl FnOnce(ResourceNo) -> Fact,
    ) {
        if let Some(here) = here {
            let fact = fact(self.number(here));
            here.run.emit(fact);
        } else {
            self.tell_elsewhere(fact);
        }
    }

    #[cold]
    #[inline(never)]
    fn tell_elsewhere(&self, fact: impl FnOnce(ResourceNo) -> Fact) {
        if let Some(elsewhere) = self.elsewhere.upgrade() {
            elsewhere.tell(fact(self.number));
        }
    }

    /// [`Tag::emit`] by itself.
    #[inline]
    pub(in crate::api) fn tell(&mut self, fact: impl FnOnce(ResourceNo) -> Fact) {
        look!(here => self.emit(here, fact));
    }

    /// The running task takes the resource, or a part of it, at this place.
    #[inline(always)]
    pub(in crate::api) fn takes(
        &mut self,
        here: Option<&mut Here<'_>>,
        action: Action,
        place: Place,
    ) -> Hold {
        self.begin_hold(here, |resource, hold| Fact::Took {
            resource,
            hold,
            place,
            action,
        })
    }

    /// The running task keeps a part of the resource for later.
    #[inline(always)]
    pub(in crate::api) fn reserves(&mut self, here: Option<&mut Here<'_>>, place: Place) -> Hold {
        self.begin_hold(here, |resource, hold| Fact::Reserved {
            resource,
            hold,
            place,
        })
    }

    #[inline(always)]
    fn begin_hold(
        &mut self,
        here: Option<&mut Here<'_>>,
        fact: impl FnOnce(ResourceNo, Hold) -> Fact,
    ) -> Hold {
        let Some(here) = here else {
            return Hold::NONE;
        };
        let resource = self.number(here);
        let hold = here.run.number_hold();
        here.run.emit(fact(resource, hold));
        hold
    }

    /// The holder is one no more, and gives nothing back: a permit that is forgotten, or joins another.
    #[inline(always)]
    pub(in crate::api) fn lets_go(&mut self, here: Option<&mut Here<'_>>, hold: Hold) {
        self.emit(here, |resource| Fact::LetGo { resource, hold });
    }

    /// It is closed.
    #[inline]
    pub(in crate::api) fn closes(&mut self, how: Closing) {
        self.tell(|resource| Fact::Closed { resource, how });
    }

    /// A send is refused.
    #[cold]
    pub(in crate::api) fn refuses(&mut self, here: Option<&mut Here<'_>>, why: Refusal) {
        self.emit(here, |resource| Fact::Refused { resource, why });
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
            self.emit(here.as_deref_mut(), |resource| Fact::Granted { resource });
        }
        if let Some(here) = here {
            for &key in woken.granted() {
                here.run.grant_wait(key);
            }
        }
    }

    /// Its receiver is dropped, and so many messages with it, that came after it was last polled.
    pub(in crate::api) fn abandoned(&mut self, polled: LastPoll, place: Place, messages: usize) {
        look!(here => if let Some(here) = here {
            let channel = self.number(here);
            here.run.examine_abandoned(channel, polled, place, messages);
        });
    }

    /// Its receiver is dropped, and so many messages with it.
    pub(in crate::api) fn dropped_messages(&mut self, messages: usize) {
        look!(here => if let Some(here) = here {
            let channel = self.number(here);
            here.run.found_dropped_messages(channel, messages);
        });
    }

    /// There is now so much of it: told to a recorded run, if it was made in it.
    #[inline(always)]
    pub(in crate::api) fn set_level(&mut self, level: impl FnOnce() -> Amount) {
        if self.recorded {
            self.in_record(|run, number| run.set_level(number, level()));
        }
    }

    /// A sender of the channel is made, here in the source: told to a recorded run, if the channel was made in it.
    #[inline(always)]
    pub(in crate::api) fn sender_made(&mut self, made: Place) {
        if self.recorded {
            let made = self.users(made);
            self.in_record(|run, channel| run.sender_made(channel, made));
        }
    }

    /// One that was made here is gone, which lay at this address. That is never shown, and only asked whether it is inside a
    /// task's future.
    #[inline(always)]
    pub(in crate::api) fn sender_gone(&mut self, made: Place, at: usize) {
        if self.recorded {
            let made = self.users(made);
            self.in_record(|run, channel| run.sender_gone(channel, made, at));
        }
    }

    /// Nobody can do anything with it any more: told to a recorded run, which need remember no more of it.
    #[inline(always)]
    pub(in crate::api) fn over(&self, here: Option<&mut Here<'_>>) {
        if self.recorded
            && let Some(here) = here.filter(|here| self.is_of(here))
        {
            here.run.resource_over(self.number);
        }
    }

    /// [`Tag::sender_gone`] of a channel that has one sender, made with it.
    #[inline(always)]
    pub(in crate::api) fn only_sender_gone(&mut self, at: usize) {
        if let Some(made) = self.made {
            self.sender_gone(made, at);
        }
    }

    /// Its messages are dropped, which nobody received, as long as what this gives is there.
    #[inline(always)]
    pub(in crate::api) fn drops_unread(&mut self) -> Option<Unread> {
        if !self.recorded {
            return None;
        }
        self.in_record(|run, channel| run.begin_unread(channel));
        Some(Unread(self.run))
    }

    /// A place of the user's: this one, or else that where the resource was made.
    fn users(&self, place: Place) -> Place {
        match self.made {
            Some(made) if !is_users(place) => made,
            Some(_) | None => place,
        }
    }

    #[cold]
    #[inline(never)]
    fn in_record(&mut self, tell: impl FnOnce(&mut Run, ResourceNo)) {
        let (id, number) = (self.run, self.number);
        context::try_with(|cx| {
            if cx.id() == id {
                tell(&mut cx.run(), number);
            }
        });
    }

    /// What the running task is about to do with the resource.
    pub(in crate::api) fn operation(&mut self, run: &mut Run, action: Action) -> Operation {
        if self.run != run.id() {
            self.register(run.id(), run);
        }
        Operation {
            resource: self.number,
            action,
        }
    }
}
