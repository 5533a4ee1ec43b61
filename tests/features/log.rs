//! `tracing` events of the code under test on the trace (feature `tracing`).

use std::pin::Pin;
use std::sync::Barrier;
use std::thread;

use reweave::Sim;
use reweave::time::{Duration, sleep};
use tracing_subscriber::prelude::*;

async fn serve(user: u32) {
    let span = tracing::info_span!("request", user);
    sleep(Duration::from_secs(1)).await;
    span.in_scope(|| tracing::warn!(retries = 2, "slow"));
}

fn run() -> reweave::Run {
    let subscriber = tracing_subscriber::registry().with(reweave::TraceLayer);
    tracing::subscriber::with_default(subscriber, || Sim::new().run(serve(7)))
}

#[test]
fn events_and_spans_stand_on_the_trace_with_time_and_task() {
    let trace = run().trace().to_string();
    let logs: Vec<&str> = trace
        .lines()
        .filter(|line| line.contains("logs"))
        .map(str::trim)
        .collect();
    assert_eq!(
        logs,
        [
            "0s  main  logs INFO span request begins user=7",
            "1s  main  logs WARN slow retries=2",
            "1s  main  logs INFO span request ends",
        ]
    );
}

#[test]
fn they_are_part_of_the_hash() {
    let silent = Sim::new().run(serve(7));
    assert_eq!(run().hash(), run().hash());
    assert_ne!(run().hash(), silent.hash());
}

/// The spans that a task has entered are not those of who runs on top of it.
#[test]
fn a_paused_task_has_left_its_spans() {
    let innermost = || tracing::Span::current().metadata().map(|span| span.name());
    tracing::subscriber::with_default(tracing_subscriber::registry(), || {
        for seed in 0..100 {
            let run = Sim::new().threads(true).seed(seed).run(async move {
                let other = reweave::spawn(async move {
                    for _ in 0..3 {
                        assert_eq!(innermost(), None);
                        reweave::task::yield_now().await;
                    }
                });
                tracing::info_span!("outer").in_scope(|| {
                    tracing::info_span!("inner").in_scope(|| {
                        reweave::preempt();
                        assert_eq!(innermost(), Some("inner"));
                    });
                    assert_eq!(innermost(), Some("outer"));
                });
                assert_eq!(innermost(), None);
                other.await.unwrap();
            });
            run.unwrap();
        }
    });
}

type Program = fn() -> Pin<Box<dyn Future<Output = ()>>>;

/// Programs with call sites of their own, so that each meets threads that come to them first with and without a
/// subscriber.
macro_rules! programs {
    ($($name:ident)*) => {
        [$({
            async fn $name() {
                let span = tracing::info_span!("outer");
                sleep(Duration::from_secs(1)).await;
                span.in_scope(|| tracing::info!("inner"));
                tracing::debug!("done");
            }
            || Box::pin($name())
        }),*]
    };
}

const THREADS: usize = 8;

/// With one subscriber in the process, a thread without any comes to each call site first.
#[test]
fn a_thread_without_a_subscriber_does_not_silence_the_others() {
    let programs: [Program; 8] = programs![a b c d e f g h];
    for program in programs {
        let subscriber = tracing_subscriber::registry().with(reweave::TraceLayer);
        let trace = tracing::subscriber::with_default(subscriber, || {
            let elsewhere = thread::spawn(move || Sim::new().run(program()).hash());
            elsewhere.join().unwrap();
            Sim::new().run(program()).trace().to_string()
        });
        assert_eq!(trace.matches("  logs ").count(), 4, "{trace}");
    }
}

#[test]
fn what_is_logged_does_not_depend_on_other_threads() {
    let programs: [Program; 8] = programs![a b c d e f g h];
    let silent = |program: Program| Sim::new().run(program()).hash();
    let heard = |program: Program| {
        let subscriber = tracing_subscriber::registry().with(reweave::TraceLayer);
        let run = tracing::subscriber::with_default(subscriber, || Sim::new().run(program()));
        let trace = run.trace().to_string();
        assert_eq!(trace.matches("  logs ").count(), 4, "{trace}");
        run.hash()
    };
    for program in programs {
        let start = Barrier::new(THREADS);
        let thread = &|nth: usize| {
            start.wait();
            if nth.is_multiple_of(2) {
                let silent = silent(program);
                (silent, heard(program))
            } else {
                let heard = heard(program);
                (silent(program), heard)
            }
        };
        let hashes: Vec<(u64, u64)> = thread::scope(|scope| {
            let threads = (0..THREADS).map(|nth| scope.spawn(move || thread(nth)));
            let threads: Vec<_> = threads.collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(hashes.iter().all(|pair| *pair == hashes[0]), "{hashes:?}");
        assert_ne!(hashes[0].0, hashes[0].1);
    }
}

/// Counts the events that it is told of.
#[derive(Clone, Default)]
struct Counts(std::sync::Arc<std::sync::atomic::AtomicU64>);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Counts {
    fn on_event(&self, _: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
}

/// The user's subscriber hears of the run that is reported, and of none of those that were explored; with a layer for the
/// trace and without, and in whichever order.
#[test]
fn a_subscriber_is_silent_while_runs_are_explored() {
    use std::sync::atomic::Ordering::Relaxed;
    use tracing_subscriber::prelude::*;
    let explored = || {
        let found = reweave::explore(|| async {
            tracing::info!("begins");
            assert_ne!(reweave::choose(0..8), 3);
        })
        .seeds(0..64)
        .run();
        let failure = found.failure().expect("some seed fails").clone();
        assert_eq!(failure.findings().len(), 1, "{failure}");
        failure.trace().to_string().contains("logs INFO begins")
    };
    let counts = Counts::default();
    let heard = |of: &Counts| of.0.swap(0, Relaxed);
    let registry = tracing_subscriber::registry;

    let alone = registry().with(counts.clone());
    assert!(!tracing::subscriber::with_default(alone, explored));
    assert_eq!(heard(&counts), 1);
    let before = registry().with(reweave::TraceLayer).with(counts.clone());
    assert!(tracing::subscriber::with_default(before, explored));
    assert_eq!(heard(&counts), 1);
    let after = registry().with(counts.clone()).with(reweave::TraceLayer);
    assert!(tracing::subscriber::with_default(after, explored));
    assert_eq!(heard(&counts), 1);

    // Of a run that is shrunk it hears as it is told.
    let alone = registry().with(counts.clone());
    tracing::subscriber::with_default(alone, || {
        let found = reweave::explore(|| async {
            for _ in 0..8 {
                if reweave::flip(0.5) {
                    tracing::info!("noise");
                }
            }
            tracing::info!("begins");
            assert_ne!(reweave::choose(0..8), 3);
        })
        .seeds(0..64)
        .shrink(true)
        .run();
        assert!(found.failed());
    });
    assert_eq!(heard(&counts), 1);

    // A single run is for all to hear.
    let alone = registry().with(counts.clone());
    tracing::subscriber::with_default(alone, || {
        reweave::Sim::new()
            .run(async { tracing::info!("once") })
            .unwrap();
    });
    assert_eq!(heard(&counts), 1);
}
