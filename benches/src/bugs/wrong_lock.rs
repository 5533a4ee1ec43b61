//! Two locks guard one counter: one task holds the right one, others the wrong one.

use super::world::{Cell, Mutex, World};

pub(super) async fn wrong_lock<W: World>(world: W, wrong: usize) {
    let counter = W::Cell::new(0);
    let (right_lock, wrong_lock) = (W::Mutex::new(), W::Mutex::new());
    let careful = {
        let counter = counter.clone();
        async move {
            let _guard = right_lock.lock().await;
            let before = counter.get().await;
            counter.add(1).await;
            assert_eq!(counter.get().await, before + 1, "another has counted");
        }
    };
    world.spawn(careful).await;
    for _ in 0..wrong {
        let (wrong_lock, counter) = (wrong_lock.clone(), counter.clone());
        let careless = async move {
            let _guard = wrong_lock.lock().await;
            counter.add(1).await;
        };
        world.spawn(careless).await;
    }
    world.joined().await;
}
