//! The strategies that come with Reweave, one file each.

pub mod plain;
pub mod walk;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::chooser::Source;
use super::strategy::{Calibration, Strategy};
use plain::Plain;

macro_rules! builtins {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// The strategies that attribute, environment and builder choose by name.
        ///
        /// ```
        /// use reweave::strategies::Builtin;
        ///
        /// let plain: Builtin = "plain".parse().unwrap();
        /// let found = reweave::explore(|| async {}).builtin(plain).seeds(0..1).run();
        /// assert_eq!((plain.name(), found.failed()), ("plain", false));
        /// assert!("fancy".parse::<Builtin>().is_err());
        /// ```
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Builtin {
            $($(#[$doc])* $variant,)*
        }

        impl Builtin {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Builtin] = &[$(Builtin::$variant),*];

            /// The strategy's name.
            pub const fn name(self) -> &'static str {
                match self { $(Builtin::$variant => $name,)* }
            }
        }
    };
}

builtins! {
    /// [`RandomWalk`](walk::RandomWalk): every draw is uniform, but for preemptions.
    #[default]
    Random = "random";
    /// [`Plain`]: every draw takes its default.
    Plain = "plain";
}

impl Builtin {
    /// The strategy for the run with this seed.
    pub(crate) fn source(self, seed: u64, calibration: &Arc<Calibration>) -> Source {
        let strategy: Box<dyn Strategy> = match self {
            Builtin::Random => return Source::Walk(seed),
            Builtin::Plain => Box::new(Plain),
        };
        Source::Strategy(strategy, seed, calibration.clone())
    }

    /// Whether the program is to be calibrated before its first run.
    pub(crate) fn wants_calibration(self) -> bool {
        match self.source(0, &Arc::default()) {
            Source::Strategy(strategy, ..) => strategy.wants_calibration(),
            Source::Walk(_) | Source::Tape(_) | Source::Nobody => false,
        }
    }
}

impl fmt::Display for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// No strategy has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownStrategy(String);

impl fmt::Display for UnknownStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<String> = Builtin::ALL
            .iter()
            .map(|builtin| format!("`{builtin}`"))
            .collect();
        write!(f, "expected {}, found `{}`", known.join(" or "), self.0)
    }
}

impl std::error::Error for UnknownStrategy {}

impl FromStr for Builtin {
    type Err = UnknownStrategy;

    fn from_str(name: &str) -> Result<Builtin, UnknownStrategy> {
        let known = Builtin::ALL.iter().copied();
        known
            .into_iter()
            .find(|builtin| builtin.name() == name)
            .ok_or_else(|| UnknownStrategy(name.to_owned()))
    }
}
