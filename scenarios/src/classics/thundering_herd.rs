//! A cache entry expires, and everyone goes to the database at once.
//!
//! Ten clients ask for the same page. The first finds nothing in the cache and asks the database; while it
//! waits, nine others find nothing either, and ask as well. The database, which the cache was to protect,
//! gets the whole herd:
//!
//! ```text
//!   broken   client 1 ──► database        fixed   client 1 ─┐
//!            client 2 ──► database                client 2 ─┼──► database
//!            client 3 ──► database                client 3 ─┘
//! ```
//!
//! The bug: the cache knows entries that are there, and not those that are on their way. In the plain
//! run clients come one after another and nothing is seen; in others some of them come together. Fixed, the
//! cache holds the *future* of the entry, and all who come share it.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use futures::FutureExt;
use futures::future::Shared;
use reweave::task::JoinSet;
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, flip};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "thundering_herd",
    gallery: Gallery::Classics,
    summary: "clients that miss the cache together all ask the database",
    bug: Some(FindingKind::Panic),
    original: || program(ask_for_a_page(broken)),
    fixed: Some(|| program(ask_for_a_page(fixed))),
    configure: |sim| sim,
};

const CLIENTS: u64 = 10;

/// How many queries the database is made for, at a time.
const BEARABLE: u32 = 2;

/// A page on its way, for any number of readers.
type OnItsWay = Shared<Pin<Box<dyn Future<Output = u32>>>>;

#[derive(Default)]
struct Server {
    cached: Cell<Option<u32>>,
    on_its_way: RefCell<Option<OnItsWay>>,
    /// Queries that the database works on, and the most there were at a time.
    queries: Cell<u32>,
    most: Cell<u32>,
}

impl Server {
    async fn query(&self) -> u32 {
        self.queries.set(self.queries.get() + 1);
        self.most.set(self.most.get().max(self.queries.get()));
        sleep(Duration::from_millis(5)).await;
        self.queries.set(self.queries.get() - 1);
        42
    }
}

async fn broken(server: Rc<Server>) -> u32 {
    if let Some(page) = server.cached.get() {
        return page;
    }
    let page = server.query().await;
    server.cached.set(Some(page));
    page
}

async fn fixed(server: Rc<Server>) -> u32 {
    let page = server
        .on_its_way
        .borrow_mut()
        .get_or_insert_with(|| ask_once(&server))
        .clone();
    page.await
}

fn ask_once(server: &Rc<Server>) -> OnItsWay {
    let server = server.clone();
    let query = async move { server.query().await };
    (Box::pin(query) as Pin<Box<dyn Future<Output = u32>>>).shared()
}

async fn ask_for_a_page<F>(page: fn(Rc<Server>) -> F)
where
    F: Future<Output = u32> + 'static,
{
    let server = Rc::new(Server::default());
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let server = server.clone();
        let comes = if flip(0.2) { 0 } else { client * 10 };
        clients.spawn_local(async move {
            sleep(Duration::from_millis(comes)).await;
            page(server).await
        });
    }
    while let Some(page) = clients.join_next().await {
        assert_eq!(page.expect("no client panics"), 42);
    }
    let most = server.most.get();
    assert!(most <= BEARABLE, "{most} queries at a time");
}
