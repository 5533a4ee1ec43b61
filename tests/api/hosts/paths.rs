//! Whose task a task is: paths, traces, JSON and tapes name the host.

use std::sync::{Arc, Mutex};

use reweave::draw::{Draw, HostNo, Strategy};
use reweave::runtime::Handle;
use reweave::task::{self, Builder};
use reweave::trace::{Event, HostVerb};
use reweave::{Report, Sim, host};

async fn order() {
    task::yield_now().await;
}

#[test]
fn tasks_of_a_host_are_named_after_it() {
    let run = Sim::new().run(async {
        let db = host("db").start(|| async {
            Builder::new()
                .name("worker")
                .spawn(order())
                .unwrap()
                .await
                .unwrap();
            Builder::new()
                .name("worker")
                .spawn(order())
                .unwrap()
                .await
                .unwrap();
        });
        let shop = host("shop");
        shop.spawn(order()).await.unwrap();
        shop.spawn(order()).await.unwrap();
        shop.spawn(async {}).await.unwrap();
        db.spawn(order()).await.unwrap();
        task::spawn(order()).await.unwrap();
    });
    let trace = run.trace().to_string();
    let spawned = [
        "main",
        "db:main",
        "db:main/worker",
        "db:main/worker#2",
        "shop:order",
        "shop:order#2",
        "shop:task",
        "db:order",
        "main/order",
    ];
    for path in spawned {
        assert!(
            trace.contains(&format!("spawns {path}\n")),
            "{path}: {trace}"
        );
    }
    assert!(
        trace.contains("main              starts host \"db\"\n"),
        "{trace}"
    );
    assert_eq!(run.findings(), []);
}

#[test]
fn a_name_with_a_meaning_is_escaped_and_told_as_it_was_given() {
    let run = Sim::new().run(async { host("a:b/c").spawn(async {}).await.unwrap() });
    let trace = run.trace().to_string();
    assert!(trace.contains("starts host \"a:b/c\"") && trace.contains("spawns a%3ab%2fc:task"));
    let named = run
        .trace()
        .entries()
        .iter()
        .find_map(|entry| match entry.event {
            Event::Host {
                verb: HostVerb::Starts,
                host,
            } => Some(run.trace().host(host)),
            _ => None,
        });
    assert_eq!(named, Some("a:b/c"));
}

#[test]
fn a_tape_keys_its_draws_by_the_host() {
    let program = || async {
        for name in ["a", "b"] {
            host(name).spawn(async { reweave::note!("{}", reweave::choose(0..10)) });
        }
        reweave::time::sleep(reweave::time::Duration::from_secs(1)).await;
    };
    let run = Sim::new().seed(3).run(program());
    let tape = run.tape().to_string();
    assert!(tape.contains("a:task") && tape.contains("b:task"), "{tape}");
    let again = Sim::new().tape(&tape.parse().unwrap()).run(program());
    assert_eq!(again.hash(), run.hash());
    assert_eq!(again.tape().to_string(), tape);
}

/// Keeps the path and host of every candidate it sees.
#[derive(Clone, Debug, Default)]
struct Hosts(Arc<Mutex<Vec<(String, u16)>>>);

impl Strategy for Hosts {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        let candidates = (0..draw.candidates()).filter_map(|candidate| draw.task(candidate));
        let seen = candidates.map(|one| (one.path(), one.host().get()));
        self.0.lock().unwrap().extend(seen);
        0
    }
}

#[test]
fn a_strategy_sees_on_which_host_a_candidate_runs() {
    let seen = Hosts::default();
    let program = async {
        let one = host("one").spawn(async { task::spawn(order()).await });
        let two = host("two").spawn(order());
        task::spawn(order()).await.unwrap();
        one.await.unwrap().unwrap();
        two.await.unwrap();
    };
    Sim::new().run_with(seen.clone(), program).unwrap();
    let seen = seen.0.lock().unwrap();
    for (path, host) in [("one:task/order", 1), ("two:order", 2), ("main/order", 0)] {
        let hosts: Vec<u16> = seen
            .iter()
            .filter(|one| one.0 == path)
            .map(|one| one.1)
            .collect();
        assert!(
            !hosts.is_empty() && hosts.iter().all(|&one| one == host),
            "{path}: {seen:?}"
        );
    }
    assert_eq!(HostNo::DEFAULT.get(), 0);
}

#[test]
fn a_runtime_handle_spawns_on_its_host() {
    let run = Sim::new().run(async {
        let db = host("db");
        let there = db.spawn(async { Handle::current() }).await.unwrap();
        let here = Handle::current();
        there.spawn(order()).await.unwrap();
        there
            .spawn_blocking(|| reweave::note!("blocks"))
            .await
            .unwrap();
        db.spawn(async move {
            there.spawn(order()).await.unwrap();
            here.spawn(order()).await.unwrap();
        })
        .await
        .unwrap();
    });
    let trace = run.trace().to_string();
    for path in ["db:order", "db:blocking", "db:task#2/order", "main/order"] {
        assert!(
            trace.contains(&format!("spawns {path}\n")),
            "{path}: {trace}"
        );
    }
}

#[test]
fn a_handle_of_an_earlier_life_spawns_nothing() {
    let run = Sim::new().run(async {
        let db = host("db");
        let handle = db.spawn(async { Handle::current() }).await.unwrap();
        db.crash();
        let down = handle
            .spawn(async { reweave::note!("down") })
            .await
            .unwrap_err();
        db.restart();
        let stale = handle
            .spawn(async { reweave::note!("stale") })
            .await
            .unwrap_err();
        let blocking = handle
            .spawn_blocking(|| reweave::note!("stale"))
            .await
            .unwrap_err();
        assert!(
            [down, stale, blocking]
                .iter()
                .all(|error| error.is_host_crash())
        );
        let fresh = db.spawn(async { Handle::current() }).await.unwrap();
        fresh
            .spawn(async { reweave::note!("fresh") })
            .await
            .unwrap();
    });
    assert_eq!(notes(&run), ["fresh"]);
}

/// What a run noted.
pub(super) fn notes<T>(run: &reweave::Run<T>) -> Vec<&str> {
    let entries = run.trace().entries().iter();
    entries
        .filter_map(|entry| match entry.event {
            Event::Note(text) => Some(run.trace().text(text)),
            _ => None,
        })
        .collect()
}

#[test]
fn findings_name_the_host() {
    let run = Sim::new().run(async {
        drop(host("db").spawn(async { panic!("no disk") }));
        task::yield_now().await;
    });
    let finding = &run.findings()[0];
    assert_eq!(finding.task(), Some("db:task"));
    assert!(
        Report::new(&run).to_string().contains("db:task"),
        "{}",
        Report::new(&run)
    );
}
