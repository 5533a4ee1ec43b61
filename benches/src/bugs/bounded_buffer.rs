//! A buffer with two conditions, not empty and not full: who takes notifies the wrong one, and who waits for room waits for ever.

use super::world::{Cell, Condition, Mutex, World};

/// How many items fit.
const ROOM: i64 = 2;

/// How many items go through.
const ITEMS: usize = 4;

pub(super) async fn bounded_buffer<W: World>(world: W) {
    let (lock, count) = (W::Mutex::new(), W::Cell::new(0));
    let (not_empty, not_full) = (Condition::<W>::new(), Condition::<W>::new());

    let producer = {
        let (lock, count) = (lock.clone(), count.clone());
        let not_empty = not_empty.clone();
        async move {
            for _ in 0..ITEMS {
                let mut guard = lock.lock().await;
                while count.get().await == ROOM {
                    guard = not_full.wait(&lock, guard).await;
                }
                count.add(1).await;
                not_empty.notify_one().await;
            }
        }
    };
    world.spawn(producer).await;
    let consumer = async move {
        for _ in 0..ITEMS {
            let mut guard = lock.lock().await;
            while count.get().await == 0 {
                guard = not_empty.wait(&lock, guard).await;
            }
            count.add(-1).await;
            // It should be `not_full`.
            not_empty.notify_one().await;
        }
    };
    world.spawn(consumer).await;
    world.joined().await;
}
