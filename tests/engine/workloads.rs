//! Random workloads: what is drawn, that it replays, and that it shrinks together with the schedule.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Debug;
use std::panic::catch_unwind;
use std::rc::Rc;
use std::time::Duration;

use reweave::sync::Mutex;
use reweave::task::{spawn_local, yield_now};
use reweave::workload::{any_in, collection, one_of, weighted};
use reweave::{Any, Run, Sim, Tape, any, choose, explore};

#[derive(Any, Clone, Debug, PartialEq)]
enum Op {
    Get { key: u8 },
    Put { key: u8, value: u16 },
    Add(u8, u16),
    Clear,
}

#[derive(Any, Debug, PartialEq)]
struct Nothing;

#[derive(Any, Debug, PartialEq)]
struct Pair<T, const N: usize> {
    left: T,
    right: [T; N],
}

/// What is drawn with these seeds.
fn drawn<T: 'static>(seeds: u64, draw: impl Fn() -> T + Copy + 'static) -> Vec<T> {
    let one = |seed| Sim::new().seed(seed).run(async move { draw() });
    (0..seeds).map(|seed| one(seed).unwrap()).collect()
}

/// The least failure of some seeds.
fn shrunk<M, F>(make: M) -> Run
where
    M: Fn() -> F + Sync,
    F: Future<Output: 'static> + 'static,
{
    let found = explore(make).seeds(0..1_000).shrink(true).run();
    found.failure().expect("a seed that fails").clone()
}

/// What a value came to in this run, said as a panic's message.
fn said(run: &Run) -> String {
    let summary = run.failure().unwrap().summary();
    let at = summary.find("<<").expect("it says so") + 2;
    summary[at..summary.rfind(">>").unwrap()].to_owned()
}

/// Of the values that fail, the one that shrinking ends with.
fn least<T: Any + Debug + 'static>(fails: impl Fn(&T) -> bool + Copy + Sync + 'static) -> String {
    let run = shrunk(move || async move {
        let value: T = any();
        assert!(!fails(&value), "<<{value:?}>>");
    });
    said(&run)
}

#[test]
fn the_plain_run_has_the_plainest_values() {
    let run = Sim::new().run(async {
        assert_eq!(
            any::<(u8, i128, usize, bool, char, f64)>(),
            (0, 0, 0, false, 'a', 0.0)
        );
        assert_eq!(
            any::<(Nothing, Duration, ())>(),
            (Nothing, Duration::ZERO, ())
        );
        assert_eq!(any::<(String, Vec<u8>, VecDeque<u8>)>(), Default::default());
        assert_eq!(
            any::<(BTreeSet<u8>, BTreeMap<u8, u8>)>(),
            Default::default()
        );
        assert_eq!(any::<(Option<u8>, Result<u8, u16>)>(), (None, Ok(0)));
        assert_eq!(*any::<Box<Op>>(), Op::Get { key: 0 });
        let pair = Pair {
            left: 0,
            right: [0; 3],
        };
        assert_eq!(any::<Pair<u64, 3>>(), pair);
        assert_eq!((any_in(5..9), any_in(-9..=-5), any_in(-9..9)), (5, -5, 0));
        assert_eq!(any_in::<u64>(..), 0);
        assert_eq!(collection::<Vec<u8>, _>(2..5, any), [0, 0]);
        assert_eq!(one_of(&[&|| 7, &|| 8]), 7);
        assert_eq!(weighted(&[(0, &|| 6), (1, &|| 7), (9, &|| 8)]), 7);
    });
    assert!(run.failure().is_none(), "{run}");
    assert_eq!(run.tape().deviations().len(), 0);
}

#[test]
fn the_ends_of_numbers_come_often_and_so_do_those_between() {
    fn check<T: Any + Debug + Ord + Copy + 'static>(often: usize, ends: &[T]) {
        let values = drawn(1_000, any::<T>);
        for end in ends {
            let times = values.iter().filter(|value| *value == end).count();
            assert!(times >= often, "{end:?} came {times} times");
        }
        let distinct: BTreeSet<T> = values.into_iter().collect();
        assert!(distinct.len() > 100, "{} are different", distinct.len());
    }
    check(10, &[0, 1, u8::MAX - 1, u8::MAX]);
    check(10, &[0, -1, i16::MIN, i16::MAX]);
    check(10, &[0, u32::MAX]);
    check(10, &[0, -1, i32::MIN, i32::MAX]);
    check(10, &[0, u64::MAX]);
    check(10, &[0, -1, i64::MIN, i64::MAX]);
    check(3, &[0, u128::MAX]);
    check(3, &[0, -1, i128::MIN, i128::MAX]);
    let bits = drawn(1_000, || 64 - any::<u64>().leading_zeros());
    let lengths: BTreeSet<u32> = bits.into_iter().collect();
    assert!(lengths.len() > 40, "{lengths:?}");
}

#[test]
fn ranges_are_kept_to_and_uniform_enough() {
    for value in drawn(500, || {
        (
            any_in(-3..4),
            any_in(1000..1100_u16),
            any_in(u64::MAX - 3..),
        )
    }) {
        assert!((-3..4).contains(&value.0), "{value:?}");
        assert!((1000..1100).contains(&value.1), "{value:?}");
        assert!(value.2 >= u64::MAX - 3, "{value:?}");
    }
    let mut counts = [0; 100];
    for value in drawn(10_000, || any_in(0..100_usize)) {
        counts[value] += 1;
    }
    assert!(counts.iter().all(|count| *count >= 25), "{counts:?}");
    let mut small = [0; 8];
    for value in drawn(8_000, || any_in(0..8_usize)) {
        small[value] += 1;
    }
    assert!(
        small.iter().all(|count| (850..1150).contains(count)),
        "{small:?}"
    );
}

#[test]
fn every_variant_and_every_number_of_items_is_as_likely_as_the_others() {
    let mut variants = [0; 4];
    for op in drawn(4_000, any::<Op>) {
        variants[match op {
            Op::Get { .. } => 0,
            Op::Put { .. } => 1,
            Op::Add(..) => 2,
            Op::Clear => 3,
        }] += 1;
    }
    assert!(
        variants.iter().all(|count| (850..1150).contains(count)),
        "{variants:?}"
    );
    let mut lengths = [0; 11];
    for items in drawn(8_000, || collection::<Vec<bool>, _>(3..=10, any)) {
        lengths[items.len()] += 1;
    }
    assert_eq!(lengths[..3], [0; 3]);
    assert!(
        lengths[3..].iter().all(|count| (850..1150).contains(count)),
        "{lengths:?}"
    );
    let heavy = drawn(4_000, || weighted(&[(3, &|| 0), (0, &|| 1), (1, &|| 2)]));
    let of = |value| heavy.iter().filter(|other| **other == value).count();
    assert!(
        (2_800..3_200).contains(&of(0)) && of(1) == 0,
        "{} {}",
        of(0),
        of(1)
    );
    let texts = drawn(200, any::<String>);
    assert!(texts.iter().any(|text| !text.is_ascii()));
    let floats = drawn(500, any::<f64>);
    assert!(floats.iter().any(|float| float.is_nan()) && floats.iter().any(|f| f.fract() != 0.0));
}

#[test]
fn a_seed_is_a_workload_and_a_tape_replays_it() {
    type All = (Vec<Op>, u64, String, Option<i32>, BTreeMap<u8, bool>);
    let mut distinct = BTreeSet::new();
    for seed in 0..50 {
        let draw = || async { any::<All>() };
        let run = Sim::new().seed(seed).run(draw());
        let again = Sim::new().seed(seed).run(draw());
        assert_eq!(run.hash(), again.hash());
        let tape: Tape = run.tape().to_string().parse().expect("a tape");
        let replayed = Sim::new().tape(&tape).run(draw());
        assert_eq!(replayed.hash(), run.hash());
        let value = run.unwrap();
        distinct.insert(format!("{value:?}"));
        assert_eq!(value, again.unwrap());
        assert_eq!(value, replayed.unwrap());
    }
    assert!(distinct.len() > 40, "{}", distinct.len());
}

#[test]
fn a_number_shrinks_to_the_bound_that_it_breaks() {
    assert_eq!(least(|value: &u64| *value >= 12_345), "12345");
    let above = |value: &u64| *value > 1 << 40;
    assert_eq!(least(above), "1099511627777");
    assert_eq!(least(|value: &u32| *value >= 100_000), "100000");
    assert_eq!(least(|value: &i32| *value <= -1_000), "-1000");
    assert_eq!(least(|value: &i64| *value < 0), "-1");
    assert_eq!(
        least(|value: &u64| *value >= 1 << 62),
        "4611686018427387904"
    );
    assert_eq!(least(|value: &char| *value > 'c'), "'d'");
    assert_eq!(least(|value: &Option<bool>| value.is_some()), "Some(false)");
}

#[test]
fn a_collection_shrinks_to_the_items_that_it_takes_wherever_they_were() {
    let sum = |list: &Vec<u16>| list.iter().map(|item| u64::from(*item)).sum::<u64>() >= 70_000;
    let shrunk = least(sum);
    // Two are needed, and no sum is above the bound that need not be.
    let numbers: Vec<u64> = shrunk[1..shrunk.len() - 1]
        .split(", ")
        .map(|number| number.parse().unwrap())
        .collect();
    assert_eq!(numbers.iter().sum::<u64>(), 70_000, "{shrunk}");
    assert_eq!(numbers.len(), 2, "{shrunk}");
    let ordered = |list: &Vec<u8>| list.windows(2).any(|pair| pair[0] > pair[1]);
    assert_eq!(least(ordered), "[1, 0]");
    assert_eq!(least(|text: &String| text.len() >= 3), "\"aaa\"");
    let puts = |ops: &Vec<Op>| {
        ops.iter()
            .any(|op| matches!(op, Op::Put { value: 7.., .. }))
    };
    assert_eq!(least(puts), "[Put { key: 0, value: 7 }]");
}

/// A store with two clients. Adding reads, gives way, and writes: under a lock, if it is right.
async fn clients(is_right: bool) {
    let ops: (Vec<Op>, Vec<Op>) = any();
    let store = Rc::new(RefCell::new(BTreeMap::<u8, u64>::new()));
    let lock = Rc::new(Mutex::new(()));
    let client = |ops: Vec<Op>| {
        let (store, lock) = (store.clone(), lock.clone());
        spawn_local(async move {
            for op in ops {
                yield_now().await;
                if let Op::Add(key, more) = op {
                    let guard = match is_right {
                        true => Some(lock.lock().await),
                        false => None,
                    };
                    let before = store.borrow().get(&key).copied().unwrap_or(0);
                    yield_now().await;
                    store.borrow_mut().insert(key, before + u64::from(more));
                    drop(guard);
                }
            }
        })
    };
    let mut wanted = BTreeMap::<u8, u64>::new();
    for op in ops.0.iter().chain(&ops.1) {
        if let Op::Add(key, more) = op {
            *wanted.entry(*key).or_default() += u64::from(*more);
        }
    }
    let (one, two) = (client(ops.0.clone()), client(ops.1.clone()));
    one.await.unwrap();
    two.await.unwrap();
    assert!(*store.borrow() == wanted, "<<{ops:?}>>");
}

#[test]
fn a_workload_shrinks_together_with_its_schedule() {
    let run = shrunk(|| clients(false));
    assert_eq!(said(&run), "([Add(0, 1)], [Add(0, 0)])", "{run}");
    // What was told replays, also from its text.
    let tape: Tape = run.tape().to_line().parse().expect("a tape");
    let replayed = Sim::new().tape(&tape).run(clients(false));
    assert_eq!(said(&replayed), said(&run));
    assert!(run.to_string().contains(".Add.1"), "{run}");
}

#[test]
fn a_store_that_is_right_has_no_finding_whoever_answers() {
    let found = explore(|| clients(true)).seeds(0..1_000).run();
    assert!(!found.failed(), "{found}");
    for strategy in ["random", "pct(3)"] {
        let found = explore(|| clients(true)).seeds(0..300);
        let found = found.builtin(strategy.parse().expect("a strategy")).run();
        assert!(!found.failed(), "{strategy}: {found}");
    }
}

#[test]
fn a_workload_is_drawn_whoever_answers() {
    for strategy in ["random", "pct(3)", "pos", "portfolio"] {
        let found = explore(|| clients(false)).seeds(0..1_000);
        let found = found.builtin(strategy.parse().expect("a strategy")).run();
        assert!(found.failed(), "{strategy}");
    }
}

#[test]
fn a_tape_without_an_item_or_with_a_field_more_says_the_same_of_the_others() {
    #[derive(Any)]
    struct Before {
        ops: Vec<u8>,
        limit: u32,
    }
    #[derive(Any)]
    struct After {
        retries: u8,
        ops: Vec<(bool, u8)>,
        limit: u32,
    }
    let tape = "reweave tape 1; \
                main@1.ops[2] any@1 1; main@1.ops[2] any@2 20; main@1.ops[5] any@1 1; \
                main@1.ops[5] any@2 50; main@1.limit any@2 9; main@2.1 choose@1 3";
    let replay = |tape: &str| {
        let tape: Tape = tape.parse().expect("a tape");
        let run = Sim::new().tape(&tape).run(async {
            let Before { ops, limit } = any();
            let two: Vec<usize> = collection(1..2, || choose(0..4));
            (ops, limit, two)
        });
        run.unwrap()
    };
    assert_eq!(replay(tape), (vec![20, 50], 9, vec![0]));
    let without = tape.replace("main@1.ops[2] any@1 1; ", "");
    assert_eq!(replay(&without), (vec![50], 9, vec![0]));
    let after = tape.replace("] any@2", "].1 any@1");
    let run = Sim::new().tape(&after.parse().unwrap()).run(async {
        let After {
            retries,
            ops,
            limit,
        } = any();
        (retries, ops, limit)
    });
    assert_eq!(run.unwrap(), (0, vec![(false, 20), (false, 50)], 9));
}

#[test]
fn choices_within_a_workload_belong_to_it() {
    let run = Sim::new().seed(3).run(async {
        let items: Vec<usize> = collection(9..10, || choose(1..100));
        choose(0..100);
        items
    });
    let tape = run.tape().to_string();
    assert!(tape.contains("main@1[0] choose@1 "), "{tape}");
    assert!(tape.contains("\nmain choose@1 "), "{tape}");
}

#[test]
fn each_task_has_workloads_of_its_own() {
    let run = Sim::new().seed(5).run(async {
        let other = reweave::task::Builder::new()
            .name("other")
            .spawn_local(async { any::<u64>() });
        any::<u64>();
        any::<u64>();
        other.unwrap().await.unwrap();
    });
    let tape = run.tape().to_string();
    let places = ["main@1 any@", "main@2 any@", "main/other@1 any@"];
    assert!(places.iter().all(|place| tape.contains(place)), "{tape}");
}

/// The second variant alone contains others.
#[derive(Any, Debug)]
enum Tree {
    Leaf,
    Fork(Box<Tree>, Box<Tree>, Vec<Tree>),
}

fn size(tree: &Tree) -> usize {
    match tree {
        Tree::Leaf => 1,
        Tree::Fork(left, right, others) => {
            1 + size(left) + size(right) + others.iter().map(size).sum::<usize>()
        }
    }
}

#[test]
fn what_contains_itself_comes_to_an_end() {
    let sizes: Vec<usize> = drawn(60, || size(&any()));
    assert!(
        sizes.contains(&1) && sizes.iter().any(|size| *size > 10),
        "{sizes:?}"
    );
    assert!(sizes.iter().all(|size| *size < 1_000_000), "{sizes:?}");
}

#[test]
fn a_plainest_value_without_end_is_told() {
    #[derive(Any)]
    struct Endless(#[expect(dead_code, reason = "there is no value")] Box<Endless>);
    let run = Sim::new().run(async { drop(any::<Endless>()) });
    let summary = run.failure().expect("it fails").summary();
    assert!(summary.contains("does not come to an end"), "{summary}");
}

#[test]
fn a_workload_given_up_in_a_panic_is_left() {
    let run = Sim::new().seed(1).run(async {
        let failed = catch_unwind(|| collection::<Vec<u8>, _>(1..2, || panic!("given up")));
        assert!(failed.is_err());
        any::<u64>()
    });
    let tape = run.tape().to_string();
    assert!(tape.contains("main@2 any@"), "{tape}");
    let run = Sim::new().run(async {
        let failed = catch_unwind(Vec::<u8>::any);
        failed.expect("the type's own function draws, too")
    });
    assert_eq!(run.unwrap(), [0_u8; 0]);
}

#[test]
fn what_cannot_be_drawn_from_says_what_it_needs() {
    let words = |f: fn()| {
        let run = Sim::new().run(async move { f() });
        run.failure().expect("it fails").summary()
    };
    let empty = words(|| assert_eq!(any_in(5..5), 5));
    assert!(
        empty.contains("a range with a number in it, got one from 5 to 4"),
        "{empty}"
    );
    let empty = words(|| assert_eq!(any_in(0..0_u8), 0));
    assert!(
        empty.contains("a range with a number in it, got an empty one"),
        "{empty}"
    );
    let endless = words(|| drop(collection::<Vec<u8>, _>(3.., any)));
    assert!(
        endless.contains("a range with an end, got 3.."),
        "{endless}"
    );
    let none = words(|| one_of::<()>(&[]));
    assert!(none.contains("at least one function"), "{none}");
    let weightless = words(|| weighted(&[(0, &|| ())]));
    assert!(weightless.contains("got 0"), "{weightless}");
}

#[test]
#[should_panic = "`any` needs a simulation around it"]
fn outside_a_simulation_nothing_is_drawn() {
    any::<u8>();
}

#[test]
fn a_list_that_fits_no_memory_is_refused() {
    let refused = std::panic::catch_unwind(|| reweave::choose(0..u64::MAX)).unwrap_err();
    let refused = refused.downcast_ref::<String>().unwrap();
    assert!(refused.contains("expected at most 2147483648"), "{refused}");
    assert!(refused.contains("workload::any_in"), "{refused}");
}
