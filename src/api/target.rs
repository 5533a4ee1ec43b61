//! Targets: numbers that a search is to make large.

use crate::run::context;

/// Tells a [guided search](crate::strategies::Builtin::Guided) how far this run has come towards something that is rare: how long a queue is, how many
/// retries there were, how far two clocks are apart. Of each target the search keeps the run that reached the highest value, and makes
/// many of its runs from that one. A value is an integer; what is to be small is told as its negative.
///
/// A run counts with the highest value that it tells. Two targets of the same name are one. It draws nothing and is no event: where no search is
/// guided, runs are what they are without it. How far the best run came is told in any exploration, by
/// [`Exploration::targets`](crate::Exploration::targets).
///
/// ```
/// use reweave::strategies::Builtin;
///
/// // Twelve coins in a row show heads in one of 4096 random runs.
/// let streak = || async {
///     for heads in 1..=12 {
///         if !reweave::flip(0.5) {
///             return;
///         }
///         reweave::target("heads in a row", heads);
///     }
///     panic!("twelve heads in a row");
/// };
/// let found = reweave::explore(streak).builtin(Builtin::Guided).seeds(0..1500).run();
/// assert!(found.failed());
/// let target = &found.targets()[0];
/// assert_eq!((target.name.as_str(), target.most), ("heads in a row", 12));
/// ```
///
/// Source: the same call of Hypothesis, and A. Löscher, K. Sagonas, *Targeted Property-Based Testing*, ISSTA 2017.
pub fn target(name: &'static str, value: impl Measure) {
    let value = value.measure();
    context::try_with(|cx| {
        let mut run = cx.run();
        if !run.is_dead() {
            run.reached(name, value);
        }
    });
}

/// What can be the value of a [`target()`]: any integer. One that an `i64` cannot hold counts as the nearest that it can.
pub trait Measure: sealed::Sealed {
    #[doc(hidden)]
    fn measure(self) -> i64;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! measures {
    ($($integer:ty),*) => {$(
        impl sealed::Sealed for $integer {}

        impl Measure for $integer {
            #[allow(unused_comparisons, reason = "some are never negative")]
            fn measure(self) -> i64 {
                let nearest = if self < 0 { i64::MIN } else { i64::MAX };
                i64::try_from(self).unwrap_or(nearest)
            }
        }
    )*};
}

measures!(
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize
);

#[cfg(test)]
mod tests {
    use super::Measure;

    #[test]
    fn what_is_too_large_counts_as_the_nearest() {
        assert_eq!((7u8.measure(), (-7i32).measure()), (7, -7));
        assert_eq!(
            (u64::MAX.measure(), i128::MIN.measure()),
            (i64::MAX, i64::MIN)
        );
    }
}
