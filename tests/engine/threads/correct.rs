//! Correct programs: with `threads`, nothing is found in them.
//!
//! Forty small programs as people write them for tokio's multi-threaded runtime: with what tokio has, with real locks and thread-locals of
//! std, which are not held across a call, and with those of `std_sync`, which are. A finding in one of them is a bug of Reweave, or
//! shows that the program is not correct: then it is mended here, with the reason.

mod channels;
mod real_std;
mod swapped;
mod tasks;

use reweave::{FindingKind, Sim, explore};

/// Nothing at all may be found.
#[track_caller]
fn correct<F>(program: fn() -> F)
where
    F: Future<Output = ()> + 'static,
{
    let denied = FindingKind::ALL.iter();
    let sim = denied.fold(Sim::new().threads(true), |sim, &kind| sim.deny(kind));
    sim.clone().run(program()).unwrap();
    let found = explore(program).sim(sim).seeds(0..300).run();
    assert!(!found.failed(), "{found}");
}

/// A test for each program.
macro_rules! programs {
    ($($name:ident),* $(,)?) => {
        mod tests {
            $(
                #[test]
                fn $name() {
                    super::super::correct(super::$name);
                }
            )*
        }
    };
}
use programs;
