//! Flags say whose turn it is, and who comes out of turn skips a round: what is put and what is expected go apart.

use super::world::{Cell, Mutex, World};

/// `circular_buffer`: both count rounds.
pub(super) async fn circular_buffer<W: World>(world: W) {
    hand_off(world, 7, false).await;
}

/// `queue`: the first element is put before anybody takes turns.
pub(super) async fn queue<W: World>(world: W) {
    hand_off(world, 5, true).await;
}

async fn hand_off<W: World>(world: W, rounds: usize, first_is_free: bool) {
    let lock = W::Mutex::new();
    let slots: Vec<W::Cell> = (0..rounds).map(|_| W::Cell::new(-1)).collect();
    let (may_put, may_take) = (W::Cell::new(1), W::Cell::new(0));

    let putter = {
        let (lock, slots) = (lock.clone(), slots.clone());
        let (may_put, may_take) = (may_put.clone(), may_take.clone());
        async move {
            let mut end = 0;
            for round in 0..rounds {
                let _guard = lock.lock().await;
                let free = first_is_free && round == 0;
                if free || may_put.get().await == 1 {
                    slots[end].set(round as i64).await;
                    end += 1;
                    if !free {
                        may_put.set(0).await;
                        may_take.set(1).await;
                    }
                }
            }
        }
    };
    world.spawn(putter).await;
    let taker = async move {
        let mut start = 0;
        for round in 0..rounds {
            let _guard = lock.lock().await;
            if may_take.get().await == 1 {
                let taken = slots[start].get().await;
                start += 1;
                assert_eq!(taken, round as i64, "out of turn");
                may_take.set(0).await;
                may_put.set(1).await;
            }
        }
    };
    world.spawn(taker).await;
    world.joined().await;
}
