//! Places in the user's source.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;

/// A place in the user's source, as `#[track_caller]` gives it.
pub type Place = &'static Location<'static>;

/// The place that called a function marked `#[track_caller]`.
#[track_caller]
pub(crate) fn caller() -> Place {
    Location::caller()
}

/// A place in the source, owned: findings keep these, and a panic's place is known in no other form.
///
/// ```
/// # let run = reweave::Sim::new().run(async { panic!("no") });
/// let place = run.findings()[0].place().unwrap();
/// println!("{}, line {}", place.file(), place.line());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePlace {
    file: Cow<'static, str>,
    line: u32,
    column: u32,
}

impl SourcePlace {
    /// The place that a panic hook was told.
    pub(crate) fn of_panic(location: &Location<'_>) -> SourcePlace {
        SourcePlace {
            file: Cow::Owned(location.file().to_owned()),
            line: location.line(),
            column: location.column(),
        }
    }

    /// The file, as the compiler was given it.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> u32 {
        self.column
    }
}

impl From<Place> for SourcePlace {
    fn from(place: Place) -> SourcePlace {
        SourcePlace {
            file: Cow::Borrowed(place.file()),
            line: place.line(),
            column: place.column(),
        }
    }
}

impl fmt::Display for SourcePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
