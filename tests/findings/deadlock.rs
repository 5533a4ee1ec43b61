//! `deadlock`: nobody is left who could wake anybody.

use std::time::Duration;

use reweave::task::Builder;
use reweave::time::sleep;
use reweave::{Sim, spawn};

use crate::{SECOND, silent, told};

#[test]
fn names_each_task_and_what_it_waits_for() {
    let run = Sim::new().run(async {
        let never = Builder::new()
            .name("never")
            .spawn(std::future::pending::<()>())
            .unwrap();
        let waits = Builder::new().name("waits").spawn(never).unwrap();
        sleep(SECOND).await;
        let far = spawn(sleep(Duration::MAX));
        waits.await.unwrap().unwrap();
        far.await.unwrap();
    });
    insta::assert_snapshot!(told(&run), @r"
    deadlock at 1s: no task is ready, and no timer is set: nobody is left who could wake them
      main waits for the end of main/waits
      main/never waits for something outside this run's sight, spawned at `spawn(std::future::pending::<()>())`
      main/waits waits for the end of main/never, spawned at `spawn(never).unwrap();`
      main/task waits for a timer that never fires, spawned at `spawn(sleep(Duration::MAX));`
    ");
}

#[test]
fn a_task_that_waits_for_ever_beside_a_main_that_ends_is_none() {
    let run = Sim::new().run(async {
        let forever = spawn(std::future::pending::<()>());
        sleep(SECOND).await;
        forever.abort();
    });
    silent(&run);
}
