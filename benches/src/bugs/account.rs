//! A deposit and a withdrawal run at once, and a check takes one of them for undone.

use super::world::{Cell, Mutex, World};

pub(super) async fn account<W: World>(world: W) {
    const START: i64 = 10;
    const DEPOSIT: i64 = 3;
    const WITHDRAWAL: i64 = 2;

    let lock = W::Mutex::new();
    let balance = W::Cell::new(START);
    let [deposited, withdrawn] = [W::Cell::new(0), W::Cell::new(0)];
    for (amount, done) in [(DEPOSIT, &deposited), (-WITHDRAWAL, &withdrawn)] {
        let (lock, balance, done) = (lock.clone(), balance.clone(), done.clone());
        let booking = async move {
            let _guard = lock.lock().await;
            balance.add(amount).await;
            done.set(1).await;
        };
        world.spawn(booking).await;
    }
    let check = async move {
        let _guard = lock.lock().await;
        if deposited.get().await == 1 && withdrawn.get().await == 1 {
            // The deposit is not thought of.
            assert_eq!(balance.get().await, START - WITHDRAWAL);
        }
    };
    world.spawn(check).await;
    world.joined().await;
}
