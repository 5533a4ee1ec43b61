//! Properties: `always!` and `unreachable!` are findings of their run, `sometimes!` and `reachable!` of all runs together.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use reweave::finding::{Claim, Detail};
use reweave::strategies::Builtin;
use reweave::{FindingKind, Level, Sim, explore};

#[test]
fn what_does_not_hold_is_a_finding_and_the_run_goes_on() {
    let run = Sim::new().run(async {
        let balance = 2 - 3;
        reweave::always!(balance >= 0);
        reweave::always!(balance >= -1, "not reached: {balance}");
        reweave::always!(balance > 7, "the balance is {balance}");
        reweave::unreachable!("a balance of {balance}");
        reweave::note!("goes on");
        balance
    });
    assert_eq!(run.output(), Some(&-1));
    let found: Vec<String> = run
        .findings()
        .iter()
        .map(|finding| finding.summary())
        .collect();
    insta::assert_snapshot!(found.join("\n"), @"
    property in main at 0s: does not always hold: balance >= 0
    property in main at 0s: does not always hold: the balance is -1
    property in main at 0s: is reachable: a balance of -1
    ");
    let claims = run.findings().iter().map(|finding| match finding.detail() {
        Detail::Property(property) => property.claim,
        other => panic!("{other:?}"),
    });
    assert!(claims.eq([Claim::Always, Claim::Always, Claim::Unreachable]));
    assert!(run.trace().to_string().contains("notes \"goes on\""));
}

/// As with `assert!`, words are made where they are needed.
#[test]
fn what_holds_makes_no_words() {
    let run = Sim::new().run(async {
        let made = std::cell::Cell::new(false);
        reweave::always!(!made.get(), "{:?}", made.replace(true));
        reweave::always!(!made.get(), "words were made");
    });
    assert!(!run.failed(), "{run}");
}

/// A search ends from outside, too, and says so.
#[test]
fn a_systematic_search_ends_where_it_is_told_to() {
    let many = || async {
        for _ in 0..20 {
            reweave::flip(0.5);
        }
    };
    let found = explore(many)
        .builtin(Builtin::Exhaustive)
        .until(|| true)
        .run();
    assert_eq!((found.runs(), found.is_whole()), (64, false));
    assert!(
        found.to_string().contains("the search was ended"),
        "{found}"
    );
}

#[test]
fn one_that_is_allowed_is_no_finding() {
    let run = Sim::new()
        .level(FindingKind::Property, Level::Allow)
        .run(async {
            reweave::always!(false);
        });
    assert!(run.findings().is_empty());
}

#[test]
fn an_exploration_finds_the_seed_and_shrinks_it() {
    let found = explore(|| async {
        let dice = [reweave::choose(1..=6), reweave::choose(1..=6)];
        reweave::always!(dice[0] + dice[1] < 12);
    })
    .shrink(true)
    .run();
    let failure = found.failure().unwrap();
    assert_eq!(failure.failure().unwrap().kind(), FindingKind::Property);
    assert_eq!(
        failure.tape().to_line(),
        "reweave tape 1; main choose@1 5; main choose@2 5"
    );
    assert!(
        found
            .to_string()
            .contains("property in main at 0s: does not always hold: dice[0] + dice[1] < 12")
    );
}

#[test]
fn outside_a_simulation_what_does_not_hold_panics_and_the_rest_does_nothing() {
    reweave::always!(true);
    reweave::sometimes!(false, "outside");
    reweave::reachable!("outside");
    let panic = std::panic::catch_unwind(|| reweave::always!(1 > 2, "in {}", "words")).unwrap_err();
    assert_eq!(
        panic.downcast_ref::<String>().unwrap(),
        "does not always hold: in words"
    );
}

/// Comes to some of them by chance.
fn program() -> impl Fn() -> std::pin::Pin<Box<dyn Future<Output = ()>>> + Sync {
    || {
        Box::pin(async {
            let retries = reweave::choose(0..4);
            reweave::sometimes!(retries == 3, "three retries");
            reweave::sometimes!(retries > 3, "four retries");
            if retries == 2 {
                reweave::reachable!("two retries");
            }
        })
    }
}

#[test]
fn what_never_held_in_any_run_fails_the_exploration_and_is_counted() {
    let found = explore(program())
        .expects("two retries")
        .expects("a crash")
        .seeds(0..200)
        .run();
    assert!(found.failed() && found.is_whole() && found.failure().is_none());
    let unmet: Vec<_> = found
        .unmet()
        .iter()
        .map(|property| property.to_string())
        .collect();
    insta::assert_snapshot!(unmet.join("\n"), @r#"
    "a crash" was expected, and no run came to it
    "four retries" never held in the 200 runs that came to it (tests/engine/properties.rs:118:13)
    "#);
    let held = |name: &str| {
        let property = found
            .properties()
            .iter()
            .find(|property| property.name == name)
            .unwrap();
        (property.reached, property.held)
    };
    assert_eq!(held("three retries").0, 200);
    let (reached, held) = held("two retries");
    assert!(reached == held && (20..80).contains(&held), "{held}");
    assert!(
        found
            .to_string()
            .contains("property: \"a crash\" was expected, and no run came to it")
    );
    let threads = explore(program())
        .expects("two retries")
        .expects("a crash")
        .seeds(0..200)
        .jobs(4)
        .run();
    assert_eq!(threads.properties(), found.properties());
}

/// Neighbours: nothing is judged where not all runs were made, and nothing is expected of what nobody came to.
#[test]
fn what_was_cut_short_is_not_judged() {
    let stopped = explore(|| async {
        reweave::sometimes!(false, "never");
        assert!(reweave::choose(0..4) < 3);
    })
    .run();
    assert!(!stopped.is_whole() && stopped.unmet().is_empty());
    assert!(stopped.properties()[0].is_unmet());

    static ASKED: AtomicU64 = AtomicU64::new(0);
    let ended = explore(program())
        .until(|| ASKED.fetch_add(1, Relaxed) == 2)
        .run();
    assert_eq!(
        (ended.runs(), ended.is_whole(), ended.failed()),
        (128, false, false)
    );

    let never = explore(|| async {
        if reweave::choose(0..4) > 4 {
            reweave::reachable!("beyond");
        }
    })
    .run();
    assert!(!never.failed());
}

#[test]
fn figures_count_what_happened_whatever_the_threads() {
    let two = || async {
        let one = reweave::spawn(async { reweave::task::yield_now().await });
        let two = reweave::spawn(async { reweave::task::yield_now().await });
        one.await.unwrap();
        two.await.unwrap();
    };
    let found = explore(two).seeds(0..1000).run();
    let figures = *found.figures();
    insta::assert_snapshot!(figures, @"
    1,000 runs, 10 distinct schedules (0 of them in the last 100 runs), up to 4 draws and 7 steps deep
    ");
    assert!(figures.runs_per_second() > 0.0);
    let hashes = (0..1000).map(|seed| Sim::new().seed(seed).run(two()).hash());
    let distinct = hashes.collect::<std::collections::BTreeSet<_>>().len() as u64;
    assert_eq!(figures.schedules, reweave::Count::Exactly(distinct));
    for jobs in [2, 4] {
        let again = explore(two).seeds(0..1000).jobs(jobs).run();
        assert_eq!(again.figures().to_string(), figures.to_string());
        assert_eq!(
            (again.figures().steps, again.figures().draws),
            (figures.steps, figures.draws)
        );
    }
    // A strategy that is shown draws counts them as well.
    let pos = explore(two).builtin(Builtin::Pos).seeds(0..10).run();
    assert!(pos.figures().draws > 20);
}

#[test]
fn one_that_stops_at_a_failure_counts_up_to_it_whatever_the_threads() {
    let program = || async { assert!(reweave::choose(0..400) != 7) };
    let alone = explore(program).seeds(0..5000).run();
    for jobs in [2, 4] {
        let found = explore(program).seeds(0..5000).jobs(jobs).run();
        assert_eq!(found.figures().to_string(), alone.figures().to_string());
        assert_eq!(found.figures().draws, alone.figures().draws);
    }
    assert_eq!(alone.figures().runs, alone.runs());
}

#[test]
fn a_search_that_is_flat_ends_and_one_that_is_not_goes_on() {
    let flat = || async {
        let rolled = reweave::choose(1..=6);
        reweave::note!("{rolled}");
        reweave::sometimes!(rolled == 6, "a six");
    };
    let alone = explore(flat).seeds(5..90_000).until_flat().run();
    assert_eq!((alone.seeds(), alone.is_whole()), (5..517, true));
    for jobs in [2, 4] {
        let found = explore(flat).seeds(5..90_000).until_flat().jobs(jobs).run();
        assert_eq!(found.seeds(), alone.seeds());
        assert_eq!(found.digest(), alone.digest());
        assert_eq!(found.figures().to_string(), alone.figures().to_string());
        assert_eq!(found.figures().draws, alone.figures().draws);
        assert_eq!(found.properties(), alone.properties());
    }
    let wide = || async { reweave::note!("{}", reweave::choose(0..20_000)) };
    let found = explore(wide).seeds(0..3000).until_flat().run();
    assert_eq!((found.runs(), found.is_whole()), (3000, true));
}

#[test]
fn a_budget_of_real_time_ends_an_exploration_that_would_take_for_ever() {
    let found = explore(|| async {})
        .seeds(0..u64::MAX)
        .budget(std::time::Duration::from_millis(20))
        .run();
    assert!(found.runs() > 0 && !found.is_whole());
    let zero = || explore(|| async {}).budget(std::time::Duration::ZERO);
    let panic = std::panic::catch_unwind(|| drop(zero())).unwrap_err();
    assert_eq!(
        panic
            .downcast_ref::<&str>()
            .copied()
            .map(str::to_owned)
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap(),
        "`budget` must be some real time, such as 10 s, got zero"
    );
}
