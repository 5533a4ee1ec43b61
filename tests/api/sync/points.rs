//! Operations as scheduling points.

use std::sync::Arc;

use reweave::Sim;
use reweave::sync::Mutex;

/// Two tasks add one each, and let go of the lock between reading and writing.
async fn lost_update() -> i32 {
    let total = Arc::new(Mutex::new(0));
    let tasks = [(); 2].map(|()| {
        let total = total.clone();
        reweave::spawn(async move {
            let before = *total.lock().await;
            *total.lock().await = before + 1;
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
    *total.lock().await
}

/// What some seed of a few makes of it.
fn worst(sim: Sim) -> i32 {
    (0..50)
        .filter_map(|seed| sim.clone().seed(seed).run(lost_update()).output().copied())
        .min()
        .unwrap()
}

#[test]
fn others_get_in_between_two_operations_that_never_wait() {
    assert_eq!(
        Sim::new().run(lost_update()).output(),
        Some(&2),
        "the plain run has no such draw"
    );
    assert_eq!(worst(Sim::new()), 1);
}

#[test]
fn a_switch_turns_that_off() {
    assert_eq!(worst(Sim::new().points(false)), 2);
}

#[test]
fn a_tape_says_where_others_got_in_between() {
    let tape = "reweave tape 1; main/task point@2 main/task#2"
        .parse()
        .unwrap();
    let run = Sim::new().tape(&tape).run(lost_update());
    assert_eq!(run.output(), Some(&1), "{}", run.trace());
    assert_eq!(run.matched().unwrap().matched, 1);
}

#[test]
fn runs_with_draws_at_points_replay_exactly() {
    for seed in 0..50 {
        let run = Sim::new().seed(seed).run(lost_update());
        let again = Sim::new().tape(run.tape()).run(lost_update());
        assert_eq!(run.trace().to_string(), again.trace().to_string());
    }
}
