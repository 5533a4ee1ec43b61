//! A driver is stopped between a request's look at the flag that says so and its being counted (Qadeer and Wu, *KISS*, 2004).

use super::world::{Cell, World};

pub(super) async fn bluetooth<W: World>(world: W) {
    let pending = W::Cell::new(1);
    let [stopping, drained, stopped] = [(); 3].map(|()| W::Cell::new(0));

    let done = |pending: W::Cell, drained: W::Cell| async move {
        let left = pending.get().await - 1;
        pending.set(left).await;
        if left == 0 {
            drained.set(1).await;
        }
    };
    let stopper = {
        let (stopping, drained, stopped) = (stopping.clone(), drained.clone(), stopped.clone());
        let done = done(pending.clone(), drained.clone());
        async move {
            stopping.set(1).await;
            done.await;
            if drained.get().await == 1 {
                stopped.set(1).await;
            }
        }
    };
    world.spawn(stopper).await;

    if stopping.get().await == 0 {
        pending.add(1).await;
        assert_eq!(stopped.get().await, 0, "work on a driver that is stopped");
        done(pending, drained).await;
    }
    world.joined().await;
}
