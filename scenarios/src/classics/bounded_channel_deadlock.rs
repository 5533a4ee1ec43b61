//! Two actors fill each other's mailbox.
//!
//! A crawler has two actors. The fetcher takes links from its mailbox and sends pages to the parser;
//! the parser takes pages and sends the links it finds to the fetcher. Both mailboxes have room for one
//! message:
//!
//! ```text
//!              ┌───────── links [■] ◄──────────┐
//!              ▼                               │  waits for room among the links,
//!           fetcher                          parser   and takes no page meanwhile
//!              │  waits for room               ▲
//!              └───────► pages [■] ────────────┘
//! ```
//!
//! The bug: bounded channels in a circle, and everybody waits to send. It shows when pages have many
//! links; in the plain run each has one. Fixed, the parser keeps links in a list until there is room,
//! and takes pages all the while.

use reweave::sync::mpsc::{self, Receiver, Sender};
use reweave::sync::named;
use reweave::{FindingKind, choose, select, spawn};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "bounded_channel_deadlock",
    gallery: Gallery::Classics,
    summary: "two actors each wait for room in the other's full mailbox",
    bug: Some(FindingKind::Deadlock),
    original: || program(crawl(broken)),
    fixed: Some(|| program(crawl(fixed))),
    configure: |sim| sim,
};

/// A page, by how many clicks it is away from the first.
struct Page(u32);

/// A link to such a page.
struct Link(u32);

impl Page {
    fn links(&self) -> impl Iterator<Item = Link> {
        let Page(clicks) = *self;
        let found = if clicks < 2 { choose([1, 2, 4]) } else { 0 };
        (0..found).map(move |_| Link(clicks + 1))
    }
}

async fn fetch(mut links: Receiver<Link>, pages: Sender<Page>) {
    while let Some(Link(clicks)) = links.recv().await {
        pages.send(Page(clicks)).await.expect("the parser is there");
    }
}

const FETCHER: &str = "the fetcher is there";

/// Parses until no link is open; gives the number of pages.
async fn broken(mut pages: Receiver<Page>, links: Sender<Link>) -> u32 {
    let (mut open, mut parsed) = (1, 0);
    while open > 0 {
        let page = pages.recv().await.expect(FETCHER);
        parsed += 1;
        open -= 1;
        for link in page.links() {
            open += 1;
            links.send(link).await.expect(FETCHER);
        }
    }
    parsed
}

async fn fixed(mut pages: Receiver<Page>, links: Sender<Link>) -> u32 {
    let (mut open, mut parsed) = (1, 0);
    let mut unsent = Vec::new();
    while open > 0 {
        select! {
            page = pages.recv() => {
                let before = unsent.len();
                unsent.extend(page.expect(FETCHER).links());
                parsed += 1;
                open += unsent.len() - before;
                open -= 1;
            }
            room = links.reserve(), if !unsent.is_empty() => {
                let link = unsent.pop().expect("there is one");
                room.expect(FETCHER).send(link);
            }
        }
    }
    parsed
}

async fn crawl<F>(parse: fn(Receiver<Page>, Sender<Link>) -> F)
where
    F: Future<Output = u32> + Send + 'static,
{
    let (links, to_fetch) = named("links", || mpsc::channel(1));
    let (pages, to_parse) = named("pages", || mpsc::channel(1));
    links.send(Link(0)).await.expect("there is room");
    let fetcher = spawn(fetch(to_fetch, pages));
    let parser = spawn(parse(to_parse, links));
    let parsed = parser.await.expect("the parser does not panic");
    fetcher.await.expect("the fetcher does not panic");
    assert!(
        parsed >= 3,
        "it is two clicks from the first page to the last"
    );
}
