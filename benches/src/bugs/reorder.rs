//! Setters write two cells, one after the other; a checker must not see one of them set and the other not.

use super::world::{Cell, World};

/// All tasks but the last are setters.
pub(super) async fn reorder<W: World>(world: W, tasks: usize) {
    let (a, b) = (W::Cell::new(0), W::Cell::new(0));
    for _ in 1..tasks {
        let (a, b) = (a.clone(), b.clone());
        let setter = async move {
            a.set(1).await;
            b.set(-1).await;
        };
        world.spawn(setter).await;
    }
    let checker = async move {
        // Each operand is read where it stands, as it would be in C.
        let none = a.get().await == 0 && b.get().await == 0;
        let both = none || (a.get().await == 1 && b.get().await == -1);
        assert!(both, "half a set");
    };
    world.spawn(checker).await;
    world.joined().await;
}
