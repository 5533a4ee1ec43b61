//! Properties: what must hold whenever it is come to, and what should be met in some run.
//!
//! ```text
//! always!(balance >= 0)                 each time: if not, this run has a finding
//! unreachable!("a second leader")       never: if it is come to, this run has a finding
//! sometimes!(retries > 0, "a retry")    in some run of a test: if never, the test fails
//! reachable!("a retry")                 the same, for a place in the code
//! ```

use crate::base::place::caller;
use crate::record::detail::Claim;
use crate::run::context;

/// Something that must hold whenever this is come to. If it does not, the run has a finding
/// [`property`](crate::FindingKind::Property), and goes on: so what follows from it is seen, too. Without words the condition stands for
/// itself; others are formatted as [`assert!`] does.
///
/// ```
/// use reweave::{FindingKind, Sim};
///
/// let run = Sim::new().run(async {
///     let balance = 3 - 5;
///     reweave::always!(balance >= 0, "an account has {balance}");
/// });
/// let failure = run.failure().unwrap();
/// assert_eq!(failure.kind(), FindingKind::Property);
/// assert_eq!(failure.summary(), "property in main at 0s: does not always hold: an account has -2");
/// ```
///
/// # Panics
///
/// Outside a simulation, if it does not hold, as [`assert!`] does: there is no run that could have a finding.
#[macro_export]
macro_rules! always {
    ($condition:expr $(,)?) => {
        match $condition {
            holds => if !holds { $crate::__private::violated(::core::format_args!("{}", ::core::stringify!($condition))) }
        }
    };
    ($condition:expr, $($arg:tt)+) => {
        match $condition {
            holds => if !holds { $crate::__private::violated(::core::format_args!($($arg)+)) }
        }
    };
}

/// A place that no run must come to. If one does, it has a finding [`property`](crate::FindingKind::Property), and goes on. Unlike
/// [`std::unreachable!`] it has no value, so that the code after it is written as if it could be reached.
///
/// ```
/// let run = reweave::Sim::new().run(async { reweave::unreachable!("a second leader") });
/// assert_eq!(run.failure().unwrap().summary(), "property in main at 0s: is reachable: a second leader");
/// ```
///
/// # Panics
///
/// Outside a simulation, as [`always!`](crate::always) does.
#[macro_export]
macro_rules! unreachable {
    ($($arg:tt)+) => { $crate::__private::unreachable(::core::format_args!($($arg)+)) };
}

/// Something that should hold in some run of a test, when this is come to: that a retry happened, that a queue was full. A test in whose
/// runs it was come to and never held [fails](crate::Exploration::unmet), for then the test does not try what it seems to. Of a name that
/// no run came to nothing is known; a test that counts on it says so: `#[reweave::test(expects("a retry"))]`,
/// [`Explore::expects`](crate::Explore::expects).
///
/// It is judged of all runs of a test or an exploration together, and not of a single seed or tape, a part of the seeds, or runs that a
/// failure or a [time limit](crate::Explore::until) cut short. [`Exploration::properties`](crate::Exploration::properties) has what was seen
/// in any case. Two of the same name are one.
///
/// ```
/// let found = reweave::explore(|| async {
///     let retries = reweave::choose(0..3);
///     reweave::sometimes!(retries > 0, "a retry");
///     reweave::sometimes!(retries > 5, "many retries");
/// })
/// .run();
/// assert!(found.failed());
/// assert_eq!(found.unmet().len(), 1);
/// assert_eq!(found.unmet()[0].name, "many retries");
/// ```
#[macro_export]
macro_rules! sometimes {
    ($condition:expr, $name:expr $(,)?) => {
        $crate::__private::sometimes($condition, $name)
    };
}

/// A place that some run of a test should come to: [`sometimes!`](crate::sometimes) that holds there. It has its effect where it is expected
/// by name.
///
/// ```
/// let found = reweave::explore(|| async {
///     if reweave::choose(0..100) == 200 {
///         reweave::reachable!("a retry");
///     }
/// })
/// .expects("a retry")
/// .run();
/// assert!(found.failed());
/// ```
#[macro_export]
macro_rules! reachable {
    ($name:expr $(,)?) => {
        $crate::__private::sometimes(true, $name)
    };
}

/// Behind [`always!`](crate::always), where it does not hold.
#[track_caller]
pub fn violated(words: std::fmt::Arguments<'_>) {
    told(Claim::Always, words);
}

/// Behind [`unreachable!`](crate::unreachable).
#[track_caller]
pub fn unreachable(words: std::fmt::Arguments<'_>) {
    told(Claim::Unreachable, words);
}

#[cold]
#[track_caller]
fn told(claim: Claim, words: std::fmt::Arguments<'_>) {
    // Formatted before the run is borrowed, because a `Display` of the user's may call back into it.
    let (message, place) = (std::fmt::format(words), caller());
    if context::is_set() {
        context::try_with(|cx| {
            let mut run = cx.run();
            if !run.is_dead() {
                run.violated(claim, message, place);
            }
        });
    } else {
        panic!("{}", claim.words(&message));
    }
}

/// Behind [`sometimes!`](crate::sometimes) and [`reachable!`](crate::reachable).
#[track_caller]
pub fn sometimes(holds: bool, name: &'static str) {
    let place = caller();
    context::try_with(|cx| {
        let mut run = cx.run();
        if !run.is_dead() {
            run.came_to(name, holds, place);
        }
    });
}
