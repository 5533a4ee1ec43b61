//! A message is put into a mailbox that nobody empties any more.
//!
//! A router answers requests until it is told to stop. It confirms, and leaves its loop. It does not close
//! its mailbox, which lives on with the router itself. Who asks it to stop a second time sends without an
//! error, and waits for a confirmation that lies unread:
//!
//! ```text
//!   router    stop? ─ confirms ─ leaves its loop      [mailbox: stop?]
//!   main         asks ─ confirmed        asks again ──────┘  waits
//! ```
//!
//! Fixed, the router closes its mailbox and throws away what is in it, so that asking fails.
//!
//! Met in: "Dangling channel receiver in Router", Retamogordo, Ockam issue 3105,
//! <https://github.com/build-trust/ockam/issues/3105>.

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::{mpsc, oneshot};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "stopped_router",
    gallery: Gallery::Field,
    summary: "a request goes to a mailbox whose owner has left its loop",
    bug: Some(FindingKind::Deadlock),
    original: || program(stopped_twice(Router::run_broken)),
    fixed: Some(|| program(stopped_twice(Router::run_fixed))),
    configure: |sim| sim,
};

/// Asks the router to stop, and to confirm.
struct Stop(oneshot::Sender<()>);

struct Router {
    mailbox: mpsc::Receiver<Stop>,
}

impl Router {
    async fn run_broken(&mut self) {
        if let Some(Stop(confirm)) = self.mailbox.recv().await {
            confirm.send(()).expect("who asks waits");
        }
    }

    async fn run_fixed(&mut self) {
        if let Some(Stop(confirm)) = self.mailbox.recv().await {
            confirm.send(()).expect("who asks waits");
        }
        self.mailbox.close();
        while self.mailbox.try_recv().is_ok() {}
    }
}

/// Whether the router was still there to be stopped.
async fn stop(router: &mpsc::Sender<Stop>) -> bool {
    let (confirm, confirmed) = oneshot::channel();
    router.send(Stop(confirm)).await.is_ok() && confirmed.await.is_ok()
}

async fn stopped_twice(run: impl AsyncFn(&mut Router)) -> (bool, bool) {
    let (to_router, mailbox) = mpsc::channel(4);
    let mut router = Router { mailbox };
    let ((), both) = tokio::join!(run(&mut router), async {
        (stop(&to_router).await, stop(&to_router).await)
    });
    both
}
