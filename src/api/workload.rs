//! Random workloads: inputs of a test that are drawn, and so shrink together with the schedule.
//!
//! [`any`] gives a value of any type that is [`Any`]: numbers, collections, and what [`derive@Any`](derive@crate::Any) is on. What is
//! not just any value is put together by plain functions that call [`any_in`], [`collection`], [`one_of`], [`weighted`],
//! [`choose`](crate::choose) and [`flip`](crate::flip): no type of generators is needed.
//!
//! ```
//! use reweave::workload::{any_in, collection};
//! use reweave::{Any, any};
//!
//! #[derive(Any, Debug, Clone)]
//! enum Op {
//!     Get(u8),
//!     Put(u8, u32),
//! }
//!
//! fn few_ops() -> Vec<Op> {
//!     collection(1..=5, any::<Op>)
//! }
//!
//! let found = reweave::explore(|| async {
//!     let limit = any_in(10..1000_u32);
//!     for op in few_ops() {
//!         if let Op::Put(key, value) = op {
//!             assert!(key < 3 || value < 5, "the store loses {key}");
//!         }
//!     }
//!     # let _ = limit;
//! })
//! .seeds(0..1000)
//! .shrink(true)
//! .run();
//! // Of all workloads that fail so, the plainest is told.
//! let tape = found.failure().unwrap().tape().to_string();
//! // A `u32` is two digits, of which the second is 5.
//! assert!(tape.contains("Put.1 any@2 5"), "{tape}");
//! ```
//!
//! The plainest value, to which shrinking tends, is 0, `false`, empty, `None`, `Ok`, `'a'`, the first variant; in a range it is the
//! value nearest to 0. A random run has small numbers and the ends of a range often, beside such that are uniform.
//!
//! A tape knows a draw by its place in the workload, as `main@1[2].key`: the field `key` in the third item of what `main` drew first.
//! So an item can go and the others stay what they are, and a new field elsewhere leaves a tape valid.

#[cfg(feature = "arbitrary")]
mod foreign;
mod numbers;
pub(crate) mod parts;
mod types;
#[cfg(feature = "proptest")]
mod value_trees;

#[cfg(feature = "arbitrary")]
pub use foreign::arbitrary;
pub use numbers::{Whole, any_in};
#[cfg(feature = "proptest")]
pub use value_trees::proptest;

use std::ops::{Bound, RangeBounds};

use parts::{collected, within};

/// A type whose values can be drawn, by [`any`]. [`derive@Any`](derive@crate::Any) implements it; by hand it is a plain function:
///
/// ```
/// use reweave::workload::any_in;
/// use reweave::{Any, any};
///
/// struct Port(u16);
///
/// impl Any for Port {
///     fn any() -> Port {
///         Port(any_in(1024..))
///     }
/// }
///
/// # reweave::Sim::new().run(async {
/// let Port(port) = any();
/// # assert_eq!(port, 1024);
/// # }).unwrap();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be drawn: it is not `reweave::Any`",
    label = "no value of this type can be drawn",
    note = "put `#[derive(reweave::Any)]` on the type, or draw it with a function of your own"
)]
pub trait Any: Sized {
    /// Draws a value. The default of each draw gives the plainest.
    fn any() -> Self;
}

/// Any value of a type, drawn: a random run has all kinds of them, the plain run the plainest, and a failing one is
/// [shrunk](crate::Explore::shrink) toward it.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let keys: Vec<u64> = reweave::any();
/// let timeout = reweave::any::<Option<u8>>();
/// # assert_eq!((keys, timeout), (vec![], None));
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// Outside a simulation, and if the plainest value of the type has no end.
#[track_caller]
pub fn any<T: Any>() -> T {
    let _within = within("any", None);
    T::any()
}

/// A collection of items that a function draws, with so many of them: each number is as likely as the others in a random run. The
/// default are the fewest, and when shrinking any of the others can go by itself. Sets and maps have fewer where items are equal.
///
/// ```
/// use std::collections::BTreeMap;
/// use reweave::any;
/// use reweave::workload::{any_in, collection};
///
/// # reweave::Sim::new().run(async {
/// let delays: Vec<u64> = collection(2..10, || any_in(5..50));
/// let stock: BTreeMap<u8, bool> = collection(..=3, any);
/// # assert_eq!((delays, stock.len()), (vec![5, 5], 0));
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// If the range is empty or has no end, and outside a simulation.
#[track_caller]
pub fn collection<C, T>(count: impl RangeBounds<usize>, item: impl FnMut() -> T) -> C
where
    C: FromIterator<T>,
{
    let least = match count.start_bound() {
        Bound::Included(&least) => least,
        Bound::Excluded(&less) => less.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let most = match count.end_bound() {
        Bound::Included(&most) => Some(most),
        Bound::Excluded(&more) => more.checked_sub(1),
        Bound::Unbounded => {
            panic!("`reweave::workload::collection` needs a range with an end, got {least}..")
        }
    };
    let Some(most) = most.filter(|most| *most >= least) else {
        panic!(
            "`reweave::workload::collection` needs a range with a number in it, got an empty one"
        )
    };
    let _within = within("collection", None);
    collected(least, most, item)
}

/// What one of the functions draws: each is as likely as the others in a random run. The default is the first.
///
/// ```
/// use reweave::workload::{any_in, one_of};
///
/// # reweave::Sim::new().run(async {
/// let size = one_of(&[&|| any_in(1..10), &|| any_in(1000..=1024)]);
/// # assert_eq!(size, 1);
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// If there is no function, and outside a simulation.
#[track_caller]
pub fn one_of<T>(functions: &[&dyn Fn() -> T]) -> T {
    assert!(
        !functions.is_empty(),
        "`reweave::workload::one_of` needs at least one function, got none"
    );
    let _within = within("one_of", None);
    functions[parts::below(functions.len())]()
}

/// What one of the functions draws: in a random run one with weight 3 is taken three times as often as one with weight 1, and one with
/// weight 0 never. The default is the first that has a weight.
///
/// ```
/// use reweave::any;
/// use reweave::workload::weighted;
///
/// #[derive(Debug, PartialEq)]
/// enum Op {
///     Get(u8),
///     Crash,
/// }
///
/// # reweave::Sim::new().run(async {
/// let op = weighted(&[(9, &|| Op::Get(any())), (1, &|| Op::Crash)]);
/// # assert_eq!(op, Op::Get(0));
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// If no function has a weight, if the weights come to 2³¹ or more, and outside a simulation.
#[track_caller]
pub fn weighted<T>(functions: &[(u32, &dyn Fn() -> T)]) -> T {
    let all: u64 = functions.iter().map(|(weight, _)| u64::from(*weight)).sum();
    assert!(
        (1..1 << 31).contains(&all),
        "`reweave::workload::weighted` needs weights that come to a number from 1 to 2^31 - 1, got {all}"
    );
    let _within = within("weighted", None);
    let mut at = parts::below(all as usize) as u64;
    for (weight, function) in functions {
        match at.checked_sub(u64::from(*weight)) {
            None => return function(),
            Some(rest) => at = rest,
        }
    }
    unreachable!("it is below the sum of the weights")
}
