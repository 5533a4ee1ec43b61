//! `guided`: runs are made from those that showed something new, and from those that came near a target.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use reweave::strategies::{Builtin, Ending};
use reweave::sync::Mutex as AsyncMutex;
use reweave::{Exploration, Explore, Sim, explore, spawn, target};

use super::programs::{how_far, lockers};

fn guided<F>(program: impl Fn() -> F + Sync) -> Explore<impl Fn() -> F + Sync>
where
    F: Future + 'static,
{
    explore(program).builtin(Builtin::Guided)
}

/// So many coins in a row must show heads: one in 2 to that power of random runs fails.
async fn streak(length: u32, tells: bool) {
    for heads in 1..=length {
        if !reweave::flip(0.5) {
            return;
        }
        if tells {
            target("heads in a row", heads);
        }
    }
    panic!("{length} heads in a row");
}

/// Two tasks take turns in a certain order, each step of which is another lock: a task that comes when it is not its turn ends the game.
async fn combination(turns: &'static [usize]) {
    let locks: Arc<Vec<_>> = Arc::new(turns.iter().map(|_| AsyncMutex::new(())).collect());
    let step = Arc::new(AtomicU64::new(0));
    let players: Vec<_> = (0..2)
        .map(|me| {
            let (locks, step) = (locks.clone(), step.clone());
            spawn(async move {
                for _ in 0..turns.len() {
                    let at = step.load(Relaxed) as usize;
                    let Some(lock) = locks.get(at) else { return };
                    drop(lock.lock().await);
                    if step.load(Relaxed) as usize != at || turns[at] != me {
                        return;
                    }
                    step.fetch_add(1, Relaxed);
                }
            })
        })
        .collect();
    for player in players {
        player.await.unwrap();
    }
    assert!(step.load(Relaxed) < turns.len() as u64, "it is open");
}

const TURNS: [usize; 12] = [1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1];

#[test]
fn tune() {
    for seed in 0..10 {
        let start = seed * 100_000;
        let found = guided(|| streak(12, true)).seeds(start..start + 20_000).run();
        let random = explore(|| combination(&TURNS)).builtin("portfolio".parse().unwrap()).seeds(start..start + 20_000).run();
        let other = guided(|| combination(&TURNS)).seeds(start..start + 20_000).run();
        eprintln!("{} {} {}: {} {} {}", found.runs(), other.runs(), random.runs(), found.failed(), other.failed(), random.failed());
    }
}
