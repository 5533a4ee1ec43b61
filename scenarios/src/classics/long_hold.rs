//! A mail server dawdles, and nobody can log in.
//!
//! Sessions lie in a table behind a lock. Whoever logs out is taken out of the table and gets a mail;
//! the guard of the table lives until the end of the block, and so while the mail is sent:
//!
//! ```text
//!   logout   locks ── sends a mail ─ ─ ─ ─ ─ ─ 30 s ─ ─ ─ ─ ─ ─ ─ gives back
//!   login             waits for the table ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ has it
//! ```
//!
//! The bug is a guard held across an await that has no bound. Nothing is wrong in the end, it only
//! takes for ever; and with a quick mail server, as in the plain run, not even that. Fixed, the guard
//! ends before the mail is sent.

use std::collections::BTreeSet;
use std::sync::Arc;

use reweave::sync::{Mutex, named};
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, choose, join, spawn};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "long_hold",
    gallery: Gallery::Classics,
    summary: "a guard is held across a slow await while others wait for the lock",
    bug: Some(FindingKind::LongHold),
    original: || program(log_out_and_in(broken)),
    fixed: Some(|| program(log_out_and_in(fixed))),
    configure: |sim| sim,
};

type Sessions = Arc<Mutex<BTreeSet<&'static str>>>;

/// Sends a mail: in no time, unless the mail server is overloaded.
async fn send_mail() {
    sleep(Duration::from_millis(choose([5, 10, 30_000]))).await;
}

async fn broken(sessions: Sessions) {
    let mut sessions = sessions.lock().await;
    if sessions.remove("ada") {
        send_mail().await;
    }
}

async fn fixed(sessions: Sessions) {
    let was_there = sessions.lock().await.remove("ada");
    if was_there {
        send_mail().await;
    }
}

async fn log_in(sessions: Sessions) {
    sleep(Duration::from_millis(2)).await;
    sessions.lock().await.insert("ben");
}

async fn log_out_and_in<F>(log_out: fn(Sessions) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let sessions: Sessions = named("sessions", || Arc::new(Mutex::new(BTreeSet::from(["ada"]))));
    let (out, into) = join!(
        spawn(log_out(sessions.clone())),
        spawn(log_in(sessions.clone()))
    );
    out.and(into).expect("neither task panics");
    assert_eq!(*sessions.lock().await, BTreeSet::from(["ben"]));
}
