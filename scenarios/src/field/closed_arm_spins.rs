//! A closed channel is always ready, and its arm comes first.
//!
//! A gateway's loop looks at two things, in this order: deleted sessions, then messages. Sessions are
//! deleted over an API that is not configured here, so the sender is gone, and `recv` says `None`, at once,
//! every time. The arm takes that as "nothing" and goes on with the loop:
//!
//! ```text
//!   loop   deletions: None ─ deletions: None ─ deletions: None ─ ...
//!   messages   [ hello ]                              never looked at
//! ```
//!
//! Fixed, the arm asks for `Some`, so that `select!` leaves a closed channel out.
//!
//! Met in: "session_delete_rx starves inbound message processing when no API channel registered", tmacychen,
//! octos issue 1407, <https://github.com/octos-org/octos/issues/1407>.

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::mpsc::{self, Receiver, UnboundedReceiver};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "closed_arm_spins",
    gallery: Gallery::Field,
    summary: "a biased select! finds a closed channel ready, again and again",
    bug: Some(FindingKind::Livelock),
    original: || program(greeted(gateway_broken)),
    fixed: Some(|| program(greeted(gateway_fixed))),
    // A million polls would say no more.
    configure: |sim| sim.max_steps_at_once(40),
};

async fn gateway_broken(mut deletions: UnboundedReceiver<u32>, mut messages: Receiver<u32>) -> u32 {
    let mut handled = 0;
    loop {
        tokio::select! {
            biased;
            session = deletions.recv() => {
                if let Some(session) = session {
                    tokio::println!("session {session} deleted");
                }
                continue;
            }
            message = messages.recv() => match message {
                Some(_) => handled += 1,
                None => return handled,
            },
        }
    }
}

async fn gateway_fixed(mut deletions: UnboundedReceiver<u32>, mut messages: Receiver<u32>) -> u32 {
    let mut handled = 0;
    loop {
        tokio::select! {
            biased;
            Some(session) = deletions.recv() => tokio::println!("session {session} deleted"),
            message = messages.recv() => match message {
                Some(_) => handled += 1,
                None => return handled,
            },
        }
    }
}

async fn greeted<G>(gateway: fn(UnboundedReceiver<u32>, Receiver<u32>) -> G) -> u32
where
    G: Future<Output = u32> + Send + 'static,
{
    let (_, deletions) = mpsc::unbounded_channel();
    let (inbound, messages) = mpsc::channel(4);
    let gateway = tokio::spawn(gateway(deletions, messages));
    inbound.send(1).await.expect("the gateway listens");
    drop(inbound);
    gateway.await.expect("the gateway does not panic")
}
