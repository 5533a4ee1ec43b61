//! Excerpts of traces, for snapshots: what they hold, and that edits elsewhere leave them as they are.

use reweave::sync::{Mutex, mpsc};
use reweave::task::Builder;
use reweave::time::{Duration, sleep};
use reweave::{Run, Sim};

/// A writer and a reader; `more` is what somebody else added to the program: another lock, timers, a task.
fn program(more: bool) -> Run<()> {
    Sim::new().run(async move {
        let extra = more.then(|| Mutex::new(0));
        if let Some(extra) = &extra {
            *extra.lock().await += 1;
            reweave::spawn(sleep(Duration::from_millis(3)));
        }
        let (lines, mut inbox) = mpsc::channel(1);
        let log = std::sync::Arc::new(Mutex::new(Vec::new()));
        let shared = log.clone();
        let writer = Builder::new().name("writer").spawn(async move {
            while let Some(line) = inbox.recv().await {
                sleep(Duration::from_millis(5)).await;
                shared.lock().await.push(line);
                reweave::note!("wrote {line}");
            }
        });
        for line in 1..3 {
            lines.send(line).await.unwrap();
        }
        drop(lines);
        writer.unwrap().await.unwrap();
        assert_eq!(log.lock().await.len(), 2);
    })
}

#[test]
fn an_excerpt_of_a_task_has_its_events_with_numbers_of_its_own() {
    let run = program(false);
    insta::assert_snapshot!(run.trace().excerpt().task("main/writer").without_polls(), @r#"
        0s  main/writer  receives mpsc#1
        0s  main/writer  grants mpsc#1
        0s  main/writer  sets timer 1 for 0.005s
        0s  main/writer  waits for a timer at 0.005s
    0.005s  main/writer  takes mutex#1
    0.005s  main/writer  gives back mutex#1
    0.005s  main/writer  notes "wrote 1"
    0.005s  main/writer  receives mpsc#1
    0.005s  main/writer  sets timer 2 for 0.01s
    0.005s  main/writer  waits for a timer at 0.01s
     0.01s  main/writer  takes mutex#1
     0.01s  main/writer  gives back mutex#1
     0.01s  main/writer  notes "wrote 2"
     0.01s  main/writer  completes
    "#);
}

#[test]
fn what_was_added_elsewhere_changes_no_line_of_it() {
    let (before, after) = (program(false), program(true));
    let of_writer = |run: &Run<()>| {
        let excerpt = run.trace().excerpt().task("main/writer").without_polls();
        excerpt.to_string()
    };
    assert_eq!(of_writer(&before), of_writer(&after));
    // The whole trace has other numbers, as the lock that was made first is called the first.
    assert_ne!(before.trace().to_string(), after.trace().to_string());
    assert!(after.trace().to_string().contains("takes mutex#2"));
}

#[test]
fn what_was_said_is_output_notes_panics_and_findings() {
    let run = Sim::new().run(async {
        reweave::note!("begins");
        reweave::spawn(async { sleep(Duration::from_secs(1)).await });
        sleep(Duration::from_secs(2)).await;
        panic!("it ends");
    });
    insta::assert_snapshot!(run.trace().excerpt().said(), @r#"
    0s  main  notes "begins"
    2s  main  panics: "it ends"
    2s  main  finding: panic
    "#);
}

#[test]
fn a_host_is_a_choice_too_and_what_is_not_there_is_told() {
    let run = Sim::new().run(async {
        let server = reweave::host("server").start(|| async {
            reweave::note!("serves");
        });
        reweave::note!("waits");
        sleep(Duration::from_secs(1)).await;
        drop(server);
    });
    let of = |host: &str| run.trace().excerpt().host(host).said().to_string();
    assert!(of("server").contains("serves") && !of("server").contains("waits"));
    insta::assert_snapshot!(run.trace().excerpt().host("sever").task("main/x"), @r#"
    no task of this run has the path "main/x"
    no task of this run is on a host "sever"
    "#);
}

/// A run that fails, by its tape: every line is the same whatever built it, for places and addresses are in none.
#[test]
fn a_failing_run_is_a_snapshot_that_stays() {
    let found = reweave::explore(|| async {
        let counter = reweave::watched("counter", 0);
        let add = |counter: reweave::Watched<i32>| async move {
            let read = counter.get();
            reweave::task::yield_now().await;
            counter.set(read + 1);
        };
        let one = reweave::spawn(add(counter.clone()));
        let two = reweave::spawn(add(counter.clone()));
        one.await.unwrap();
        two.await.unwrap();
        assert!(counter.get() == 2, "an update was lost");
    })
    .shrink(true)
    .run();
    let run = found.failure().unwrap();
    insta::assert_snapshot!(run.trace().excerpt().without_polls(), @r#"
    0s  ·            spawns main
    0s  main         spawns main/task
    0s  main         spawns main/task#2
    0s  main         waits for the end of main/task
    0s  main/task    reads counter = 0
    0s  main/task#2  reads counter = 0
    0s  main/task    writes counter = 1
    0s  main/task    completes
    0s  main/task#2  writes counter = 1
    0s  main/task#2  completes
    0s  main         reads counter = 1
    0s  main         panics: "an update was lost"
    0s  main         finding: panic
    "#);
}

/// An event is told by what led to it, also where that is not in the excerpt.
#[test]
fn who_goes_first_is_told_of_the_right_task() {
    let program = || async {
        let lock = std::sync::Arc::new(Mutex::new(0));
        let tasks: Vec<_> = (0..3)
            .map(|_| {
                let lock = lock.clone();
                reweave::spawn(async move { *lock.lock().await += 1 })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    };
    let preempted = |run: &Run<()>| run.trace().to_string().contains("go first");
    let run = (0..200)
        .map(|seed| Sim::new().seed(seed).run(program()))
        .find(preempted)
        .unwrap();
    let trace = run.trace().to_string();
    for task in ["main", "main/task", "main/task#2", "main/task#3"] {
        let excerpt = run.trace().excerpt().task(task).to_string();
        for line in excerpt.lines().filter(|line| line.contains("go first")) {
            let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
            let same = trace
                .lines()
                .any(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") == words);
            assert!(same, "{line}\n{trace}");
        }
        let lets = |text: &str| text.matches("go first").count();
        let own = trace.lines().filter(|line| {
            let who = line.split_whitespace().nth(1).unwrap();
            (who == task || who.starts_with(&format!("{task}/"))) && line.contains("go first")
        });
        assert_eq!(lets(&excerpt), own.count(), "{task}\n{excerpt}\n{trace}");
    }
}
