//! Values of proptest's strategies: what they are, and to what they are shrunk.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fmt::Debug;
use std::process::Command;
use std::rc::Rc;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::subsequence;
use reweave::draw::Kind;
use reweave::time::{Duration, sleep};
use reweave::{Sim, Tape, explore, task, workload};

use crate::workloads::{plain, seeds, shrunk};

/// The value to which the first that fails is shrunk.
fn least<S: Strategy + 'static>(
    strategy: impl Fn() -> S + Copy + Sync + 'static,
    fails: impl Fn(&S::Value) -> bool + Copy + Sync + 'static,
) -> String {
    let run = move || async move {
        let value = workload::proptest(strategy());
        assert!(!fails(&value), "{value:?}");
    };
    shrunk(explore(run).seeds(0..1000))
}

/// What a strategy makes with this tape.
fn with<T: 'static>(tape: &str, value: impl FnOnce() -> T + 'static) -> T {
    let tape: Tape = format!("reweave tape 1; {tape}").parse().unwrap();
    Sim::new().tape(&tape).run(async { value() }).unwrap()
}

#[derive(Clone, Debug, PartialEq)]
enum Op {
    Get(u8),
    Put(u8, u32),
    Delete(u8),
    Crash,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        5 => any::<u8>().prop_map(Op::Get),
        5 => (any::<u8>(), any::<u32>()).prop_map(|(key, value)| Op::Put(key, value)),
        2 => any::<u8>().prop_map(Op::Delete),
        1 => Just(Op::Crash),
    ]
}

/// A store of eight slots, which cannot delete what is above 500.
fn loses(ops: &[Op]) -> bool {
    let mut store = BTreeMap::new();
    for op in ops {
        match op {
            Op::Get(_) => {}
            Op::Put(key, value) => {
                store.insert(key % 8, *value);
            }
            Op::Delete(key) if store.remove(&(key % 8)) > Some(500) => return true,
            Op::Delete(_) => {}
            Op::Crash => store.clear(),
        }
    }
    false
}

#[test]
fn values_are_the_plainest_in_the_plain_run_and_mostly_whole_with_seeds() {
    let mixed = || workload::proptest((5..10_000_u32, any::<bool>(), "[b-y]*", vec(op(), 2..30)));
    let plainest = (5, false, String::new(), vec![Op::Get(0), Op::Get(0)]);
    assert_eq!(plain(mixed), plainest);
    let all = seeds(mixed);
    assert_eq!(all, seeds(mixed));
    let whole = all.iter().filter(|(number, ..)| *number > 100);
    assert!((40..64).contains(&whole.count()), "{all:?}");
    let numbers: BTreeSet<u32> = all.iter().map(|(number, ..)| *number).collect();
    assert!(numbers.len() > 40, "{numbers:?}");
    assert!(all.iter().any(|(.., ops)| ops.contains(&Op::Crash)));
}

#[test]
fn a_strategy_is_owned_borrowed_boxed_or_a_pattern() {
    let strategy = || 3..9_u8;
    let value = with("main@1.kept any@1 2147483647", move || {
        workload::proptest(strategy())
    });
    assert_ne!(value, 3);
    let others = with(
        "main@1.kept any@1 2147483647; main@2.kept any@1 2147483647",
        move || {
            let borrowed = workload::proptest(&strategy());
            (borrowed, workload::proptest(strategy().boxed()))
        },
    );
    assert_eq!(others, (value, value));
    assert_eq!(plain(|| workload::proptest("x[a-z]{2}")), "xaa");
}

/// Each answer says whether a step stands; the ones at the end keep the rest.
#[test]
fn what_is_kept_is_a_number_whose_bits_answer_the_steps() {
    let kept = |bits: u32, next: u32| {
        with(
            &format!("main@1.kept any@1 {bits}; main@1.kept any@2 {next}"),
            || workload::proptest(any::<u64>()),
        )
    };
    let all = (1 << 31) - 1;
    let whole = kept(all, 0);
    assert!(whole > 1 << 60);
    assert_eq!(kept(all >> 1, 0), whole / 2);
    assert_eq!(kept(all >> 2, 0), whole / 4);
    let eighths = |eighths: u128| (u128::from(whole) * eighths / 8) as u64;
    // Half of what the first step took away comes back, and half of that goes again.
    assert!(kept(0b10 << 29 | all >> 2, 0).abs_diff(eighths(6)) < 8);
    assert!(kept(0b100 << 28 | all >> 3, 0).abs_diff(eighths(5)) < 8);
    // After 30 steps that stand the next number says; what it keeps is what this would keep with a one at its end.
    assert_eq!(kept(0, all), whole >> 30);
    assert_eq!(kept(1, 0), whole >> 30);
    assert_eq!(kept(0, all >> 1), whole >> 31);
    assert_eq!(kept(0, 1), whole >> 60);
    assert_eq!(kept(0, 0), 0);
    // A step that is partly taken back is so altogether if the rest is kept.
    assert_eq!(kept(2, all), whole >> 29);
}

#[test]
fn values_shrink_as_far_as_proptest_shrinks_them() {
    let least_number = least(|| 0..10_000_u32, |number| *number >= 57);
    assert_eq!(least_number, "57");
    let far = least(any::<u64>, |number| *number >= 1 << 40);
    assert_eq!(far, (1_u64 << 40).to_string());
    assert_eq!(least(any::<i64>, |number| *number <= -1000), "-1000");
    let sum = |items: &Vec<u32>| items.iter().sum::<u32>() > 1000;
    let items = least(|| vec(0..1000_u32, 0..50), sum);
    let items: Vec<u32> = items[1..items.len() - 1]
        .split(", ")
        .map(|item| item.parse().unwrap())
        .collect();
    assert_eq!((items.len(), items.iter().sum()), (2, 1001), "{items:?}");
    let variant = least(|| vec(op(), 0..30), |ops| ops.contains(&Op::Crash));
    assert_eq!(variant, "[Crash]");
    let text = least(|| "[a-z]{0,40}", |text| text.contains('x'));
    assert_eq!(text, "\"x\"");
    let tuple = least(
        || (0..1000_u16, any::<bool>(), 0..1000_u16),
        |(left, is_on, right)| *is_on && left + right >= 777,
    );
    assert_eq!(tuple, "(0, true, 777)");
    let weights = || prop_oneof![90 => 0..10_u32, 9 => 100..1000_u32, 1 => 5000..9000_u32];
    assert_eq!(least(weights, |number| *number > 5100), "5101");
    let set = least(
        || btree_set(0..1000_u32, 3..20),
        |set| set.last() > Some(&321),
    );
    assert_eq!(set, "{0, 1, 322}");
    let part = || subsequence((0..30).collect::<Vec<u8>>(), 0..30);
    let two = least(part, |part| part.contains(&17) && part.contains(&4));
    assert_eq!(two, "[4, 17]");
    let last = least(|| vec(any::<u64>(), 30), |items| items[29] > 1 << 33);
    let zeros = "0, ".repeat(29);
    assert_eq!(last, format!("[{zeros}8589934593]"));
}

#[test]
fn values_shrink_that_are_made_of_others() {
    let sized = || (0..30_usize).prop_flat_map(|size| (Just(size), vec(0..100_u8, size)));
    let least_sized = least(sized, |(size, items)| {
        *size >= 3 && items.iter().any(|item| *item >= 42)
    });
    assert_eq!(least_sized, "(3, [0, 0, 42])");
    let ops = least(|| vec(op(), 0..40), |ops| loses(ops));
    assert!(
        ops.starts_with("[Put(") && ops.contains(", 501), Delete("),
        "{ops}"
    );
    assert_eq!(ops.matches('(').count(), 2, "{ops}");
}

/// What is paid in and read at the same instant, which matters only if it is much.
async fn pays_in_and_reads() {
    let amounts = vec(0..10_000_u32, 1..6);
    let amounts = workload::proptest(&amounts);
    let paid: u32 = amounts.iter().sum();
    let balance = Rc::new(Cell::new(0));
    let pays = balance.clone();
    let pays_in = task::spawn_local(async move {
        sleep(Duration::from_secs(1)).await;
        pays.set(paid);
    });
    let reads = task::spawn_local(async move {
        sleep(Duration::from_secs(1)).await;
        balance.get()
    });
    pays_in.await.unwrap();
    let read = reads.await.unwrap();
    assert!(read + 57 > paid, "{amounts:?}: read {read}");
}

#[test]
fn inputs_and_schedules_shrink_together_and_replay_by_one_tape() {
    let found = explore(pays_in_and_reads).seeds(0..1000).shrink(true).run();
    let run = found.failure().expect("some seed fails");
    let said = run.failure().unwrap().message();
    assert_eq!(said, "[57]: read 0");
    let kinds: BTreeSet<Kind> = run.tape().deviations().map(|one| one.kind).collect();
    assert!(
        kinds.contains(&Kind::Any) && kinds.len() == 2,
        "{}",
        run.tape()
    );
    let tape: Tape = run.tape().to_string().parse().unwrap();
    let again = Sim::new().tape(&tape).run(pays_in_and_reads());
    assert_eq!(again.failure().unwrap().message(), said);
    assert_eq!(again.hash(), run.hash());
}

#[test]
fn filters_that_refuse_too_much_are_told() {
    let none = Sim::new().run(async {
        let never = (0..100_u8).prop_filter("above 100", |number| *number > 100);
        workload::proptest(never)
    });
    let failure = none.failure().unwrap();
    let said = failure.message();
    assert!(said.contains("65536 times at above 100"), "{said}");
    assert!(said.contains("prop_map"), "{said}");
    let place = failure.to_string();
    assert!(place.contains("features/strategies.rs"), "{place}");
    let odd = || workload::proptest((0..100_u8).prop_filter("odd", |number| number % 2 == 1));
    assert!(seeds(odd).iter().all(|number| number % 2 == 1));
}

#[test]
#[should_panic = "`proptest` needs a simulation around it"]
fn outside_a_simulation_nothing_is_drawn() {
    workload::proptest(0..3);
}

/// What [`whatever_proptest_is_told_values_are_the_same`] compares: of runs with seeds and of such as shrinking makes.
#[test]
fn says_values() {
    fn say<T: Debug + 'static>(value: fn() -> T) {
        println!("value: {:?}", seeds(value));
    }
    say(|| {
        workload::proptest(vec(
            (0..100_u8).prop_filter("odd", |number| number % 2 == 1),
            9,
        ))
    });
    say(|| workload::proptest((2..9_usize).prop_flat_map(|size| vec(any::<u8>(), size))));
    let sized = || (0..30_usize).prop_flat_map(|size| (Just(size), vec(0..100_u8, size)));
    let least = least(sized, |(size, items)| {
        *size >= 3 && items.iter().any(|item| *item >= 42)
    });
    println!("value: {least}");
}

#[test]
fn whatever_proptest_is_told_values_are_the_same() {
    let values = |variables: &[(&str, &str)]| {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["strategies::says_values", "--exact", "--show-output"]);
        for (name, _) in env::vars().filter(|(name, _)| name.starts_with("PROPTEST_")) {
            command.env_remove(name);
        }
        let output = command.envs(variables.iter().copied()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}");
        let values = text.lines().filter(|line| line.starts_with("value: "));
        values.map(str::to_owned).collect::<Vec<_>>()
    };
    let without = values(&[]);
    assert_eq!(without.len(), 3);
    let told = [
        ("PROPTEST_CASES", "1"),
        ("PROPTEST_FORK", "true"),
        ("PROPTEST_MAX_DEFAULT_SIZE_RANGE", "3"),
        ("PROPTEST_MAX_FLAT_MAP_REGENS", "0"),
        ("PROPTEST_MAX_GLOBAL_REJECTS", "0"),
        ("PROPTEST_MAX_LOCAL_REJECTS", "0"),
        ("PROPTEST_MAX_SHRINK_ITERS", "0"),
        ("PROPTEST_RNG_ALGORITHM", "xs"),
        ("PROPTEST_RNG_SEED", "7"),
        ("PROPTEST_TIMEOUT", "1"),
        ("PROPTEST_VERBOSE", "2"),
    ];
    assert_eq!(values(&told), without);
}
