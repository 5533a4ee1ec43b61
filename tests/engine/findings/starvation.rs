//! `starvation`: a task is ready for very long, and not polled.

use std::cell::Cell;
use std::rc::Rc;

use reweave::draw::{Draw, Kind};
use reweave::task::{spawn_local, yield_now};
use reweave::{FindingKind, Sim, Strategy};

use super::{kinds, silent, told};

/// Prefers who came last, as a stack does.
struct LastComeFirst;

impl Strategy for LastComeFirst {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        match draw.kind() {
            Kind::Task => draw.candidates() - 1,
            _ => 0,
        }
    }
}

/// Spins until another task has set a flag, or for so many rounds.
async fn spin(rounds: u32) {
    let flag = Rc::new(Cell::new(false));
    let sets = spawn_local({
        let flag = flag.clone();
        async move { flag.set(true) }
    });
    for _ in 0..rounds {
        if flag.get() {
            break;
        }
        yield_now().await;
    }
    sets.await.unwrap();
}

#[test]
fn says_who_and_for_how_long() {
    let run = Sim::new().run_with(LastComeFirst, spin(30_000));
    insta::assert_snapshot!(told(&run), @r"
    starvation in main/task at 0s: ready for 10240 steps of others, and not polled once
      --> `spawn_local({`
    ");
}

#[test]
fn is_none_if_it_is_not_for_long_or_the_schedule_is_fair() {
    silent(&Sim::new().run_with(LastComeFirst, spin(5_000)));
    silent(&Sim::new().run(spin(30_000)));
    let two_spinners = || async {
        let other = spawn_local(async {
            for _ in 0..50_000 {
                yield_now().await;
            }
        });
        for _ in 0..50_000 {
            yield_now().await;
        }
        other.await.unwrap();
    };
    let run = Sim::new().seed(1).run(two_spinners());
    assert!(!kinds(&run).contains(&FindingKind::Starvation));
}
