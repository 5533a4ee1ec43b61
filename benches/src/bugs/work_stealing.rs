//! A queue whose owner takes from the end and a thief from the start; the thief looks whether there is something before it says
//! that it takes it, and the two get the same item (after the queue of Cilk-5, Frigo, Leiserson and Randall, 1998).

use std::sync::{Arc, Mutex as StdMutex};

use super::world::{Cell, Mutex, World};

/// How many items the owner puts and takes, and how often the thief tries.
const ITEMS: i64 = 3;

pub(super) async fn work_stealing<W: World>(world: W) {
    let queue = Queue::<W> {
        head: W::Cell::new(0),
        tail: W::Cell::new(0),
        lock: W::Mutex::new(),
        taken: Arc::default(),
    };
    let thief = {
        let queue = queue.clone();
        async move {
            for _ in 0..ITEMS {
                queue.steal().await;
            }
        }
    };
    world.spawn(thief).await;
    for _ in 0..ITEMS {
        queue.tail.add(1).await;
    }
    for _ in 0..ITEMS {
        queue.pop().await;
    }
    world.joined().await;
}

/// Item `n` lies in slot `n`, so the slots themselves are left out.
#[derive(Clone)]
struct Queue<W: World> {
    head: W::Cell,
    tail: W::Cell,
    lock: W::Mutex,
    /// No part of the queue, so it has no points.
    taken: Arc<StdMutex<Vec<i64>>>,
}

impl<W: World> Queue<W> {
    /// The owner's: says that it takes the last, and needs the lock only if a thief may have said so, too.
    async fn pop(&self) {
        let last = self.tail.get().await - 1;
        self.tail.set(last).await;
        if self.head.get().await <= last {
            return self.take(last);
        }
        self.tail.set(last + 1).await;
        let _guard = self.lock.lock().await;
        if self.head.get().await <= last {
            self.tail.set(last).await;
            self.take(last);
        }
    }

    async fn steal(&self) {
        let _guard = self.lock.lock().await;
        let first = self.head.get().await;
        if first < self.tail.get().await {
            // Too late: the owner may have taken it since.
            self.head.set(first + 1).await;
            self.take(first);
        }
    }

    fn take(&self, item: i64) {
        let mut taken = self.taken.lock().expect("nobody panics before the last");
        let twice = taken.contains(&item);
        taken.push(item);
        drop(taken);
        assert!(!twice, "item {item} is taken twice");
    }
}
