//! `unobserved_panic`: a task panicked, and nobody looked.

use reweave::task::{JoinSet, yield_now};
use reweave::time::sleep;
use reweave::{FindingKind, Sim, spawn};

use super::{SECOND, kinds, silent, told};

#[test]
fn of_a_task_whose_handle_was_dropped() {
    let run = Sim::new().run(async {
        drop(spawn(async { panic!("lost") }));
        sleep(SECOND).await;
    });
    insta::assert_snapshot!(told(&run), @r#"
    unobserved_panic in main/task at 0s: panicked, and nobody looked at its JoinHandle: "lost"
      --> `panic!("lost") }));`
      spawned at `spawn(async { panic!("lost") }));`
    "#);
}

#[test]
fn of_a_task_whose_handle_is_still_held_when_main_ends() {
    let run = Sim::new().run(async {
        let handle = spawn(async { panic!("unread") });
        sleep(SECOND).await;
        handle.is_finished()
    });
    assert_eq!(kinds(&run), [FindingKind::UnobservedPanic]);
}

#[test]
fn of_a_task_that_still_ran_when_main_had_ended() {
    let run = Sim::new().run(async {
        spawn(async { panic!("late") });
    });
    insta::assert_snapshot!(told(&run), @r#"
    unobserved_panic in main/task at 0s: panicked when main had ended, and nobody could look at its JoinHandle: "late"
      --> `panic!("late") });`
      spawned at `spawn(async { panic!("late") });`
    "#);
    let before = Sim::new().run(async {
        spawn(async { panic!("early") });
        yield_now().await;
    });
    assert!(!told(&before).contains("main had ended"), "{before}");
}

#[test]
fn seen_through_its_handle_or_its_set_is_in_order() {
    let run = Sim::new().run(async {
        assert!(
            spawn(async { panic!("seen") })
                .await
                .unwrap_err()
                .is_panic()
        );
        let mut set = JoinSet::new();
        set.spawn(async { panic!("seen in a set") });
        assert!(set.join_next().await.unwrap().unwrap_err().is_panic());
    });
    silent(&run);
}
