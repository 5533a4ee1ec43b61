//! Random walks made by hand: the streams and the draws that a user can reach are those that a seed means.

use rand::Rng;
use reweave::draw::{Calibration, Draw, Prng};
use reweave::strategies::RandomWalk;
use reweave::task::{Builder, yield_now};
use reweave::{Sim, Strategy, explore, spawn};

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

/// A random walk without odds for preemptions, from a generator of its own.
#[derive(Default)]
struct Walk(Option<Prng>);

impl Strategy for Walk {
    fn begin(&mut self, seed: u64, _: &Calibration) {
        self.0 = Some(Prng::for_draws(seed));
    }

    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        draw.uniform(self.0.as_mut().unwrap())
    }
}

#[test]
fn a_strategy_and_a_seed_are_a_run() {
    let digest = |strategy: fn() -> Box<dyn Strategy>, seeds| {
        let explore = explore(program)
            .seeds(seeds)
            .strategy(move || Boxed(strategy()));
        explore.run().digest().unwrap()
    };
    let built_in = explore(program).seeds(0..50).run().digest().unwrap();
    let walk = || Box::new(RandomWalk::default()) as Box<dyn Strategy>;
    assert_eq!(digest(walk, 0..50), built_in);
    let own = || Box::new(Walk::default()) as Box<dyn Strategy>;
    assert_eq!(digest(own, 0..50), digest(own, 0..50));
    assert_ne!(digest(own, 0..50), digest(own, 1..51));
}

/// Lets one function take any strategy.
struct Boxed(Box<dyn Strategy>);

impl Strategy for Boxed {
    fn begin(&mut self, seed: u64, calibration: &Calibration) {
        self.0.begin(seed, calibration);
    }

    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        self.0.draw(draw)
    }
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
