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

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use crate::engine::context::{self, Context, RunId};
use crate::engine::world::World;
use crate::record::event::{Event, Place};
use crate::record::finding::show_place;
use crate::values::ids::TaskNo;

thread_local! {
    static REGISTRY: RefCell<Registry> = const { RefCell::new(Registry::new()) };
}

/// The resources of the run on this thread; of one that is over until the next registers its first.
struct Registry {
    run: Option<RunId>,
    numbered: u32,
    /// By number from 1, in full runs.
    names: Vec<String>,
    /// How many resources bear a name already.
    counts: BTreeMap<Arc<str>, u32>,
    /// Who holds what, by resource, in full runs.
    holders: BTreeMap<u32, Vec<Held>>,
    /// Never starts again, so that a hold of an earlier run is not taken for one of this.
    holds: u64,
    /// The name for primitives that are made now.
    given: Option<Arc<str>>,
}

struct Held {
    hold: Hold,
    task: TaskNo,
    since: Place,
}

/// One guard's or permit's entry among the holders; nothing in an exploring run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hold(u64);

impl Registry {
    const fn new() -> Registry {
        Registry {
            run: None,
            numbered: 0,
            names: Vec::new(),
            counts: BTreeMap::new(),
            holders: BTreeMap::new(),
            holds: 0,
            given: None,
        }
    }

    #[cold]
    fn register(&mut self, cx: &Context, kind: &'static str, given: Option<&Arc<str>>) -> u32 {
        if self.run != Some(cx.id()) {
            let given = self.given.take();
            *self = Registry {
                run: Some(cx.id()),
                holds: self.holds,
                given,
                ..Registry::new()
            };
        }
        self.numbered += 1;
        if cx.world().recorder.is_full() {
            let base = given.cloned().unwrap_or_else(|| kind.into());
            let count = self.counts.entry(base.clone()).or_default();
            *count += 1;
            self.names.push(match (given, *count) {
                (Some(_), 1) => base.to_string(),
                (_, count) => format!("{base}#{count}"),
            });
        }
        self.numbered
    }

    fn name(&self, id: u32) -> String {
        self.names.get(id as usize - 1).cloned().unwrap_or_default()
    }
}

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
pub fn named<R>(name: &str, make: impl FnOnce() -> R) -> R {
    struct Restore(Option<Arc<str>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            REGISTRY.with_borrow_mut(|registry| registry.given = self.0.take());
        }
    }
    let before = REGISTRY.with_borrow_mut(|registry| registry.given.replace(name.into()));
    let _restore = Restore(before);
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
        let given = REGISTRY.with_borrow(|registry| registry.given.clone());
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
        self.id = REGISTRY.with_borrow_mut(|registry| registry.register(cx, kind, given));
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
        let (task, full) = (world.current_task(), world.recorder.is_full());
        world.record_light(task, || {
            let name = if full { name(id) } else { String::new() };
            Event::Resource {
                verb,
                name,
                id: id.into(),
            }
        });
        full
    }

    /// The running task takes the resource, at this place.
    #[inline(always)]
    pub(super) fn takes(&mut self, since: Place) -> Hold {
        let hold = context::try_with(|cx| {
            if self.record_in(cx, "takes") {
                self.hold(cx, since)
            } else {
                Hold::default()
            }
        });
        hold.unwrap_or_default()
    }

    #[cold]
    #[inline(never)]
    fn hold(&mut self, cx: &Context, since: Place) -> Hold {
        let (id, task) = (self.id(cx), cx.world().current_task());
        REGISTRY.with_borrow_mut(|registry| {
            registry.holds += 1;
            let hold = Hold(registry.holds);
            registry
                .holders
                .entry(id)
                .or_default()
                .push(Held { hold, task, since });
            hold
        })
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
            self.forget_hold(hold);
        }
    }

    #[cold]
    #[inline(never)]
    fn forget_hold(&mut self, hold: Hold) {
        REGISTRY.with_borrow_mut(|registry| {
            if let Some(holders) = registry.holders.get_mut(&self.id) {
                holders.retain(|held| held.hold != hold);
            }
        });
    }

    /// The running task parks until it gets `what` of this resource (`""` for the resource itself).
    #[inline(always)]
    pub(super) fn waits(&mut self, what: &'static str, place: Place) {
        context::try_with(|cx| {
            let id = self.id(cx);
            cx.world().waits_for(|world| words(world, id, what, place));
        });
    }
}

fn name(id: u32) -> String {
    REGISTRY.with_borrow(|registry| registry.name(id))
}

/// Says what is waited for, where, and who has it.
fn words(world: &World, id: u32, what: &str, place: Place) -> String {
    REGISTRY.with_borrow(|registry| {
        let mut words = format!("{what}{} at {}", registry.name(id), show_place(place));
        let holders = registry.holders.get(&id).map_or(&[][..], Vec::as_slice);
        for (nth, held) in holders.iter().take(MOST_HOLDERS).enumerate() {
            let lead = if nth == 0 { " (held by " } else { ", " };
            let path = world
                .paths
                .get(held.task.get() as usize)
                .map_or("·", String::as_str);
            let _ = write!(words, "{lead}{path} since {}", show_place(held.since));
        }
        if holders.len() > MOST_HOLDERS {
            let _ = write!(words, " and {} more", holders.len() - MOST_HOLDERS);
        }
        if !holders.is_empty() {
            words.push(')');
        }
        words
    })
}

/// Holders that are named, at the most.
const MOST_HOLDERS: usize = 3;
