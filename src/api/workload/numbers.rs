//! Numbers and characters of a workload.

use std::fmt::Debug;
use std::ops::{Bound, RangeBounds};
use std::time::Duration;

use super::Any;
use super::parts::{below, half, number, within};

/// The integers, for [`any_in`]. Nothing else implements it.
///
/// ```
/// use reweave::workload::{Whole, any_in};
///
/// fn percent_of<T: Whole>(whole: std::ops::RangeInclusive<T>) -> (T, u8) {
///     (any_in(whole), any_in(0..=100))
/// }
/// # assert_eq!(reweave::Sim::new().run(async { percent_of(-5..=5) }).unwrap(), (0, 0));
/// ```
pub trait Whole: Copy + Debug + sealed::Between {}

mod sealed {
    /// How a value is drawn that lies between two, or is one of them.
    pub trait Between: Sized {
        /// The first and the last.
        const ENDS: (Self, Self);
        fn between(first: Self, last: Self) -> Self;
        fn after(self) -> Option<Self>;
        fn before(self) -> Option<Self>;
        fn is_above(&self, other: &Self) -> bool;
    }
}

use sealed::Between;

/// Any integer of a range, as [`any`](super::any) gives one: the ends and small ones come often. The plainest is the one nearest to 0.
///
/// ```
/// use reweave::workload::any_in;
///
/// # reweave::Sim::new().run(async {
/// let percent = any_in(0..=100);
/// let degrees = any_in(-40..60_i16);
/// let port: u16 = any_in(1024..);
/// # assert_eq!((percent, degrees, port), (0, 0, 1024));
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// If there is no integer in the range, and outside a simulation.
#[track_caller]
pub fn any_in<T: Whole>(range: impl RangeBounds<T>) -> T {
    let first = match range.start_bound() {
        Bound::Included(&first) => Some(first),
        Bound::Excluded(&before) => before.after(),
        Bound::Unbounded => Some(T::ENDS.0),
    };
    let last = match range.end_bound() {
        Bound::Included(&last) => Some(last),
        Bound::Excluded(&after) => after.before(),
        Bound::Unbounded => Some(T::ENDS.1),
    };
    let (Some(first), Some(last)) = (first, last) else {
        panic!("`reweave::workload::any_in` needs a range with a number in it, got an empty one")
    };
    assert!(
        !first.is_above(&last),
        "`reweave::workload::any_in` needs a range with a number in it, got one from {first:?} to {last:?}"
    );
    let _within = within("any_in", None);
    T::between(first, last)
}

macro_rules! integers {
    ($($int:ty: |$first:ident, $last:ident| $between:expr;)*) => {$(
        impl Between for $int {
            const ENDS: ($int, $int) = (<$int>::MIN, <$int>::MAX);

            fn between($first: $int, $last: $int) -> $int {
                $between
            }

            fn after(self) -> Option<$int> {
                self.checked_add(1)
            }

            fn before(self) -> Option<$int> {
                self.checked_sub(1)
            }

            fn is_above(&self, other: &$int) -> bool {
                self > other
            }
        }

        impl Whole for $int {}

        impl Any for $int {
            fn any() -> $int {
                <$int>::between(<$int>::MIN, <$int>::MAX)
            }
        }
    )*};
}

macro_rules! unsigned {
    ($($int:ty)*) => {
        integers! {$(
            $int: |first, last| first + number((last - first) as u128) as $int;
        )*}
    };
}

macro_rules! signed {
    ($($int:ty)*) => {
        integers! {$(
            $int: |first, last| match (first >= 0, last < 0) {
                (true, _) => first + number(last.abs_diff(first) as u128) as $int,
                (_, true) => last.wrapping_sub(number(last.abs_diff(first) as u128) as $int),
                // -1 is the plainest of the negative ones.
                (false, false) => match half() {
                    true => !(number(!first as u128) as $int),
                    false => number(last as u128) as $int,
                },
            };
        )*}
    };
}

unsigned!(u8 u16 u32 u64 u128 usize);
signed!(i8 i16 i32 i64 i128 isize);

impl Any for bool {
    fn any() -> bool {
        half()
    }
}

/// Mostly numbers as people write them; but all there are, with those that are not finite.
impl Any for f64 {
    fn any() -> f64 {
        let whole = || number(1 << f64::MANTISSA_DIGITS) as f64;
        let sized = match below(4) {
            0 => whole(),
            1 => whole() / (1_u64 << number(52)) as f64,
            2 => f64::from_bits(number(u64::MAX.into()) as u64),
            _ => {
                const OTHERS: [f64; 6] = [
                    f64::MIN_POSITIVE,
                    f64::EPSILON,
                    f64::MAX,
                    f64::INFINITY,
                    f64::NAN,
                    5e-324,
                ];
                OTHERS[below(OTHERS.len())]
            }
        };
        if half() { -sized } else { sized }
    }
}

/// A letter, then what else is on a keyboard, then any character.
impl Any for char {
    fn any() -> char {
        const SURROGATES: u32 = 0x800;
        let code = match below(4) {
            0 => u32::from('a') + number(25) as u32,
            1 => u32::from(' ') + number(94) as u32,
            2 => number(127) as u32,
            _ => match number((u32::from(char::MAX) - SURROGATES).into()) as u32 {
                low @ ..0xd800 => low,
                high => high + SURROGATES,
            },
        };
        char::from_u32(code).expect("no surrogate")
    }
}

/// Whole seconds, milliseconds or nanoseconds, below an hour; or any duration.
impl Any for Duration {
    fn any() -> Duration {
        match below(4) {
            0 => Duration::from_millis(number(3_600_000) as u64),
            1 => Duration::from_secs(number(3_600) as u64),
            2 => Duration::from_nanos(number(1_000_000_000) as u64),
            _ => Duration::new(number(u64::MAX.into()) as u64, number(999_999_999) as u32),
        }
    }
}
