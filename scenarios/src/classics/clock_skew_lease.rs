//! Two hosts hold one lease, for the clock of one of them is slow.
//!
//! A keeper grants a lease for ten seconds, to one node at a time. A node that has it works until the ten seconds are
//! over, and stops. But by whose clock? That of the first node loses time, so it still works when the keeper has granted
//! the lease to the second:
//!
//! ```text
//!   keeper         grants to a ─────── 10 s ─────── grants to b
//!   a, whose clock loses  works ──────────── 10 s ────────────
//!   b                                                works ──
//! ```
//!
//! The bug: a time that was measured by one clock is trusted by another. Fixed, a node stops early enough for the
//! slowest clock that is allowed for.

use std::cell::Cell;
use std::rc::Rc;

use reweave::sync::{mpsc, oneshot};
use reweave::time::{Duration, Instant, sleep};
use reweave::{FindingKind, choose, host};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "clock_skew_lease",
    gallery: Gallery::Classics,
    summary: "a lease is held twice, for the clock of its holder is slow",
    bug: Some(FindingKind::Panic),
    original: || program(share(LEASE)),
    fixed: Some(|| program(share(LEASE * 3 / 4))),
    configure: |sim| sim,
};

const LEASE: Duration = Duration::from_secs(10);

/// What the clock of the first node gains: nothing, or less. Three quarters are little enough for a clock that loses a fifth.
const GAINS: [i32; 3] = [0, -50_000, -200_000];

/// Answers whether the lease is granted.
type Request = oneshot::Sender<bool>;

async fn keeper(mut requests: mpsc::UnboundedReceiver<Request>) {
    let mut ends: Option<Instant> = None;
    while let Some(request) = requests.recv().await {
        let now = Instant::now();
        let free = ends.is_none_or(|ends| ends <= now);
        if request.send(free).is_ok() && free {
            ends = Some(now + LEASE);
        }
    }
}

/// Gets the lease, and works for as long as it trusts it.
async fn node(
    lease: mpsc::UnboundedSender<Request>,
    trusted: Duration,
    at_work: Rc<Cell<Option<&'static str>>>,
    name: &'static str,
) {
    let until = loop {
        // As if it were granted when it is asked for, which is before that.
        let asked = Instant::now();
        let (request, granted) = oneshot::channel();
        lease.send(request).expect("the keeper lives");
        if granted.await.expect("the keeper answers") {
            break asked + trusted;
        }
        sleep(Duration::from_millis(100)).await;
    };
    loop {
        let step = Duration::from_millis(choose([300, 700, 100]));
        if Instant::now() + step >= until {
            return;
        }
        if let Some(other) = at_work.replace(Some(name)) {
            panic!("{name} and {other} work under one lease");
        }
        sleep(step).await;
        at_work.set(None);
    }
}

async fn share(trusted: Duration) {
    let (keeps, a, b) = (host("keeper"), host("a"), host("b"));
    a.clock().drift_ppm(choose(GAINS));
    let at_work = Rc::new(Cell::new(None));
    let (lease, requests) = mpsc::unbounded_channel();
    let keeper = keeps.spawn(keeper(requests));
    let a = a.spawn(node(lease.clone(), trusted, at_work.clone(), "a"));
    // The second comes when the first has it.
    sleep(Duration::from_secs(1)).await;
    let b = b.spawn(node(lease, trusted, at_work, "b"));
    for node in [a, b, keeper] {
        node.await.expect("no two work under one lease");
    }
}
