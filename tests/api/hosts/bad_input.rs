//! What is refused, in words that name the value and say what to do.

use std::panic::{AssertUnwindSafe, catch_unwind};

use reweave::host::Host;
use reweave::time::{Duration, sleep};
use reweave::{Sim, host};

/// The words with which it panics.
#[track_caller]
fn refused(f: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).expect_err("it is not refused");
    let text = payload.downcast_ref::<String>().cloned();
    text.or_else(|| {
        payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
    })
    .expect("words")
}

fn inside(f: impl AsyncFnOnce() + 'static) {
    Sim::new().run(async move { f().await }).unwrap();
}

#[test]
fn names() {
    inside(async || {
        let _db = host("db");
        let words = refused(|| drop(host("db")));
        assert!(
            words.contains("host(\"db\")") && words.contains("clone its `Host`"),
            "{words}"
        );
        let words = refused(|| drop(host("")));
        assert!(
            words.contains("host(\"\")") && words.contains("at least one character"),
            "{words}"
        );
    });
}

#[test]
fn a_host_that_is_down() {
    inside(async || {
        let db = host("db");
        sleep(Duration::from_secs(3)).await;
        db.power_off();
        type Call = fn(&Host);
        let calls: [(&str, Call); 7] = [
            ("Host::crash", Host::crash),
            ("Host::power_off", Host::power_off),
            ("Host::crash_with", |db| db.crash_with(host::Death::Process)),
            ("Host::pause", Host::pause),
            ("Host::resume", Host::resume),
            ("Host::spawn", |db| drop(db.spawn(async {}))),
            ("Host::start", |db| drop(db.clone().start(|| async {}))),
        ];
        for (name, call) in calls {
            let words = refused(|| call(&db));
            let all = [
                name,
                "\"db\" is down, it lost its power at 3s",
                "`Host::restart` it first",
            ];
            assert!(all.iter().all(|part| words.contains(part)), "{words}");
        }
    });
}

#[test]
fn a_restart_of_one_that_is_up() {
    inside(async || {
        let db = host("db");
        let words = refused(|| db.restart());
        assert!(
            words.contains("host \"db\" runs") && words.contains("`Host::crash` it first"),
            "{words}"
        );
        db.pause();
        let words = refused(|| db.restart());
        assert!(words.contains("host \"db\" is paused"), "{words}");
    });
}

#[test]
fn a_second_start_function() {
    inside(async || {
        let db = host("db").start(|| async {});
        let words = refused(|| drop(db.start(|| async {})));
        assert!(
            words.contains("\"db\" has a start function already"),
            "{words}"
        );
    });
}

#[test]
fn a_handle_of_another_run_and_of_none() {
    let db = Sim::new().run(async { host("db") }).unwrap();
    let words = refused(|| db.crash());
    assert!(
        words.contains("`Host::crash` needs a simulation around it"),
        "{words}"
    );
    let words = refused(|| drop(host("db")));
    assert!(
        words.contains("`host` needs a simulation around it"),
        "{words}"
    );
    inside(async move || {
        let _same_number = host("other");
        let words = refused(|| db.crash());
        assert!(words.contains("host \"db\" is of another run"), "{words}");
        let words = refused(|| assert!(db.is_running()));
        assert!(words.contains("host \"db\" is of another run"), "{words}");
    });
}

#[test]
fn a_handle_is_send_and_sync_and_says_its_name() {
    fn is<T: Send + Sync + Clone>(_: &T) {}
    inside(async || {
        let db = host("db");
        is(&db);
        assert_eq!(
            (db.name(), format!("{db:?}").as_str()),
            ("db", "Host(\"db\")")
        );
        assert!(db == db.clone() && db != host("other"));
    });
}
