//! `buggify!`: places that the user marks.

use std::panic::catch_unwind;

use reweave::time::sleep;
use reweave::trace::Event;
use reweave::{Sim, buggify};

use super::{SECOND, runs};

/// How often each of two places fires in 200 rounds.
async fn two_places() -> (u32, u32) {
    let (mut often, mut seldom) = (0, 0);
    for _ in 0..200 {
        often += u32::from(buggify!(0.5));
        seldom += u32::from(buggify!(0.05));
    }
    (often, seldom)
}

#[test]
fn a_place_is_enabled_for_a_run_and_then_fires_with_its_probability() {
    let seen = runs("buggify = 0.5", two_places);
    let seen: Vec<(u32, u32)> = seen.into_iter().map(|run| run.unwrap()).collect();
    let often: Vec<u32> = seen
        .iter()
        .map(|&(often, _)| often)
        .filter(|&n| n > 0)
        .collect();
    let seldom: Vec<u32> = seen.iter().map(|&(_, n)| n).filter(|&n| n > 0).collect();
    // In half of the runs that meet faults at all, which is half of the runs.
    assert!((4..20).contains(&often.len()), "{seen:?}");
    assert!((4..20).contains(&seldom.len()), "{seen:?}");
    assert!(often.iter().all(|n| (60..140).contains(n)), "{often:?}");
    assert!(seldom.iter().all(|n| *n < 30), "{seldom:?}");
    // Each for itself.
    assert!(
        seen.iter()
            .any(|&(often, seldom)| (often > 0) != (seldom > 0))
    );
}

#[test]
fn where_it_is_not_asked_for_it_never_fires_and_nothing_is_drawn() {
    let without = |seed| Sim::new().seed(seed).run(async { reweave::flip(0.5) });
    let with = |seed| {
        let sim = Sim::new().seed(seed).faults("none");
        sim.run(async {
            let fired = buggify!(1.0) || buggify!(0.5);
            assert!(!fired);
            reweave::flip(0.5)
        })
    };
    for seed in 0..20 {
        assert_eq!(with(seed).tape(), without(seed).tape());
        assert_eq!(with(seed).hash(), without(seed).hash());
    }
    assert!(!buggify!(1.0), "outside a simulation");
}

#[test]
fn in_the_calm_phase_none_fires() {
    let program = || async {
        let mut before = 0;
        for second in 0..60 {
            let fired = buggify!(1.0);
            assert!(!fired || second < 30);
            before += u32::from(fired);
            sleep(SECOND).await;
        }
        before
    };
    let fired = runs("buggify = 1, calm = 30s", program);
    let fired: Vec<u32> = fired.into_iter().map(|run| run.unwrap()).collect();
    assert!(
        fired.iter().all(|&fired| fired == 0 || fired == 30),
        "{fired:?}"
    );
    assert!(fired.contains(&0) && fired.contains(&30));
}

#[test]
fn before_the_start_none_fires() {
    let program = || async {
        assert!(!buggify!(1.0), "before its time");
        sleep(6 * SECOND).await;
        buggify!(1.0)
    };
    let fired = runs("buggify = 1, start = 5s", program);
    assert!(fired.into_iter().any(|run| run.unwrap()));
}

#[test]
fn it_is_an_event_with_its_place_and_the_report_counts_it() {
    let program = || async {
        if buggify!(1.0) {
            panic!("it hurts");
        }
    };
    let found = reweave::explore(program)
        .faults("buggify = 1")
        .seeds(0..10)
        .run();
    let run = found.failure().unwrap();
    let buggified = |event| matches!(event, Event::Buggified { .. });
    let entries = run.trace().entries();
    assert_eq!(entries.iter().filter(|e| buggified(e.event)).count(), 1);
    assert!(
        run.trace()
            .with_places()
            .contains("fault: buggify  at tests/engine/faults/buggify.rs:")
            || run.trace().with_places().contains("buggify.rs:")
    );
    let text = run.to_string();
    assert!(text.contains("faults: buggify 1 time\n"), "{text}");
    assert!(text.contains("is enabled in this run"), "{text}");
}

#[test]
fn a_probability_is_one() {
    for p in [-0.1, 1.1, f64::NAN] {
        let refused = catch_unwind(|| buggify!(p)).unwrap_err();
        let message = refused.downcast::<String>().unwrap();
        assert!(
            message.contains("needs a probability from 0 to 1"),
            "{message}"
        );
    }
}
