//! "Shut down!" is called while nobody listens.
//!
//! A gateway's loop waits for a message or for the call to shut down, whichever comes first. The call is
//! `notify_waiters`, which wakes those who wait right now and leaves nothing behind. While the loop handles
//! a message, it does not wait for the call:
//!
//! ```text
//!   gateway   waits ─ handles a message ─ ─ ─ ─ waits ─ ─ ─ ─ for good
//!   main                     notify_waiters()
//! ```
//!
//! Fixed, the call is a change of state, which can also be seen later.
//!
//! Met in: "Sweep: pre-existing Notify lost-wake races (gateway_runtime, mcp_server, task_supervisor)",
//! ymote, octos issue 927, <https://github.com/octos-org/octos/issues/927>.

use std::sync::Arc;

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::yield_now;

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "shutdown_unheard",
    gallery: Gallery::Field,
    summary: "notify_waiters is called between two waits of a loop",
    bug: Some(FindingKind::Deadlock),
    original: || program(broken()),
    fixed: Some(|| program(fixed())),
    configure: |sim| sim,
};

async fn handle(_message: u32) {
    yield_now().await;
}

async fn gateway_broken(mut inbound: mpsc::Receiver<u32>, shutdown: Arc<Notify>) {
    loop {
        tokio::select! {
            () = shutdown.notified() => return,
            Some(message) = inbound.recv() => handle(message).await,
        }
    }
}

async fn gateway_fixed(mut inbound: mpsc::Receiver<u32>, mut shutdown: watch::Receiver<()>) {
    loop {
        tokio::select! {
            _ = shutdown.changed() => return,
            Some(message) = inbound.recv() => handle(message).await,
        }
    }
}

async fn broken() {
    let (sender, inbound) = mpsc::channel(8);
    let shutdown = Arc::new(Notify::new());
    let gateway = tokio::spawn(gateway_broken(inbound, shutdown.clone()));
    // The gateway is up.
    yield_now().await;
    sender.send(1).await.expect("the gateway listens");
    shutdown.notify_waiters();
    gateway.await.expect("the gateway does not panic");
}

async fn fixed() {
    let (sender, inbound) = mpsc::channel(8);
    let (shutdown, watched) = watch::channel(());
    let gateway = tokio::spawn(gateway_fixed(inbound, watched));
    yield_now().await;
    sender.send(1).await.expect("the gateway listens");
    shutdown.send_replace(());
    gateway.await.expect("the gateway does not panic");
}
