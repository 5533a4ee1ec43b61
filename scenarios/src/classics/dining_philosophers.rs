//! Philosophers at a round table, each with a fork in the left hand.
//!
//! Between any two of them lies one fork. To eat, one takes the left fork, then the right one. If all
//! have their left forks, all wait for their right ones, in a circle:
//!
//! ```text
//!                 first has fork 1, waits for fork 2
//!                 ▲                              │
//!                 │                              ▼
//!      third has fork 3,    ◄──────    second has fork 2,
//!      waits for fork 1                waits for fork 3
//! ```
//!
//! The bug: each of them does the sensible thing, and the circle is in the table. The more there are,
//! the rarer it is that all stand between their two forks at once. Fixed, everyone takes the fork with
//! the lower number first: the last of them begins with the right hand, and there is no circle.
//!
//! Three sizes of one program: 3, 5 and 7 philosophers.

use std::array;
use std::sync::Arc;

use reweave::FindingKind;
use reweave::sync::{Mutex, named};
use reweave::task::JoinSet;

use crate::{Gallery, Scenario, program};

/// Three philosophers; see the top of this file.
pub const THREE: Scenario = Scenario {
    name: "dining_philosophers_3",
    gallery: Gallery::Classics,
    summary: "three philosophers, each with a fork in the left hand",
    bug: Some(FindingKind::Deadlock),
    original: || program(dine::<3>(left_first)),
    fixed: Some(|| program(dine::<3>(lower_first))),
    configure: |sim| sim,
};

/// Five philosophers; see the top of this file.
pub const FIVE: Scenario = Scenario {
    name: "dining_philosophers_5",
    summary: "five philosophers, each with a fork in the left hand",
    original: || program(dine::<5>(left_first)),
    fixed: Some(|| program(dine::<5>(lower_first))),
    ..THREE
};

/// Seven philosophers; see the top of this file.
pub const SEVEN: Scenario = Scenario {
    name: "dining_philosophers_7",
    summary: "seven philosophers, each with a fork in the left hand",
    original: || program(dine::<7>(left_first)),
    fixed: Some(|| program(dine::<7>(lower_first))),
    ..THREE
};

/// How often each of them eats.
const MEALS: u32 = 3;

/// In which order to take the left and the right fork.
type Manners = fn(usize, usize) -> (usize, usize);

fn left_first(left: usize, right: usize) -> (usize, usize) {
    (left, right)
}

fn lower_first(left: usize, right: usize) -> (usize, usize) {
    (left.min(right), left.max(right))
}

async fn philosopher(forks: Arc<[Mutex<()>]>, (first, second): (usize, usize)) {
    for _ in 0..MEALS {
        let _first = forks[first].lock().await;
        let _second = forks[second].lock().await;
    }
}

async fn dine<const N: usize>(manners: Manners) {
    let forks: [_; N] = array::from_fn(|n| named(&format!("fork {}", n + 1), || Mutex::new(())));
    let forks: Arc<[_]> = Arc::new(forks);
    let mut table = JoinSet::new();
    for n in 0..N {
        table.spawn(philosopher(forks.clone(), manners(n, (n + 1) % N)));
    }
    while let Some(fed) = table.join_next().await {
        fed.expect("no philosopher panics");
    }
}
