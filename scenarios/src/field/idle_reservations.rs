//! A forwarder that has nothing to send holds the room for which another one waits.
//!
//! Two forwarders bring items from their sources into one channel. Each first reserves room and then waits
//! for an item, so that no item is ever in its hands. The one whose source is silent keeps the room it
//! reserved:
//!
//! ```text
//!   quiet   reserves the only place ─ waits for an item that does not come
//!   busy        waits for a place ─ ─ ─ ─ ─
//! ```
//!
//! Fixed, a forwarder takes an item first and then waits for room.
//!
//! Met in: "sync: Add disarm to mpsc::Sender", jonhoo, tokio pull request 2358,
//! <https://github.com/tokio-rs/tokio/pull/2358>; there with `poll_ready`, where now there is `reserve`.

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "idle_reservations",
    gallery: Gallery::Field,
    summary: "an idle forwarder keeps the channel's only place reserved",
    bug: Some(FindingKind::Deadlock),
    original: || program(merged(forward_broken)),
    fixed: Some(|| program(merged(forward_fixed))),
    configure: |sim| sim,
};

async fn forward_broken(mut source: Receiver<u32>, to: Sender<u32>) {
    while let Ok(place) = to.reserve().await {
        let Some(item) = source.recv().await else {
            break;
        };
        place.send(item);
    }
}

async fn forward_fixed(mut source: Receiver<u32>, to: Sender<u32>) {
    while let Some(item) = source.recv().await {
        if to.send(item).await.is_err() {
            break;
        }
    }
}

async fn merged<F>(forward: fn(Receiver<u32>, Sender<u32>) -> F) -> u32
where
    F: Future<Output = ()> + Send + 'static,
{
    let (to_busy, busy) = mpsc::channel(1);
    let (to_quiet, quiet) = mpsc::channel(1);
    let (to_both, mut both) = mpsc::channel(1);
    let forwarders = [
        tokio::spawn(forward(busy, to_both.clone())),
        tokio::spawn(forward(quiet, to_both)),
    ];
    to_busy.send(7).await.expect("it is forwarded");
    let item = both.recv().await.expect("it comes");
    drop((to_busy, to_quiet));
    for forwarder in forwarders {
        forwarder.await.expect("forwarding does not panic");
    }
    item
}
