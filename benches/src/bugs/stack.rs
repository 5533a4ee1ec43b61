//! A flag says that something was pushed, and stays set: a task that looks at it pops from an empty stack.

use super::world::{Cell, Mutex, World};

/// How many elements are pushed, and how often the other task tries to pop one.
const ROUNDS: usize = 5;

pub(super) async fn stack<W: World>(world: W) {
    let lock = W::Mutex::new();
    let [top, pushed] = [W::Cell::new(0), W::Cell::new(0)];
    let pusher = {
        let (lock, top, pushed) = (lock.clone(), top.clone(), pushed.clone());
        async move {
            for _ in 0..ROUNDS {
                let _guard = lock.lock().await;
                top.add(1).await;
                pushed.set(1).await;
            }
        }
    };
    world.spawn(pusher).await;
    let popper = async move {
        for _ in 0..ROUNDS {
            let _guard = lock.lock().await;
            if pushed.get().await == 1 {
                let height = top.get().await;
                assert!(height > 0, "pop from an empty stack");
                top.set(height - 1).await;
            }
        }
    };
    world.spawn(popper).await;
    world.joined().await;
}
