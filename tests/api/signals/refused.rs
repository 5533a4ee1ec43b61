//! What is refused, in words that name the value.

use std::panic::{AssertUnwindSafe, catch_unwind};

use reweave::signal::unix::{SignalKind, signal};
use reweave::signal::{ctrl_c, raise};
use reweave::time::{Duration, sleep};
use reweave::{Sim, host};

#[track_caller]
fn refused(f: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).expect_err("it is not refused");
    *payload.downcast::<String>().expect("words")
}

#[test]
fn numbers_that_no_signal_has() {
    Sim::new()
        .run(async {
            let db = host("db");
            for number in [-1, 0, 65, i32::MAX] {
                let kind = SignalKind::from_raw(number);
                let words = signal(kind).unwrap_err().to_string();
                assert!(words.contains(&format!("no signal {number}")), "{words}");
                for words in [refused(|| db.signal(kind)), refused(|| raise(kind))] {
                    assert!(words.contains(&format!("no signal {number}")), "{words}");
                }
            }
        })
        .unwrap();
}

#[test]
fn signals_that_cannot_be_handled() {
    Sim::new()
        .run(async {
            let forbidden = [
                (4, "SIGILL"),
                (8, "SIGFPE"),
                (9, "SIGKILL"),
                (11, "SIGSEGV"),
                (19, "SIGSTOP"),
            ];
            for (number, name) in forbidden {
                let error = signal(SignalKind::from_raw(number)).unwrap_err();
                assert_eq!(error.kind(), std::io::ErrorKind::Other);
                assert!(error.to_string().contains(name), "{error}");
            }
        })
        .unwrap();
}

#[test]
fn outside_a_simulation() {
    let words = refused(|| drop(signal(SignalKind::hangup())));
    assert!(
        words.contains("`signal::unix::signal` needs a simulation"),
        "{words}"
    );
    let words = refused(|| raise(SignalKind::hangup()));
    assert!(
        words.contains("`signal::raise` needs a simulation"),
        "{words}"
    );
    let words = refused(|| drop(futures::executor::block_on(ctrl_c())));
    assert!(
        words.contains("`signal::ctrl_c` needs a simulation"),
        "{words}"
    );
}

#[test]
fn a_host_that_is_down() {
    Sim::new()
        .run(async {
            let db = host("db").start(|| async {
                signal(SignalKind::terminate()).unwrap().recv().await;
            });
            sleep(Duration::from_secs(1)).await;
            db.stop();
            sleep(Duration::from_secs(1)).await;
            let words = refused(|| db.stop());
            assert!(
                words.contains("`Host::stop`: host \"db\" is down, it ended at 1s"),
                "{words}"
            );
            let words = refused(|| db.signal(SignalKind::child()));
            assert!(
                words.contains("`Host::signal`: host \"db\" is down"),
                "{words}"
            );
        })
        .unwrap();
}

#[test]
fn kinds_are_numbers_as_linux_has_them() {
    assert_eq!(SignalKind::from(2), SignalKind::interrupt());
    assert_eq!(i32::from(SignalKind::terminate()), 15);
    assert_eq!(SignalKind::user_defined1().as_raw_value(), 10);
}
