//! For programs to which schedules do not matter.

use std::future::Future;

use reweave::Sim;

/// What a program gives in the plain run and in fifty drawn ones: the same, if schedules do not matter to it.
#[track_caller]
pub fn in_any_schedule<F>(program: fn() -> F) -> F::Output
where
    F: Future + 'static,
    F::Output: PartialEq + std::fmt::Debug,
{
    let plain = Sim::new().run(program()).unwrap();
    for seed in 0..50 {
        assert_eq!(
            Sim::new().seed(seed).run(program()).unwrap(),
            plain,
            "seed {seed}"
        );
    }
    plain
}
