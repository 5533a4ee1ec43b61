//! Three tasks hand a number on, each to the next, and nobody says in which order.

use super::world::{Cell, World};

pub(super) async fn token_ring<W: World>(world: W) {
    let numbers = [1, 2, 3].map(W::Cell::new);
    let passed = [(); 3].map(|()| W::Cell::new(0));
    for (at, passed) in passed.iter().enumerate() {
        let (from, to) = (numbers[(at + 2) % 3].clone(), numbers[at].clone());
        let passed = passed.clone();
        let task = async move {
            let number = from.get().await;
            // Only the first changes it.
            to.set(if at == 0 { (number + 1) % 4 } else { number })
                .await;
            passed.set(1).await;
        };
        world.spawn(task).await;
    }
    let check = async move {
        for passed in passed {
            if passed.get().await == 0 {
                return;
            }
        }
        let [a, b, c] = numbers;
        let (a, b, c) = (a.get().await, b.get().await, c.get().await);
        assert!(a == b && b == c, "{a} {b} {c}");
    };
    world.spawn(check).await;
    world.joined().await;
}
