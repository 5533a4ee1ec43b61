//! The user's panic hook: never while exploring, once for the run that is reported. Hooks are the process's, so that all is in one test.

use std::panic;
use std::panic::Location;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use reweave::{FindingKind, Run, Sim, explore, net, runtime, spawn, sync, task, time};

static HEARD: AtomicU64 = AtomicU64::new(0);

fn heard() -> u64 {
    HEARD.swap(0, Relaxed)
}

/// Panics in every other seed, and is caught in each.
async fn panics_at_times() {
    let caught = spawn(async { panic!("caught") });
    assert!(caught.await.is_err());
    assert_eq!(reweave::choose(0..2), 0, "on purpose");
}

fn place(run: &Run) -> String {
    let failure = run.failure().expect("it panics");
    assert_eq!(failure.kind(), FindingKind::Panic);
    failure.place().expect("our hook saw it").to_string()
}

fn explored() -> Run {
    let found = explore(panics_at_times).seeds(0..64).run();
    found.failure().expect("some seed panics").clone()
}

#[test]
fn of_the_users_hears_of_the_reported_run_alone() {
    // What the harness has in place hears of nothing.
    let before = place(&explored());

    // Set before any other run, or between two.
    panic::set_hook(Box::new(|_| {
        HEARD.fetch_add(1, Relaxed);
    }));
    assert_eq!(place(&explored()), before);
    // The panic that is caught, and the one that is told.
    assert_eq!(heard(), 2);

    // Of a single run it hears, too; and outside of any.
    let _ = Sim::new().run(async { panic!("in a run") });
    assert_eq!(heard(), 1);
    let _ = panic::catch_unwind(|| panic!("in none"));
    assert_eq!(heard(), 1);

    the_shrunk_run_is_heard_and_not_the_one_that_was_found();

    // Put in front of ours, which is kept.
    let kept = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        HEARD.fetch_add(10, Relaxed);
        kept(info);
    }));
    assert_eq!(place(&explored()), before);
    assert_eq!(heard(), 22);

    // Taken away, and dropped: the library's own is there again.
    drop(panic::take_hook());
    assert_eq!(place(&explored()), before);
    assert_eq!(heard(), 0);

    // Set by the code under test, in every run.
    let found = explore(|| async {
        panic::set_hook(Box::new(|_| {
            HEARD.fetch_add(1, Relaxed);
        }));
        panics_at_times().await;
    })
    .seeds(0..64)
    .run();
    assert!(found.failed(), "{found}");
    drop(panic::take_hook());
    heard();
    assert_eq!(place(&explored()), before);
    assert_eq!(heard(), 0);

    the_place_of_a_call_that_needs_a_simulation_is_the_users();
}

/// It draws less: how much is told to the hook by panics that are caught.
fn the_shrunk_run_is_heard_and_not_the_one_that_was_found() {
    let program = || async {
        for _ in 0..8 {
            if reweave::flip(0.5) {
                let caught = spawn(async { panic!("caught") });
                assert!(caught.await.is_err());
            }
        }
        assert_eq!(reweave::choose(0..2), 0, "on purpose");
    };
    let found = explore(program).seeds(0..64).run();
    assert_eq!(
        found.failure().map(|run| run.tape().deviations().len() > 3),
        Some(true)
    );
    assert!(heard() > 3);

    let shrunk = explore(program).seeds(0..64).shrink(true).run();
    assert_eq!(
        shrunk.failure().map(|run| run.tape().deviations().len()),
        Some(1)
    );
    assert_eq!(heard(), 1);

    let shrunk = Sim::new()
        .tape(found.failure().expect("it fails").tape())
        .explain(program);
    assert_eq!(shrunk.tape().deviations().len(), 1);
    assert_eq!(heard(), 1);

    // One that needs no shrinking, and one that is not told for a failure.
    let run = Sim::new().explain(|| async { panic!("always") });
    assert_eq!((run.failed(), heard()), (true, 1));
    let run = Sim::new().explain(|| async {
        assert!(spawn(async { panic!("caught") }).await.is_err());
    });
    assert_eq!((run.failed(), heard()), (false, 1));
}

/// The file in which a function panics.
fn file_of_panic(call: fn()) -> Option<String> {
    static FILE: Mutex<Option<String>> = Mutex::new(None);
    panic::set_hook(Box::new(|info| {
        *FILE.lock().unwrap() = info.location().map(|place| place.file().to_owned());
    }));
    let _ = panic::catch_unwind(call);
    drop(panic::take_hook());
    FILE.lock().unwrap().take()
}

fn the_place_of_a_call_that_needs_a_simulation_is_the_users() {
    const SECOND: Duration = Duration::from_secs(1);
    let calls: [(&str, fn()); 17] = [
        ("spawn", || drop(spawn(async {}))),
        ("spawn_local", || drop(task::spawn_local(async {}))),
        ("spawn_blocking", || drop(task::spawn_blocking(|| {}))),
        ("JoinSet::spawn", || {
            drop(task::JoinSet::new().spawn(async {}))
        }),
        ("task::id", || _ = task::id()),
        ("Handle::current", || _ = runtime::Handle::current()),
        ("Instant::now", || _ = time::Instant::now()),
        ("sleep", || drop(time::sleep(SECOND))),
        ("interval", || drop(time::interval(SECOND))),
        ("timeout", || drop(time::timeout(SECOND, async {}))),
        ("pause", || time::pause()),
        ("resume", || time::resume()),
        ("Semaphore::new", || drop(sync::Semaphore::new(usize::MAX))),
        ("mpsc::channel", || drop(sync::mpsc::channel::<()>(0))),
        ("broadcast::channel", || {
            drop(sync::broadcast::channel::<()>(0))
        }),
        ("RwLock::with_max_readers", || {
            drop(sync::RwLock::with_max_readers((), 0))
        }),
        ("TcpSocket::from_std_stream", || {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let stream = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            drop(net::TcpSocket::from_std_stream(stream));
        }),
    ];
    for (name, call) in calls {
        assert_eq!(
            file_of_panic(call).as_deref(),
            Some(Location::caller().file()),
            "{name}"
        );
    }
}
