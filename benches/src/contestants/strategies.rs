//! Reweave as an exploration runs it, with another strategy than the random walk: what each costs beyond that.

use reweave::strategies::Builtin;

use super::Contestant;
use super::reweave::{Reweave, explore_by};

macro_rules! strategies {
    ($($(#[$doc:meta])* $contestant:ident = $strategy:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $contestant;

        impl Contestant for $contestant {
            fn run<F>(runs: usize, program: impl Fn(Self) -> F + Send + Sync + 'static)
            where
                F: Future<Output = ()> + 'static,
            {
                // All runs count, also those from which it learns the program first.
                let calibrating = $strategy.calibration_runs() as usize;
                explore_by($strategy, runs - calibrating, move || program($contestant));
            }

            fn spawn<T: Send + 'static>(
                &self,
                task: impl Future<Output = T> + Send + 'static,
            ) -> impl Future<Output = T> {
                Reweave.spawn(task)
            }

            fn detach(&self, task: impl Future<Output = ()> + Send + 'static) {
                Reweave.detach(task);
            }
        }
    )*};
}

strategies! {
    /// What a test has unless it says otherwise.
    Portfolio = Builtin::Portfolio;
    /// Priorities.
    Pct = Builtin::Pct { depth: 3 };
    /// Priorities of operations.
    Pos = Builtin::Pos;
    /// In proportion to what is left to do.
    Urw = Builtin::Urw;
    /// In proportion to what is left to do on one resource.
    Surw = Builtin::Surw;
}
