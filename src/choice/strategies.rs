//! The strategies that come with Reweave, one file each.

pub mod plain;
pub mod walk;

use std::fmt;
use std::str::FromStr;

use super::chooser::Source;
use plain::Plain;

macro_rules! builtins {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// The strategies that attribute, environment and builder choose by name.
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
    pub(crate) fn source(self, seed: u64) -> Source {
        match self {
            Builtin::Random => Source::Walk(seed),
            Builtin::Plain => Source::Strategy(Box::new(Plain), seed, Default::default()),
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
