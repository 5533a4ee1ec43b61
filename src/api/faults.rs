//! Faults as a plan: what a seed draws of crashes, pauses and other misfortune, and whether the program recovers.
//!
//! ```
//! use reweave::faults::progress;
//! use reweave::time::{Duration, sleep, timeout};
//! use std::sync::Arc;
//!
//! // A worker that may die at any moment, and starts anew. It counts what it has done.
//! async fn orders_go_on() {
//!     let done = Arc::new(std::sync::atomic::AtomicU32::new(0));
//!     let orders = Arc::new(progress("orders", Duration::from_secs(30)));
//!     let _shop = reweave::host("shop").start({
//!         let (done, orders) = (done.clone(), orders.clone());
//!         move || {
//!             let (done, orders) = (done.clone(), orders.clone());
//!             async move {
//!                 loop {
//!                     sleep(Duration::from_secs(1)).await;
//!                     done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
//!                     orders.made();
//!                 }
//!             }
//!         }
//!     });
//!     sleep(Duration::from_secs(120)).await;
//!     assert!(done.load(std::sync::atomic::Ordering::Relaxed) >= 50);
//! }
//!
//! let found = reweave::explore(orders_go_on).faults("hosts").seeds(0..20).run();
//! assert!(!found.failed(), "{found}");
//! ```
//!
//! # What a seed draws
//!
//! At the beginning of a run it is drawn for each kind that is asked for whether it strikes in this run, and how strongly: so each
//! seed has its own few kinds, and finds what a mixture of all would hide. Then, in periods of virtual time, for each host whether,
//! when and for how long it is struck. All of these are draws of [`Kind::Fault`](crate::draw::Kind::Fault), whose default is *no
//! fault*: the plain run has none, a tape tells each in a line of its own, and a line taken away leaves all others as they were.
//!
//! A fault strikes when no task is ready, or a few steps into what tasks do next, as is drawn. The host of `main` is the test itself,
//! and is never struck. When `main` is done no fault strikes any more; and no run goes on, and no time passes, for the sake of a fault
//! that might come. For one that is in force and will be healed it does.
//!
//! # Kinds
//!
//! | group | kind | what happens | value |
//! | --- | --- | --- | --- |
//! | `hosts` | `crash` | the process of a host with a [start function](crate::host::Host::start) dies, and is restarted after a drawn time | a time: about so often |
//! | | `power` | the same host loses its power, and has it again after a drawn time | a time |
//! | | `pause` | any host stands still for a drawn time | a time |
//! | `network` | `partition` | any host is cut off from all others for a drawn time, by cutting its [links](crate::net#links) | a time |
//! | | `loss` | packets are lost: streams are late, datagrams gone | the probability, of each packet |
//! | | `latency` | packets take a hundred times as long | the probability |
//! | | `duplicate`, `reorder` | datagrams arrive twice, or late, so that others overtake them | the probability |
//! | | `segments` | what is written to a stream at once arrives in two parts | the probability |
//! | `buggify` | | places that are marked with [`buggify!`](crate::buggify) do what they are there for | the probability that a place is enabled in a run |
//!
//! What becomes of packets is drawn for each. Where the test has given a link a probability above 0, or a latency that varies
//! ([`net::link`](crate::net::link)), that stays. A host that is cut off is so from hosts that are made later, too; that is apart from
//! what the test does to links: what it has cut stays cut, and it heals nothing that the plan has cut.
//!
//! A host that has no start function would not come back with what was [spawned](crate::host::Host::spawn) on it, so it never dies.
//! What the test itself does to a host comes first: if it restarts one that is down for a fault, or resumes one that is paused, the
//! fault is over.
//! A test that calls [`Host::crash`](crate::host::Host::crash) or [`Host::spawn`](crate::host::Host::spawn), which panic where the
//! host is down, asks [`Host::is_running`](crate::host::Host::is_running) before.
//!
//! # The grammar
//!
//! [`Sim::faults`](crate::Sim::faults), [`Explore::faults`](crate::Explore::faults), the attribute's `faults = "…"` and the variable
//! `REWEAVE_FAULTS` read the same text:
//!
//! | text | meaning |
//! | --- | --- |
//! | `none` | no faults |
//! | `all` | every kind |
//! | `hosts`, `network` | every kind of a group |
//! | `hosts(crash, pause = 10s)`, `network(loss = 0.05)` | these kinds of it; one with a value strikes as that says, in those runs in which it does |
//! | `buggify = 0.25` | a quarter of the places is enabled |
//! | `start = 5s` | no fault strikes before; at once unless said |
//! | `calm = 2m` | the calm phase begins then; after 60 s unless said |
//! | `core = majority` | how many hosts are healed then: `all` unless said, or a number |
//!
//! In one run a kind strikes for no more than 100,000 periods, each half as long as its value.
//!
//! Items are separated by `,` or `+`. Times are whole numbers with `ns`, `us`, `ms`, `s`, `m` or `h`.
//!
//! # The calm phase
//!
//! At its beginning all that is in force is healed, and from then on nothing strikes. With `core` a drawn part of the hosts is left as
//! the faults left it: those that are down stay down. In the calm phase progress can be demanded; see [`progress`].

use std::time::Duration;

use crate::base::ids::RunId;
use crate::base::place::{Place, caller};
use crate::base::span::nanos;
use crate::run::context;

pub use crate::base::fault::FaultKind;
pub use crate::model::faults::given::IntoFaults;
pub use crate::model::faults::parse::FaultsError;
pub use crate::model::faults::plan::Faults;

/// Promises that something will be done again and again, once in this time at least: the finding
/// [`no_progress`](crate::FindingKind::NoProgress) tells if it is not.
///
/// It is counted from the promise, from each [`Progress::made`], and from the beginning of the calm phase. In a run that meets faults it
/// is judged in the calm phase only; in one that meets none, always. It is not judged while the host of the task that promised is down or
/// paused, nor after the handle is dropped, nor after `main` is done. A run in which nothing can happen any more is a `deadlock`, and
/// not this. Once it is told, the run ends, unless the finding is no more than a warning.
///
/// ```
/// use reweave::faults::progress;
/// use reweave::time::{Duration, sleep};
/// use reweave::{FindingKind, Sim};
///
/// let run = Sim::new().run(async {
///     let orders = progress("orders", Duration::from_secs(10));
///     sleep(Duration::from_secs(5)).await;
///     orders.made();
///     // It tries, and gets nowhere.
///     loop {
///         sleep(Duration::from_secs(1)).await;
///     }
/// });
/// assert_eq!(run.findings()[0].kind(), FindingKind::NoProgress);
/// assert_eq!(run.elapsed(), Duration::from_secs(15));
/// ```
///
/// # Panics
///
/// If the time is zero, and outside a simulation.
#[track_caller]
pub fn progress(what: impl AsRef<str>, within: Duration) -> Progress {
    let what = what.as_ref();
    assert!(
        !within.is_zero(),
        "`progress({what:?}, …)` must be given a time longer than zero"
    );
    let place = caller();
    context::with("progress", |cx| Progress {
        run: cx.id(),
        number: cx.run().promise(what, nanos(within), place),
    })
}

/// A promise of progress, made by [`progress`]; dropped, it is over.
#[derive(Debug)]
#[must_use = "the promise is over when its handle is dropped"]
pub struct Progress {
    run: RunId,
    number: u32,
}

impl Progress {
    /// What was promised was done.
    ///
    /// After the end of its run it does nothing.
    pub fn made(&self) {
        self.with(|cx| cx.run().keep_promise(self.number));
    }

    fn with(&self, f: impl FnOnce(&context::Context)) {
        context::try_with(|cx| {
            if cx.id() == self.run {
                f(cx);
            }
        });
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.with(|cx| cx.run().end_promise(self.number));
    }
}

/// Behind [`buggify!`](crate::buggify).
#[doc(hidden)]
#[track_caller]
pub fn buggify(p: f64) -> bool {
    assert!(
        (0.0..=1.0).contains(&p),
        "`reweave::buggify!` needs a probability from 0 to 1, got {p}"
    );
    let place: Place = caller();
    context::try_with(|cx| cx.run().buggify(p, place)).unwrap_or(false)
}
