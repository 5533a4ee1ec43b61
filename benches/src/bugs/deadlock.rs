//! Deadlocks: tasks hold a lock each and wait for that of another.

use super::world::{Cell, Mutex, World};

/// `deadlock01`: two locks, taken in both orders.
pub(super) async fn opposite_order<W: World>(world: W) {
    let counter = W::Cell::new(0);
    let locks = [W::Mutex::new(), W::Mutex::new()];
    for number in [1, -1] {
        let (counter, mut locks) = (counter.clone(), locks.clone());
        if number < 0 {
            locks.reverse();
        }
        let task = async move {
            let _first = locks[0].lock().await;
            let _second = locks[1].lock().await;
            counter.add(number).await;
        };
        world.spawn(task).await;
    }
    world.joined().await;
}

/// `carter01`: two tasks count themselves in and out under one lock, and hold the other in between.
pub(super) async fn carter<W: World>(world: W) {
    let (counts_lock, work_lock) = (W::Mutex::new(), W::Mutex::new());
    for _ in 0..2 {
        let (counts_lock, work_lock) = (counts_lock.clone(), work_lock.clone());
        let inside = W::Cell::new(0);
        let task = async move {
            let mut working = None;
            let guard = counts_lock.lock().await;
            inside.add(1).await;
            if inside.get().await == 1 {
                working = Some(work_lock.lock().await);
            }
            drop(guard);
            let guard = counts_lock.lock().await;
            inside.add(-1).await;
            if inside.get().await == 0 {
                drop(working);
            }
            drop(guard);
        };
        world.spawn(task).await;
    }
    world.joined().await;
}

/// Each takes the fork to one side, and then that to the other.
pub(super) async fn philosophers<W: World>(world: W, count: usize) {
    let forks: Vec<W::Mutex> = (0..count).map(|_| W::Mutex::new()).collect();
    for seat in 0..count {
        let (left, right) = (forks[seat].clone(), forks[(seat + 1) % count].clone());
        let philosopher = async move {
            let _left = left.lock().await;
            let _right = right.lock().await;
        };
        world.spawn(philosopher).await;
    }
    world.joined().await;
}
