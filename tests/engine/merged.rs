//! Explorations of parts of the seeds, put together, are what one of all of them is.

use reweave::strategies::Builtin;
use reweave::{Count, Exploration, Explore, MergeError, Run, choose, explore, flip, sometimes};

/// Shows most of what there is to show: four failures, two of them in one run, a warning, a target, and properties that hold seldom, or never.
async fn program() {
    let dice = choose(0..300);
    // In the same run as another failure.
    reweave::always!(dice % 50 != 49 || flip(0.5));
    reweave::target("dice", dice);
    sometimes!(dice == 7, "a seven");
    sometimes!(dice > 299, "three hundred");
    assert!(dice % 50 != 49, "a fiftieth");
    assert!(dice != 123 || flip(0.5), "seldom");
    if flip(0.2) {
        drop(reweave::sync::Mutex::new(()).lock());
        drop(reweave::time::sleep(reweave::time::Duration::from_secs(1)));
    }
    if dice == 200 {
        reweave::sync::Notify::new().notified().await;
    }
}

fn of(seeds: std::ops::Range<u64>) -> Explore<impl Fn() -> Looked + Sync> {
    explore(|| Box::pin(program()) as Looked)
        .seeds(seeds)
        .builtin(Builtin::Portfolio)
        .expects("a seven")
        .expects("an eight")
}

type Looked = std::pin::Pin<Box<dyn Future<Output = ()>>>;

/// What is told of some runs: which they are, what they show, and in how many seeds.
fn told(runs: &[Run]) -> Vec<String> {
    let told = runs.iter().map(|run| {
        let (seed, shown) = (run.seed(), run.shown());
        format!("{seed:?} {} {shown:?}", run.findings()[0])
    });
    told.collect()
}

#[test]
fn parts_in_any_order_come_to_what_all_seeds_come_to() {
    for shrink in [false, true] {
        let whole = of(0..2000).collect().shrink(shrink).run();
        assert!(whole.failures().len() >= 3 && !whole.warnings().is_empty());
        let parts = [700..1400, 0..1, 1400..2000, 1..700];
        let parts = parts.map(|seeds| of(seeds).collect().shrink(shrink).run());
        let found = Exploration::merge(parts).unwrap();
        assert_eq!(found.seeds(), 0..2000);
        assert_eq!(told(found.failures()), told(whole.failures()));
        assert_eq!(told(found.warnings()), told(whole.warnings()));
        assert_eq!(found.properties(), whole.properties());
        assert_eq!(found.targets(), whole.targets());
        assert_eq!(found.digest(), whole.digest());
        assert!(found.is_whole() && found.digest().is_some());
        let unmet = |found: &Exploration| {
            let unmet = found.unmet().into_iter().map(|unmet| unmet.name.clone());
            unmet.collect::<Vec<_>>()
        };
        assert_eq!(unmet(&found), ["an eight", "three hundred"]);
        assert_eq!(unmet(&found), unmet(&whole));
    }
}

#[test]
fn sums_and_maxima_are_exact_and_schedules_are_no_more_than_their_sum() {
    let whole = *of(0..1000).collect().run().figures();
    let parts = [0..500, 500..1000].map(|seeds| of(seeds).collect().run());
    let [one, other] = parts.each_ref().map(|part| *part.figures());
    let merged = *Exploration::merge(parts).unwrap().figures();
    let exact = |figures: &reweave::Figures| {
        (
            (figures.runs, figures.steps, figures.draws),
            (figures.most_steps, figures.most_draws),
        )
    };
    assert_eq!(exact(&merged), exact(&whole));
    let sum = one.schedules.get() + other.schedules.get();
    assert_eq!(merged.schedules, Count::AtMost(sum));
    assert!(whole.schedules.get() < sum);
    assert_eq!(merged.last, 50);
    assert!(merged.new_at_last.get() <= other.new_at_last.get());
    assert_eq!(merged.took, one.took + other.took);
    let words = merged.to_string();
    assert!(words.starts_with(&format!("1,000 runs, at most {sum} distinct schedules (")));
    // One alone stays what it is.
    let alone = of(0..500).collect().run();
    let figures = *alone.figures();
    assert_eq!(*Exploration::merge([alone]).unwrap().figures(), figures);
}

#[test]
fn the_whole_is_judged_only_if_all_seeds_were_run_that_were_asked_for() {
    let roll = || async { sometimes!(choose(0..1000) > 999, "a thousand") };
    let ended = explore(roll).seeds(0..1000).until(|| true).run();
    let said = "0 runs, seeds 0..0: none failed; ended before seeds 0..1000";
    assert!(ended.to_string().starts_with(said), "{ended}");
    assert_eq!(ended.seeds(), 0..0);
    let later = explore(roll).seeds(ended.seeds().end..900).run();
    let found = Exploration::merge([ended.clone(), later.clone()]).unwrap();
    assert!(!found.is_whole() && found.unmet().is_empty() && !found.failed());
    let last = explore(roll).seeds(900..1000).run();
    let found = Exploration::merge([found, last]).unwrap();
    assert!(found.is_whole() && found.unmet().len() == 1 && found.failed());
    assert_eq!(found.digest(), None, "that of one that was ended");
}

/// Such a one counts beyond its seeds, and so into those of the next.
#[test]
fn where_one_stopped_at_a_failure_the_next_goes_on() {
    let stopped = of(0..2000).run();
    let failure = stopped.failure().unwrap();
    let (seed, end) = (failure.seed().unwrap(), stopped.seeds().end);
    assert_eq!(seed + 1, end);
    assert!(failure.shown().unwrap().of > end);
    let rest = of(end..2000).collect().run();
    let found = Exploration::merge([rest, stopped]).unwrap();
    assert!(found.is_whole());
    let whole = of(0..2000).collect().run();
    assert_eq!(told(found.failures()), told(whole.failures()));
}

#[test]
fn what_does_not_fit_together_is_refused_in_words() {
    let of = |seeds| explore(|| async {}).seeds(seeds).run();
    let error = |parts: &[Exploration]| Exploration::merge(parts.to_vec()).unwrap_err();
    let gap = error(&[of(7..9), of(0..5)]);
    assert_eq!(gap, MergeError::Gap(5..7));
    let overlap = error(&[of(0..5), of(4..9)]);
    assert_eq!(overlap, MergeError::Overlap(0..5, 4..9));
    let search = explore(|| async {}).builtin(Builtin::Exhaustive).run();
    let errors = [gap, overlap, error(&[]), error(&[of(0..5), search])];
    insta::assert_snapshot!(errors.map(|error| error.to_string()).join("\n"), @r"
    expected seeds that follow each other, and 5..7 were not run: run them, too
    expected each seed once, and 0..5 and 4..9 overlap: leave one of them out
    expected explorations to put together, and there is none
    expected runs of seeds, and `exhaustive` is a search, which has none: make it in one piece
    ");
}
