//! `livelock`: tasks run, and time stands still.

use reweave::task::yield_now;
use reweave::time::sleep;
use reweave::{Sim, spawn};

use super::{SECOND, silent, told};

async fn spin() {
    loop {
        yield_now().await;
    }
}

#[test]
fn names_the_busy() {
    let run = Sim::new().max_steps_at_once(1000).run(async {
        sleep(SECOND).await;
        let spinner = spawn(spin());
        sleep(SECOND).await;
        spinner.abort();
    });
    insta::assert_snapshot!(told(&run), @r"
    livelock at 1s: 1000 polls: virtual time stands still, no task began or ended
      main/spin took 1999 steps, spawned at `spawn(spin());`
      main took 2 steps and waits for a timer at 2s
    ");
    assert_eq!(run.elapsed(), SECOND);
}

#[test]
fn as_many_polls_while_time_moves_or_tasks_end_are_in_order() {
    let run = Sim::new().max_steps_at_once(1000).run(async {
        for _ in 0..2000 {
            sleep(SECOND).await;
        }
        for _ in 0..2000 {
            spawn(async {}).await.unwrap();
        }
    });
    silent(&run);
}
