//! Random walks made by hand: the streams and the draws that a user can reach are those that a seed means.

use rand::Rng;
use reweave::task::{Builder, yield_now};
use reweave::{Draw, Prng, RandomWalk, Sim, Strategy, explore, spawn};

async fn program() {
    let tasks = [0, 1, 2].map(|n| {
        spawn(async move {
            yield_now().await;
            reweave::note!("{n} {}", reweave::choose(0..5));
            reweave::flip(0.25)
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
}

/// A random walk over a stream of its own.
struct Walk(Prng);

impl Strategy for Walk {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        draw.uniform(&mut self.0)
    }
}

#[test]
fn a_walk_by_hand_is_the_walk_of_the_seed() {
    let seeds = || explore(program).seeds(0..50);
    let digest = seeds().run().digest().unwrap();
    let by_hand = seeds().strategy(|seed| Walk(Prng::for_draws(seed))).run();
    assert_eq!(by_hand.digest(), Some(digest));
    let built_in = seeds().strategy(RandomWalk::new).run();
    assert_eq!(built_in.digest(), Some(digest));
    let others = seeds().strategy(|seed| Walk(Prng::for_draws(seed + 1)));
    assert_ne!(others.run().digest(), Some(digest));
}

#[test]
fn the_values_of_a_task_are_the_stream_of_its_path() {
    let values = Sim::new().seed(7).run(async {
        let worker = || {
            Builder::new()
                .name("worker")
                .spawn(async { reweave::rng().next_u64() })
        };
        let (one, two) = (worker().unwrap(), worker().unwrap());
        [
            reweave::rng().next_u64(),
            one.await.unwrap(),
            two.await.unwrap(),
        ]
    });
    let labels = ["main", "main/worker", "main/worker#2"];
    let streams = labels.map(|label| Prng::labelled(7, label).next_u64());
    assert_eq!(values.unwrap(), streams);
    assert_ne!(streams[1], streams[2]);
}
