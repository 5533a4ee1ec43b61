//! Random values and free choices for the code under test.
//!
//! [`rng()`] gives values from a stream that belongs to the running task: they follow from the seed
//! and the task's path, so other tasks cannot reshuffle them. [`choose`] and [`flip`] are draws: they are on
//! the tape, a strategy may steer them, and shrinking can turn them back to the default.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::rc::Rc;

use rand::TryRng;

use crate::base::place::caller;
use crate::base::prng::Prng;
use crate::run::context;

/// The random values of the running task, for the traits of the `rand` crate.
///
/// They follow from the seed of the run and the task's path, and are no draws: of them the tape has the seed alone. Shrinking takes
/// those of the plain run in their place if that fails in the same way, and else leaves them as they are. What should shrink is drawn
/// with [`choose`] or [`flip`].
///
/// ```
/// use rand::Rng;
///
/// # reweave::Sim::new().run(async {
/// let jitter_ms = reweave::rng().next_u32() % 100;
/// # let _ = jitter_ms;
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn rng() -> TaskRng {
    context::with("rng", |_| ());
    TaskRng { here: PhantomData }
}

/// The random values of whatever task it is used in; made by [`rng()`].
#[derive(Clone, Debug)]
pub struct TaskRng {
    /// Not `Send`: the simulation is bound to its thread.
    here: PhantomData<Rc<()>>,
}

impl TaskRng {
    fn with<R>(&mut self, f: impl FnOnce(&mut Prng) -> R) -> R {
        context::with("rng", |cx| f(cx.run().values()))
    }
}

impl TryRng for TaskRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.with(Prng::next_u32))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.with(Prng::next_u64))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.with(|stream| stream.fill_bytes(bytes));
        Ok(())
    }
}

/// No list is made of more items.
const MOST_ITEMS: usize = 1 << 31;

/// One of the items, by a draw: each is as likely as the others in a random run. The default is the first, [for the most
/// part](crate::draw::Kind#where-a-default-would-be-taken-without-end).
///
/// ```
/// # reweave::Sim::new().run(async {
/// let retries = reweave::choose(0..3);
/// let region = reweave::choose(["eu", "us"]);
/// # assert_eq!((retries, region), (0, "eu"));
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// If there is no item, if the iterator says beforehand that there are more than 2³¹, and outside a simulation.
#[track_caller]
pub fn choose<I: IntoIterator>(items: I) -> I::Item {
    let items = items.into_iter();
    let count = items.size_hint().0;
    assert!(
        count <= MOST_ITEMS,
        "`reweave::choose` makes a list of the items, and got {count} of them: expected at most {MOST_ITEMS}; for a number of a large range there is \
         `reweave::workload::any_in`"
    );
    let mut items: Vec<I::Item> = items.collect();
    assert!(
        !items.is_empty(),
        "`reweave::choose` needs at least one item to choose from, got none"
    );
    let place = caller();
    let chosen = context::with("choose", |cx| cx.run().draw_item(items.len(), place));
    items.swap_remove(chosen)
}

/// `true` with probability `p`, by a draw. The default is `false`, [for the most part](crate::draw::Kind#where-a-default-would-be-taken-without-end).
///
/// `p` is rounded down to a multiple of 2⁻³². With 0 and with 1 there is nothing to draw.
///
/// ```
/// async fn is_served() -> bool {
///     // Half of all requests fail.
///     !reweave::flip(0.5)
/// }
///
/// assert!(reweave::Sim::new().run(is_served()).unwrap(), "the default: no request fails");
/// let served = |seed| reweave::Sim::new().seed(seed).run(is_served()).unwrap();
/// assert!((0..100).any(served) && !(0..100).all(served));
/// ```
///
/// # Panics
///
/// If `p` is not in 0 ..= 1, and outside a simulation.
#[track_caller]
pub fn flip(p: f64) -> bool {
    assert!(
        (0.0..=1.0).contains(&p),
        "`reweave::flip` needs a probability from 0 to 1, got {p}"
    );
    // As an integer, so that the draw does not depend on floating point.
    let ones = (p * 4_294_967_296.0) as u64;
    let place = caller();
    match u32::try_from(ones) {
        Ok(0) => context::with("flip", |_| false),
        Ok(ones) => context::with("flip", |cx| cx.run().toss(ones, place)),
        Err(_) => context::with("flip", |_| true),
    }
}
