//! A cache is filled with what was true a moment ago.
//!
//! A reader misses the cache and asks the database. While the answer is on its way, a writer changes
//! the database and clears the cache. Then the reader stores its old answer, and everyone who comes later
//! reads it, for good:
//!
//! ```text
//!   reader   misses ─ asks: "old" ─ ─ ─ ─ ─ ─ ─ ─ ─ stores "old"
//!   writer                      writes "new", clears
//! ```
//!
//! The bug: clearing a cache does not stop a fill that is under way. Fixed, the reader notes the cache's
//! generation before it asks, and stores nothing if it has changed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use reweave::task::spawn_local;
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, choose, join};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "stale_cache",
    gallery: Gallery::Classics,
    summary: "a read that began before a write fills the cache after it",
    bug: Some(FindingKind::Panic),
    original: || program(read_and_write(Store::fill_broken)),
    fixed: Some(|| program(read_and_write(Store::fill_fixed))),
    configure: |sim| sim,
};

/// A database row, and a cache in front of it.
struct Store {
    row: Cell<&'static str>,
    cached: RefCell<Option<&'static str>>,
    /// How often the cache was cleared.
    generation: Cell<u32>,
}

/// Stores what was read in the cache, if the reader may; it began in this generation.
type Fill = fn(&Store, &'static str, u32);

impl Store {
    fn fill_broken(&self, value: &'static str, _: u32) {
        self.cached.replace(Some(value));
    }

    fn fill_fixed(&self, value: &'static str, began_in: u32) {
        if self.generation.get() == began_in {
            self.cached.replace(Some(value));
        }
    }

    async fn read(&self, fill: Fill) -> &'static str {
        if let Some(value) = *self.cached.borrow() {
            return value;
        }
        let generation = self.generation.get();
        let value = self.row.get();
        // The answer travels back.
        sleep(Duration::from_millis(choose([1, 2, 4]))).await;
        fill(self, value, generation);
        value
    }

    async fn write(&self, value: &'static str) {
        sleep(Duration::from_millis(choose([3, 2, 1]))).await;
        self.row.set(value);
        self.cached.take();
        self.generation.set(self.generation.get() + 1);
    }
}

async fn reader(store: Rc<Store>, fill: Fill) {
    store.read(fill).await;
}

async fn writer(store: Rc<Store>) {
    store.write("new").await;
}

async fn read_and_write(fill: Fill) {
    let store = Rc::new(Store {
        row: Cell::new("old"),
        cached: RefCell::default(),
        generation: Cell::default(),
    });
    let (reader, writer) = join!(
        spawn_local(reader(store.clone(), fill)),
        spawn_local(writer(store.clone()))
    );
    reader.and(writer).expect("neither task panics");
    assert_eq!(
        store.read(fill).await,
        "new",
        "the write was over long before"
    );
}
