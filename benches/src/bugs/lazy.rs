//! Two tasks add to a number, and a third must not see the sum of both.

use super::world::{Cell, Mutex, World};

pub(super) async fn lazy<W: World>(world: W) {
    let (lock, data) = (W::Mutex::new(), W::Cell::new(0));
    for number in [1, 2] {
        let (lock, data) = (lock.clone(), data.clone());
        let adder = async move {
            let _guard = lock.lock().await;
            data.add(number).await;
        };
        world.spawn(adder).await;
    }
    let observer = async move {
        let _guard = lock.lock().await;
        assert!(data.get().await < 3);
    };
    world.spawn(observer).await;
    world.joined().await;
}
