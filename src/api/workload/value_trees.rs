//! Values of proptest's strategies. What a strategy makes of a seed, and how far proptest simplifies that, are draws: so both are on the
//! tape, and shrink with the schedule.
//!
//! A strategy makes a *value tree*: a value, and a way from it to the plainest. `simplify` takes a step on it, and `complicate` takes a
//! part of that step back. Where proptest shrinks, a test answers each step: it fails as before, and the step stands; or it passes, and
//! a part is taken back. Here the answers are drawn, as the bits of numbers, from the highest on:
//!
//! ```text
//!   0 0 1 0 1 1 1 … 1   two steps stand, a part of the third is taken back, what is left of it stands; then all stays as it is
//!   1 1 1 1 1 1 1 … 1   all stays as the strategy made it
//!   0 0 0 0 0 0 0 … 0   30 steps stand, and the next number goes on: at last the value is the plainest
//! ```
//!
//! So the first steps weigh most, and the lowest number that fails is what proptest comes to with the same value: shrinking, which
//! lowers numbers bit by bit, asks of one step after the other whether it stands, with the rest as it was. That needs as many draws as
//! there are numbers. With a draw for each step, shrinking takes away as many deviations as it can, which does not lead to the least
//! value: of 6,792, which must be at least 57, it leaves 3,397, for that is one step taken back.

use ::proptest::strategy::{Strategy, ValueTree};
use ::proptest::test_runner::{
    Config, Reason, RngAlgorithm, RngSeed, TestRng, TestRunner, noop_result_cache,
};

use crate::api::workload::parts::{DIGIT, KEPT, digit, field, seed};

/// No more steps of one value are answered: what is left of it stays as it is.
const MOST_ANSWERS: u32 = 1 << 15;

/// How many values `prop_flat_map` makes of what it begins with, once that is simpler, to find one that fails again. By proptest's
/// default it may be 256; these are as good, and each is a bit.
const REMADE: u32 = 8;

/// How many values filters may refuse: as many as by proptest's default.
const REFUSED: u32 = 1 << 16;

/// A value of a strategy of [proptest](https://docs.rs/proptest), owned or borrowed; with the feature `proptest`.
///
/// What the strategy makes, and how far that is simplified, is drawn: most random runs have a value as the strategy makes it, the plain
/// run has one that proptest simplifies no further, and a failing run is shrunk along proptest's own simplifications, together with its
/// schedule.
///
/// ```
/// use proptest::prelude::*;
/// use reweave::workload;
///
/// # reweave::Sim::new().run(async {
/// let names = prop::collection::vec("[a-z]{1,8}", 2..5);
/// let accounts = workload::proptest(&names);
/// let amount = workload::proptest((1..=100_u32).prop_map(|tens| tens * 10));
/// # assert_eq!((accounts, amount), (vec!["a".to_owned(), "a".to_owned()], 10));
/// # }).unwrap();
/// ```
///
/// The same draws are the same value in every process. Of proptest's settings (`PROPTEST_CASES` and the like) none has an effect, and
/// it keeps no files. What a strategy takes from elsewhere is not drawn: the clock (`any::<Instant>()`), the order of a `HashMap`,
/// and `PROPTEST_MAX_DEFAULT_SIZE_RANGE`, which proptest reads where a strategy is made that says no size, as `any::<Vec<u8>>()`.
///
/// # Panics
///
/// Outside a simulation, and if the strategy gives up, as when filters refuse 65,536 values.
#[track_caller]
pub fn proptest<S: Strategy>(strategy: S) -> S::Value {
    let _within = super::within("proptest", None);
    let seed = field("seed", seed);
    let mut runner = runner(seed);
    let mut tree = match strategy.new_tree(&mut runner) {
        Ok(tree) => tree,
        Err(reason) => gave_up(&reason, &runner),
    };
    field(KEPT, || simplify(&mut tree));
    tree.current()
}

#[track_caller]
fn gave_up(reason: &Reason, runner: &TestRunner) -> ! {
    let said = runner.to_string();
    let filters = said.lines().filter(|line| line.contains(" times at "));
    let refused: String = filters.map(|line| format!(", {}", line.trim())).collect();
    panic!(
        "`reweave::workload::proptest` has no value, for its strategy gave up ({reason}{refused}); let filters refuse fewer values, or \
         make values that need no filter, with `prop_map`"
    )
}

/// What makes the value of this seed. Of the environment, which proptest's default looks at, nothing is left.
fn runner(seed: u32) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config {
        cases: REMADE,
        max_local_rejects: REFUSED,
        max_global_rejects: 0,
        max_flat_map_regens: MOST_ANSWERS,
        failure_persistence: None,
        source_file: None,
        test_name: None,
        max_shrink_time: 0,
        max_shrink_iters: 0,
        max_default_size_range: 100,
        result_cache: noop_result_cache,
        verbose: 0,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(0),
        // Where somebody else asks for proptest's features `fork` and `timeout` it has a field for each, which is nothing to a
        // runner that runs no test.
        ..Config::default()
    };
    TestRunner::new_with_rng(config, rng)
}

/// Simplifies a value as far as is drawn.
fn simplify(tree: &mut impl ValueTree) {
    let mut answers = Answers::default();
    let mut stands = true;
    for _ in 0..MOST_ANSWERS {
        if answers.keep_the_rest() {
            break;
        }
        let is_partly_back = !stands && tree.complicate();
        if !is_partly_back && !tree.simplify() {
            return;
        }
        stands = answers.stands();
    }
    if !stands {
        // As often as it takes until the value is what it was before the step; a tree that never says so is left alone.
        let _ = (0..MOST_ANSWERS).all(|_| tree.complicate());
    }
}

/// What is answered to the steps of a value: the bits of numbers that are drawn, from the highest on. The ones at the end of a number
/// say that the value stays as it is; behind a number that has none, the next goes on.
#[derive(Debug, Default)]
struct Answers {
    number: u32,
    /// How many of its bits were not taken yet.
    bits: u32,
}

impl Answers {
    /// Whether the value stays as it is from here on.
    fn keep_the_rest(&mut self) -> bool {
        if self.bits == 0 || (self.bits, self.number) == (1, 0) {
            self.number = digit();
            self.bits = DIGIT;
        }
        self.number == (1 << self.bits) - 1
    }

    /// Whether the step stands, or a part of it is taken back.
    fn stands(&mut self) -> bool {
        self.bits -= 1;
        let bit = 1 << self.bits;
        let stands = self.number & bit == 0;
        self.number &= bit - 1;
        stands
    }
}
