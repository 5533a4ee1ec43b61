//! Values of types that are `arbitrary::Arbitrary`, made of bytes that are drawn: so they are on the tape, and shrink with the schedule.
//!
//! The bytes are drawn as a collection is, so that each can go by itself, or become lower: what a type makes of fewer and lower bytes is
//! mostly less. Where a type refuses what was drawn, it gets bytes beyond these that are no draws: always the same, so that the plain
//! run has a value, too.

use crate::api::workload::parts::{collected, number};
use crate::base::prng::Prng;

/// How many bytes are drawn at the most, beyond those without which there is no value, for a value that may take any number.
const MOST: usize = 128;

/// How often a generator may refuse.
const TRIES: u64 = 16;

/// What is made of the bytes that were drawn; where that is refused of these with others behind them, and then of others alone.
///
/// # Errors
///
/// What it said at last.
fn made<T, E>(drawn: &[u8], mut make: impl FnMut(&[u8]) -> Result<T, E>) -> Result<T, E> {
    let mut made = make(drawn);
    for nth in 0..TRIES {
        if made.is_ok() {
            break;
        }
        let before = match nth < TRIES / 2 {
            true => drawn,
            false => &[],
        };
        let mut others = Prng::labelled(nth, "bytes beyond the draws");
        let others = std::iter::repeat_with(|| others.next_u64().to_le_bytes());
        let others = others.take(MOST).flatten();
        let all: Vec<u8> = before.iter().copied().chain(others).collect();
        made = make(&all);
    }
    made
}

/// Any value of a type that is [`Arbitrary`](::arbitrary::Arbitrary), as fuzzers have them; with the feature `arbitrary`. It is made of bytes
/// that are drawn: as many as the type says that it takes, or up to 128 more than it needs if it takes any number. The
/// plain run has what it makes of none, or of zeros.
///
/// ```
/// use reweave::workload::arbitrary;
///
/// # reweave::Sim::new().run(async {
/// let (keys, deep): (Vec<u16>, Option<bool>) = arbitrary();
/// # assert_eq!((keys, deep), (vec![], None));
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// Outside a simulation, and if the type refuses all bytes that it is given.
#[track_caller]
pub fn arbitrary<T: for<'a> ::arbitrary::Arbitrary<'a>>() -> T {
    use ::arbitrary::Unstructured;

    let _within = super::within("arbitrary", None);
    let hint = T::try_size_hint(0);
    let (least, most) = hint.unwrap_or((0, None));
    // What is needed is taken to be no more than a page: a type that says more can have zeros.
    let least = least.min(4096);
    let most = most.unwrap_or(usize::MAX).clamp(least, least + MOST);
    let drawn: Vec<u8> = collected(least, most, || number(u8::MAX.into()) as u8);
    made(&drawn, |bytes| {
        T::arbitrary_take_rest(Unstructured::new(bytes))
    })
    .unwrap_or_else(|error| {
        panic!(
            "`reweave::workload::arbitrary` has no value of `{}`: it refuses the bytes that were drawn, and {TRIES} others ({error})",
            std::any::type_name::<T>()
        )
    })
}
