//! A simulation in a simulation.

use std::panic::catch_unwind;
use std::thread;

use reweave::time::sleep;
use reweave::{Sim, explore};

use super::{SECOND, unharmed};

#[test]
fn a_simulation_in_a_simulation_is_refused_in_clear_words() {
    for nest in [nest_run as fn(), nest_run_with, nest_explore] {
        let run = unharmed(|| Sim::new().run(async move { nest() }));
        let failure = run.failure().expect("it was refused").message().to_owned();
        assert!(
            failure.contains("a simulation in a simulation would have two clocks"),
            "{failure}"
        );
        let place = run.failure().unwrap().place().unwrap();
        assert!(place.file() == file!(), "the place is the user's: {place}");
    }
}

fn nest_run() {
    drop(Sim::new().run(async {}));
}

fn nest_run_with() {
    drop(Sim::new().run_with(reweave::strategies::Plain, async {}));
}

fn nest_explore() {
    drop(explore(|| async {}).run());
}

#[test]
fn on_a_thread_of_its_own_it_is_allowed() {
    let run = unharmed(|| {
        Sim::new().run(async {
            let inner = || Sim::new().run(sleeper()).elapsed();
            let inner = thread::spawn(inner).join().unwrap();
            sleep(SECOND).await;
            inner
        })
    });
    assert_eq!(
        (run.output(), run.elapsed()),
        (Some(&(60 * SECOND)), SECOND)
    );
}

async fn sleeper() {
    sleep(60 * SECOND).await;
}

#[test]
fn after_a_refusal_that_was_caught_the_outer_run_goes_on() {
    let run = unharmed(|| {
        Sim::new().run(async {
            assert!(catch_unwind(nest_run).is_err());
            sleep(SECOND).await;
            "went on"
        })
    });
    assert_eq!(run.output(), Some(&"went on"));
}
