//! A text is appended to another: its length is asked for, then its characters are copied, and it may be shortened in between.

use super::world::{Cell, Mutex, World};

/// How many characters there are.
const LENGTH: i64 = 4;

pub(super) async fn string_buffer<W: World>(world: W) {
    let (lock, length) = (W::Mutex::new(), W::Cell::new(LENGTH));
    let characters: Vec<W::Cell> = (0..LENGTH).map(W::Cell::new).collect();

    let editor = {
        let (lock, length, characters) = (lock.clone(), length.clone(), characters.clone());
        async move {
            let guard = lock.lock().await;
            length.set(0).await;
            drop(guard);
            let _guard = lock.lock().await;
            for (at, character) in characters.iter().enumerate() {
                character.set(at as i64).await;
            }
            length.set(LENGTH).await;
        }
    };
    world.spawn(editor).await;

    // Each step has the lock, and both together have not.
    let guard = lock.lock().await;
    let end = length.get().await;
    drop(guard);
    let guard = lock.lock().await;
    assert!(end <= length.get().await, "the text ends before {end}");
    for character in &characters[..end as usize] {
        character.get().await;
    }
    drop(guard);
    world.joined().await;
}
