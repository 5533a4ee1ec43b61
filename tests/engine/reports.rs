//! The report of a run: the schedule in sentences, what happened, and what it says where nothing was found.

use std::sync::Arc;
use std::time::Duration;

use reweave::task::Builder;
use reweave::time::sleep;
use reweave::{Sim, choose, flip, note, select, spawn};

const SECOND: Duration = Duration::from_secs(1);

/// The schedule, and what happened, of a run with this tape.
fn reported(tape: &str, main: impl Future<Output = ()> + 'static) -> String {
    let run = Sim::new().tape(&tape.parse().unwrap()).run(main);
    let text = run.to_string();
    let (_, schedule) = text.split_once("schedule: ").unwrap();
    schedule.split_once("what happened").unwrap().0.to_owned()
}

#[test]
fn name_the_timer_that_fired_first() {
    let sleepers = || async {
        let named = |name| Builder::new().name(name).spawn(sleep(SECOND)).unwrap();
        for one in ["a", "b", "c"].map(named) {
            one.await.unwrap();
        }
    };
    insta::assert_snapshot!(reported("reweave tape 1; main/a timer@1 2", sleepers()), @"
    the plain one, but
      1. of the timers due with main/a's, timer 3 of main/c fired first
    ");
}

#[test]
fn count_from_1() {
    let program = || async {
        select! {
            _ = async {} => {}
            _ = async {} => {}
            _ = async {} => {}
        }
        let (sender, receiver) = reweave::sync::watch::channel(0);
        let waiters = [0; 3].map(|_| {
            let mut receiver = receiver.clone();
            spawn(async move { receiver.changed().await.unwrap() })
        });
        sleep(SECOND).await;
        sender.send(1).unwrap();
        for waiter in waiters {
            waiter.await.unwrap();
        }
    };
    let tape = "reweave tape 1; main select@1 2; main wake@1 1; main wake@2 1";
    insta::assert_snapshot!(reported(tape, program()), @"
    the plain one, but
      1. main polled the 3rd branch first in its 1st select!
      2. of the waiters that were left, main woke the 2nd first
      3. of the waiters that were left, main woke the 2nd first
    ");
}

#[test]
fn say_where_a_value_was_drawn_and_of_how_many() {
    let program = || async {
        let line = line!() + 1;
        choose(["eu", "us", "asia"]);
        flip(0.5);
        let _: Vec<bool> = (0..2).map(|_| flip(0.5)).collect();
        // Called by the standard library, which is no place of the user's.
        let _: Vec<i32> = [vec![1, 2]].into_iter().map(choose).collect();
        note!("from {line}");
    };
    let tape = "reweave tape 1; main choose@1 1; main flip@1 1; main flip@3 1; main choose@2 1";
    let run = Sim::new().tape(&tape.parse().unwrap()).run(program());
    let trace = run.trace().to_string();
    let noted = trace.split("notes \"from ").nth(1).unwrap();
    let first: u32 = noted.split('"').next().unwrap().parse().unwrap();
    let places = |text: &str| {
        (0..3).fold(text.replace(file!(), "FILE"), |text, nth| {
            text.replace(
                &format!("FILE:{}:", first + nth),
                &format!("FILE:LINE+{nth}:"),
            )
        })
    };
    let said = reweave::Report::new(&run).schedule().join("\n");
    insta::assert_snapshot!(places(&said), @"
    main chose item 2 of 3 at FILE:LINE+0:9 (its 1st choice)
    main flipped heads at FILE:LINE+1:9
    main flipped heads at FILE:LINE+2:43 (its 3rd flip)
    main chose item 2 of 2 in its 2nd choice
    ");
    // The text without places is what it was, and has none.
    insta::assert_snapshot!(drawn(&trace), @"
    0s  main  draws choose: 1
    0s  main  draws flip: 1
    0s  main  draws flip: 1
    0s  main  draws choose: 1
    ");
    insta::assert_snapshot!(places(&drawn(&run.trace().with_places())), @"
    0s  main  draws choose: 1  at FILE:LINE+0:9
    0s  main  draws flip: 1  at FILE:LINE+1:9
    0s  main  draws flip: 1  at FILE:LINE+2:43
    0s  main  draws choose: 1
    ");
    let json = run.to_json_lines();
    let json: Vec<&str> = json.lines().filter(|line| line.contains("drew")).collect();
    insta::assert_snapshot!(places(&json.join("\n")), @r#"
    {"number":2,"at":0,"task":"main","event":"drew","kind":"choose","choice":1,"of":3,"place":"FILE:LINE+0:9"}
    {"number":3,"at":0,"task":"main","event":"drew","kind":"flip","choice":1,"of":2,"place":"FILE:LINE+1:9"}
    {"number":4,"at":0,"task":"main","event":"drew","kind":"flip","choice":1,"of":2,"place":"FILE:LINE+2:43"}
    {"number":5,"at":0,"task":"main","event":"drew","kind":"choose","choice":1,"of":2}
    "#);
}

/// The lines about draws.
fn drawn(trace: &str) -> String {
    let lines = trace.lines().filter(|line| line.contains("draws "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn say_who_goes_first_at_a_scheduling_point_and_who_yields() {
    let program = || async {
        let lock = Arc::new(reweave::sync::Mutex::new(()));
        let theirs = lock.clone();
        let other = Builder::new()
            .name("other")
            .spawn(async move {
                reweave::task::yield_now().await;
                drop(theirs.lock().await);
            })
            .unwrap();
        drop(lock.lock().await);
        other.await.unwrap();
    };
    let tape = "reweave tape 1; main point@1 main/other".parse().unwrap();
    let run = Sim::new().tape(&tape).run(program());
    let told = run.trace().to_string();
    let told = told
        .lines()
        .filter(|line| line.contains("yields") || line.contains("lets "));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @"
    0s  main        lets main/other go first
    0s  main/other  yields
    ");
    // A point of one poll is no cause of the next.
    let run = Sim::new().run(program());
    assert!(
        !run.trace().to_string().contains("lets "),
        "{}",
        run.trace()
    );
}

#[test]
fn say_that_nothing_was_found() {
    let text = Sim::new().run(async {}).to_string();
    assert!(
        text.starts_with(
            "nothing was found\nrun: the plain schedule, 1 step, 0s of virtual time, "
        ),
        "{text}"
    );
    let text = Sim::new().run(async { panic!("no") }).to_string();
    assert!(!text.contains("nothing was found"), "{text}");
}

#[test]
fn tell_what_failed_the_schedule_the_last_events_and_how_to_see_it_again() {
    let found = reweave::explore(|| async {
        let late = Builder::new().name("late").spawn(sleep(SECOND)).unwrap();
        if flip(0.5) {
            Builder::new()
                .name("early")
                .spawn(async { note!("early") })
                .unwrap()
                .await
                .unwrap();
        }
        late.await.unwrap();
        assert!(choose(0..4) < 3, "it chose the last");
    });
    let found = found.seeds(0..100).run();
    let failure = found.failure().expect("one in four");
    let hash = format!("{:016x}", failure.hash());
    let text = failure
        .to_string()
        .replace(file!(), "FILE")
        .replace(&hash, "HASH");
    let text = text
        .lines()
        .map(|line| line.split("FILE:").next().unwrap().trim_end());
    insta::assert_snapshot!(text.collect::<Vec<_>>().join("\n"), @"
    panic in main at 1s: it chose the last
      -->
    run: seed 0, 4 steps, 1s of virtual time, hash HASH
    seen: in 26 of 65 seeds
    schedule: the plain one, but
      1. main chose item 4 of 4 at
    what happened:
      time  step  main                            main/late
        0s     1  spawns main/late
        0s     1  waits for the end of main/late
        0s     2  │                               waits until 1s
        1s     3  │                               completes, wakes main
        1s     4  chooses item 4 of 4 (1)
        1s     4  panics ✗
    ");
}
