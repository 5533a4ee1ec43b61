//! Who listens.

use std::cell::Cell;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use reweave::signal::unix::{Signal, SignalKind, signal};
use reweave::signal::{ctrl_c, raise};
use reweave::task::yield_now;
use reweave::time::{Duration, sleep, timeout};
use reweave::{Sim, explore, host, select, spawn};

const SECOND: Duration = Duration::from_secs(1);

fn listen(kind: SignalKind) -> Signal {
    signal(kind).unwrap()
}

/// Whether it hears something now.
fn hears(signal: &mut Signal) -> bool {
    match signal.poll_recv(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(heard) => {
            assert_eq!(heard, Some(()));
            true
        }
        Poll::Pending => false,
    }
}

fn in_run(test: impl AsyncFn() + Clone + 'static) {
    for seed in 0..20 {
        let test = test.clone();
        let run = Sim::new().seed(seed).run(async move { test().await });
        assert_eq!(run.findings(), [], "seed {seed}");
    }
}

#[test]
fn an_interrupt_ends_ctrl_c() {
    in_run(async || {
        spawn(async {
            sleep(SECOND).await;
            raise(SignalKind::interrupt());
        });
        ctrl_c().await.unwrap();
    });
}

#[test]
fn ctrl_c_hears_what_comes_after_its_first_poll() {
    in_run(async || {
        let _handles = listen(SignalKind::interrupt());
        let interrupted = ctrl_c();
        raise(SignalKind::interrupt());
        assert!(timeout(SECOND, interrupted).await.is_err());
    });
}

#[test]
fn a_signal_stays_handled_when_nobody_listens_any_more() {
    in_run(async || {
        let usr1 = SignalKind::user_defined1();
        drop(listen(usr1));
        raise(usr1);
        let mut later = listen(usr1);
        assert!(!hears(&mut later), "it was made after the signal");
        raise(usr1);
        assert_eq!(later.recv().await, Some(()));
    });
}

#[test]
fn each_listener_hears_it_once() {
    in_run(async || {
        let usr2 = SignalKind::user_defined2();
        let (mut one, mut two) = (listen(usr2), listen(usr2));
        raise(usr2);
        let mut late = listen(usr2);
        one.recv().await;
        two.recv().await;
        for signal in [&mut one, &mut two, &mut late] {
            assert!(!hears(signal));
        }
    });
}

#[test]
fn it_is_heard_each_time_and_what_comes_at_once_is_one() {
    in_run(async || {
        let mut hangup = listen(SignalKind::hangup());
        for _ in 0..2 {
            raise(SignalKind::hangup());
            hangup.recv().await;
        }
        for _ in 0..3 {
            raise(SignalKind::hangup());
        }
        assert!(hears(&mut hangup) && !hears(&mut hangup));
    });
}

#[test]
fn one_who_is_dropped_takes_nothing_from_the_others() {
    in_run(async || {
        let usr1 = SignalKind::user_defined1();
        let (mut first, mut kept, last) = (listen(usr1), listen(usr1), listen(usr1));
        assert!(!hears(&mut first));
        drop((first, last));
        let waits = spawn(async move { kept.recv().await });
        yield_now().await;
        raise(usr1);
        assert_eq!(waits.await.unwrap(), Some(()));
    });
}

#[test]
fn real_time_signals_are_heard() {
    in_run(async || {
        let kinds = || (34..=64).map(SignalKind::from_raw);
        let mut signals: Vec<Signal> = kinds().map(listen).collect();
        kinds().for_each(raise);
        for signal in &mut signals {
            assert_eq!(signal.recv().await, Some(()));
        }
    });
}

#[test]
fn each_host_hears_its_own() {
    in_run(async || {
        let heard = Rc::new(Cell::new(0));
        let start = || {
            let heard = heard.clone();
            move || {
                let heard = heard.clone();
                async move {
                    let mut hangup = listen(SignalKind::hangup());
                    loop {
                        hangup.recv().await;
                        heard.set(heard.get() + 1);
                    }
                }
            }
        };
        let (db, _other) = (host("db").start(start()), host("other").start(start()));
        let mut own = listen(SignalKind::hangup());
        sleep(SECOND).await;
        db.signal(SignalKind::hangup());
        sleep(SECOND).await;
        assert_eq!(heard.get(), 1);
        assert!(!hears(&mut own));
        // A signal that is carried to another host is still that of its own.
        let carried = host("third").spawn(async move { own.recv().await });
        sleep(SECOND).await;
        raise(SignalKind::hangup());
        assert_eq!(carried.await.unwrap(), Some(()));
    });
}

#[test]
fn a_wait_that_is_dropped_has_lost_nothing() {
    in_run(async || {
        let mut term = listen(SignalKind::terminate());
        assert!(timeout(SECOND, term.recv()).await.is_err());
        raise(SignalKind::terminate());
        let mut waits = Box::pin(term.recv());
        let heard = waits.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(heard.is_ready());
        drop(waits);
        let mut waits = Box::pin(term.recv());
        let heard = waits.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(heard.is_pending());
        drop(waits);
        // Nobody is left to be woken.
        raise(SignalKind::terminate());
    });
}

#[test]
fn a_host_ends_gracefully_in_its_own_time() {
    in_run(async || {
        let served = Rc::new(Cell::new(0));
        let count = served.clone();
        let db = host("db").start(move || {
            let served = count.clone();
            async move {
                let mut stop = listen(SignalKind::terminate());
                spawn(async {
                    loop {
                        sleep(SECOND).await;
                    }
                });
                loop {
                    select! {
                        _ = stop.recv() => break,
                        () = sleep(SECOND) => served.set(served.get() + 1),
                    }
                }
                sleep(2 * SECOND).await;
                served.set(served.get() + 100);
            }
        });
        let other = db.spawn(std::future::pending::<()>());
        sleep(Duration::from_millis(2500)).await;
        db.stop();
        sleep(SECOND).await;
        assert!(db.is_running());
        assert!(other.await.unwrap_err().is_host_crash());
        assert_eq!(served.get(), 102);
        assert!(!db.is_running());
        db.restart();
        sleep(Duration::from_millis(1500)).await;
        assert_eq!(served.get(), 103);
    });
}

#[test]
fn whoever_is_asked_while_it_stands_still_hears_it_later() {
    in_run(async || {
        let db = host("db").start(|| async {
            listen(SignalKind::terminate()).recv().await;
            reweave::note!("bye");
        });
        sleep(SECOND).await;
        db.pause();
        db.stop();
        sleep(SECOND).await;
        assert!(db.is_running());
        db.resume();
        sleep(SECOND).await;
        assert!(!db.is_running());
    });
}

#[test]
fn the_trace_says_who_sent_it_and_who_heard() {
    let run = Sim::new().run(async {
        let db = host("db").start(|| async {
            listen(SignalKind::terminate()).recv().await;
        });
        yield_now().await;
        db.stop();
        sleep(SECOND).await;
        assert!(!db.is_running());
    });
    let trace = run.trace().to_string();
    let told = [
        "waits for SIGTERM to db",
        "sends SIGTERM to db",
        "receives SIGTERM to db",
        "ends the process of host \"db\"",
    ];
    let mut rest = trace.as_str();
    for words in told {
        let at = rest
            .find(words)
            .unwrap_or_else(|| panic!("{words} in {trace}"));
        rest = &rest[at..];
    }
}

#[test]
fn all_orders_of_a_stop_and_its_hearers_are_in_order() {
    let found = explore(|| async {
        let db = host("db").start(|| async {
            let mut stop = listen(SignalKind::terminate());
            let work = spawn(async { sleep(SECOND).await });
            stop.recv().await;
            work.await.unwrap();
        });
        sleep(SECOND).await;
        db.stop();
        sleep(SECOND).await;
        assert!(!db.is_running());
    })
    .seeds(0..300)
    .run();
    assert!(found.failure().is_none());
}
