//! Writers fill two cells in two stages, each under its own lock; a reader slips between them.

use super::world::{Cell, Mutex, World};

/// All tasks but the last are writers.
pub(super) async fn two_stage<W: World>(world: W, tasks: usize) {
    let (first, second) = (W::Cell::new(0), W::Cell::new(0));
    let (first_lock, second_lock) = (W::Mutex::new(), W::Mutex::new());
    for _ in 1..tasks {
        let (first, second) = (first.clone(), second.clone());
        let (first_lock, second_lock) = (first_lock.clone(), second_lock.clone());
        let writer = async move {
            let guard = first_lock.lock().await;
            first.set(1).await;
            drop(guard);
            let _guard = second_lock.lock().await;
            second.set(first.get().await + 1).await;
        };
        world.spawn(writer).await;
    }
    let reader = async move {
        let guard = first_lock.lock().await;
        let one = first.get().await;
        if one == 0 {
            return;
        }
        drop(guard);
        let _guard = second_lock.lock().await;
        let other = second.get().await;
        assert_eq!(other, one + 1, "between the stages");
    };
    world.spawn(reader).await;
    world.joined().await;
}
