//! `blocking`: a task held up all others.

use reweave::task::spawn_blocking;
use reweave::{Sim, spawn};

use super::{SECOND, silent, told};

#[test]
fn says_how_long_and_who_could_not_run() {
    let run = Sim::new().run(async {
        let ready = spawn(async {});
        reweave::thread::sleep(SECOND / 4);
        ready.await.unwrap();
    });
    insta::assert_snapshot!(told(&run), @r"
    blocking in main at 0s: blocked the thread for 0.25s: nothing else ran; 1 task was ready and could not run
      --> `reweave::thread::sleep(SECOND / 4);`
    ");
    assert_eq!(run.elapsed(), SECOND / 4);
}

#[test]
fn on_a_thread_of_its_own_it_is_in_order() {
    let run = Sim::new().run(async {
        spawn_blocking(|| reweave::thread::sleep(SECOND))
            .await
            .unwrap();
        reweave::task::block_in_place(|| reweave::thread::sleep(SECOND));
        spawn_blocking(|| {
            reweave::thread::sleep(SECOND);
            reweave::task::block_in_place(|| reweave::thread::sleep(SECOND));
            reweave::thread::sleep(SECOND);
        })
        .await
        .unwrap();
    });
    silent(&run);
}

#[test]
fn the_same_place_a_thousand_times_is_told_a_few_times() {
    let run = Sim::new().run(async {
        for _ in 0..1000 {
            reweave::thread::sleep(SECOND);
        }
    });
    assert!(
        (1..20).contains(&run.findings().len()),
        "{}",
        run.findings().len()
    );
}
