//! Accesses to watched values: what a trace says of a lost update, what strategies see, and what they leave as it was.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use reweave::draw::{Draw, Observation};
use reweave::task::{Builder, yield_now};
use reweave::trace::Event;
use reweave::{FindingKind, Run, Sim, Strategy, Watched, explore, sync, watched};

/// Adds one, and lets others in between.
async fn add(total: Watched<u32>) {
    let read = total.get();
    yield_now().await;
    total.set(read + 1);
}

async fn lost_update() {
    let total = watched("total", 0);
    let add = |name| {
        let total = total.clone();
        Builder::new().name(name).spawn(add(total)).unwrap()
    };
    let (a, b) = (add("a"), add("b"));
    a.await.unwrap();
    b.await.unwrap();
    assert_eq!(total.get(), 2, "an update was lost");
}

/// The events of watched values, with their tasks.
fn accesses<T>(run: &Run<T>) -> Vec<String> {
    let trace = run.trace();
    let entries = trace.entries().iter();
    let of_values =
        entries.filter(|entry| matches!(entry.event, Event::Read { .. } | Event::Wrote { .. }));
    of_values
        .map(|entry| format!("{} {}", trace.path(entry.task), trace.describe(entry)))
        .collect()
}

mod told {
    use super::*;

    #[test]
    fn a_lost_update_can_be_told_from_the_trace() {
        let run = Sim::new().run(lost_update());
        assert_eq!(
            accesses(&run),
            [
                "main/a reads total = 0",
                "main/b reads total = 0",
                "main/a writes total = 1",
                "main/b writes total = 1",
                "main reads total = 1",
            ]
        );
    }

    #[test]
    fn a_read_was_caused_by_the_last_write() {
        let run = Sim::new().run(async {
            let (one, other) = (watched("one", 0), watched("other", 0));
            one.get();
            one.set(1);
            other.set(9);
            one.get();
            one.update(|one| *one += 1);
            one.get();
        });
        let trace = run.trace();
        let caused = trace.entries().iter().filter_map(|entry| {
            let cause = match entry.event {
                Event::Read { .. } => entry.cause(),
                _ => return None,
            };
            Some(cause.map(|cause| trace.describe(trace.entry(cause).unwrap())))
        });
        let by = |text: &str| Some(text.to_owned());
        assert_eq!(
            caused.collect::<Vec<_>>(),
            [
                None,
                by("writes one = 1"),
                by("writes one = 1"),
                by("writes one = 2")
            ]
        );
    }

    #[test]
    fn with_places_each_has_the_line_of_the_call() {
        let line = line!();
        let run = Sim::new().run(async {
            let total = watched("total", 0);
            total.set(1);
            total.get();
            total.with(|_| ());
            total.update(|_| ());
        });
        let placed = run.trace().with_places();
        let lines = placed.lines().filter(|line| line.contains(" total = "));
        let places = lines.map(|line| line.rsplit_once("  at ").unwrap().1.to_owned());
        let at = |plus, column| format!("{}:{}:{column}", file!(), line + plus);
        assert_eq!(
            places.collect::<Vec<_>>(),
            [at(3, 19), at(4, 19), at(5, 19), at(6, 19), at(6, 19)]
        );
    }
}

mod strategies {
    use super::*;

    /// Goes the plain way, and keeps which accesses it sees.
    struct Sees(Arc<Mutex<Vec<(&'static str, bool)>>>);

    impl Strategy for Sees {
        fn draw(&mut self, _: &Draw<'_>) -> usize {
            0
        }

        fn observe(&mut self, observation: Observation) {
            if let Observation::Accessed { operation, .. } = observation {
                let action = operation.action;
                self.0
                    .lock()
                    .unwrap()
                    .push((action.name(), action.writes()));
            }
        }
    }

    #[test]
    fn see_accesses() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let run = Sim::new().run_with(Sees(seen.clone()), async {
            let total = watched("total", 0);
            total.get();
            total.set(1);
            total.with(|_| ());
            total.update(|_| ());
        });
        run.unwrap();
        let (read, write) = (("read", false), ("write", true));
        let seen = seen.lock().unwrap();
        assert_eq!(*seen, [read, write, read, read, write]);
    }
}

mod runs {
    use super::*;

    /// Tasks that meet at a lock and draw, with or without somebody who looks at a value between.
    async fn meets(looks: bool) {
        let total = watched("total", 0);
        let lock = Arc::new(sync::Mutex::new(()));
        let look = move |total: &Watched<u32>| {
            if looks {
                total.get();
                total.update(|total| *total += 1);
            }
        };
        let tasks = ["a", "b", "c"].map(|name| {
            let (total, lock) = (total.clone(), lock.clone());
            let meet = async move {
                look(&total);
                drop(lock.lock().await);
                look(&total);
                reweave::choose(0..3);
                yield_now().await;
                look(&total);
                drop(lock.lock().await);
            };
            Builder::new().name(name).spawn(meet).unwrap()
        });
        for task in tasks {
            look(&total);
            task.await.unwrap();
        }
    }

    #[test]
    fn an_access_more_moves_no_key_of_a_tape() {
        let mut with_points = 0;
        for seed in 0..50 {
            let without = Sim::new().seed(seed).run(meets(false));
            let with = Sim::new().tape(without.tape()).run(meets(true));
            assert_eq!(with.tape().to_string(), without.tape().to_string());
            let back = Sim::new().tape(with.tape()).run(meets(false));
            assert_eq!(back.hash(), without.hash());
            with_points += u32::from(without.tape().to_string().contains(" point@"));
            // Nor does it move what the seed draws.
            let seeded = Sim::new().seed(seed).run(meets(true));
            assert_eq!(seeded.tape().to_string(), without.tape().to_string());
        }
        assert!(with_points > 10, "{with_points}");
    }

    #[test]
    fn explored_and_recorded_they_have_the_same_hash() {
        let found = explore(lost_update).seeds(0..20).run();
        let run = found.failure().unwrap();
        // What is recorded is compared with what was explored: a nondeterminism would be told instead.
        assert_eq!(run.failure().unwrap().kind(), FindingKind::Panic);
        let of_seed = Sim::new().tape(run.tape()).run(lost_update());
        assert_eq!(of_seed.hash(), run.hash());
    }

    /// What is found where this value is read, by making each run twice.
    fn found(value: fn() -> String) -> Option<(FindingKind, Vec<String>)> {
        let reads = move || async move {
            watched("value", value()).get();
        };
        let found = explore(reads).seeds(0..3).verify_every(1).run();
        let finding = found.failure()?.failure()?;
        Some((finding.kind(), finding.details().to_vec()))
    }

    #[test]
    fn a_value_that_differs_from_run_to_run_is_a_nondeterminism() {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        fn count() -> u32 {
            RUNS.fetch_add(1, Relaxed)
        }
        assert_eq!(found(|| "1".repeat(100)), None);
        let (kind, details) = found(|| count().to_string()).unwrap();
        assert_eq!(kind, FindingKind::Nondeterminism);
        assert!(details[0].contains("event 3"), "{details:?}");
        let (kind, details) = found(|| "1".repeat(100 + count() as usize)).unwrap();
        assert_eq!(kind, FindingKind::Nondeterminism);
        assert!(details[0].contains("event 3"), "{details:?}");
        // What the trace does not show is no part of the hash, for no report could say what differs.
        assert_eq!(found(|| format!("{:0200}", count())), None);
    }
}
