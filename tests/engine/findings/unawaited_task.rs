//! `unawaited_task`: cut off when `main` ended.

use reweave::task::JoinSet;
use reweave::time::sleep;
use reweave::{Sim, spawn};

use super::{SECOND, silent, told};

#[test]
fn cut_off_while_it_waits_or_before_its_first_step() {
    let run = Sim::new().run(async {
        spawn(async {
            sleep(60 * SECOND).await;
        });
        sleep(SECOND).await;
        spawn(async {
            spawn(sleep(60 * SECOND));
        });
    });
    insta::assert_snapshot!(told(&run), @"
    unawaited_task in main/task at 1s: cut off when main ended, while it waited for a timer at 60s: nobody awaited it
      --> `spawn(async {`
      waits for a timer at 60s, at `sleep(60 * SECOND).await;`
    unawaited_task in main/task#2/task at 1s: cut off when main ended, before its first step: nobody awaited it
      --> `spawn(sleep(60 * SECOND));`
    ");
    assert!(!run.failed(), "a warning does not fail the run");
}

#[test]
fn detached_but_done_or_aborted_in_time_is_in_order() {
    let run = Sim::new().run(async {
        drop(spawn(async {}));
        let aborted = spawn(std::future::pending::<()>());
        sleep(SECOND).await;
        aborted.abort();
        let mut set = JoinSet::new();
        set.spawn(std::future::pending::<()>());
    });
    silent(&run);
}
