//! A proxy forwards one request at a time, because each holds the table of routes.
//!
//! A proxy looks up where a request goes, in a table behind a lock, and forwards it. The guard lives to the
//! end of the function, so the table is locked until the answer has come. The compiler would have complained
//! of a guard of `std`; of an async lock's guard it does not, and all requests queue up:
//!
//! ```text
//!   request 1   locks ─ forwards, 2 s ─ ┐
//!   request 2      waits ─ ─ ─ ─ ─ ─ ─  locks ─ forwards, 2 s ─ ┐
//!   request 3      waits ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─  locks ...
//! ```
//!
//! Fixed, the route is copied out, and the lock given back before the await.
//!
//! Met in: "Add Alan thinks he needs async locks", rylev, Rust's async working group, pull request 148,
//! <https://github.com/rust-lang/wg-async/pull/148>.

use std::collections::BTreeMap;
use std::sync::Arc;

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::{Duration, sleep};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "slow_proxy",
    gallery: Gallery::Field,
    summary: "the table of routes is locked while a request is forwarded",
    bug: Some(FindingKind::LongHold),
    original: || program(three_requests(handle_broken)),
    fixed: Some(|| program(three_requests(handle_fixed))),
    // Two seconds are long for a lock, though not for a request.
    configure: |sim| sim.long_hold(Duration::from_secs(1)),
};

type Routes = Arc<Mutex<BTreeMap<&'static str, String>>>;

async fn forward(route: &str) -> usize {
    sleep(Duration::from_secs(2)).await;
    route.len()
}

async fn handle_broken(routes: Routes) -> usize {
    let routes = routes.lock().await;
    let route = routes.get("/").expect("there is a route");
    forward(route).await
}

async fn handle_fixed(routes: Routes) -> usize {
    let route = routes.lock().await.get("/").cloned();
    forward(&route.expect("there is a route")).await
}

async fn three_requests<H>(handle: fn(Routes) -> H)
where
    H: Future<Output = usize> + Send + 'static,
{
    let table = BTreeMap::from([("/", "upstream".to_owned())]);
    let routes = Arc::new(Mutex::new(table));
    let mut requests = JoinSet::new();
    for _ in 0..3 {
        requests.spawn(handle(routes.clone()));
    }
    requests.join_all().await;
}
