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

/// Whether this is a place in the user's source, as far as its name tells: not one of this crate, nor of the standard library,
/// through which a function was called, nor of a crate from a registry, whose combinator polled a future.
#[inline]
pub(crate) fn is_users(place: Place) -> bool {
    // The compiler is given relative paths for the crates of a workspace.
    let relative = !place.file().starts_with(['/', '\\']);
    !place.file().starts_with(OURS)
        && (relative || !is_in_std(place.file()) && !has_part(place.file(), &["/registry/src/"]))
}

/// The folder of this crate's sources, as the compiler was given it.
const OURS: &str = file!().split_at(file!().len() - "base/place.rs".len()).0;

/// Whether this file is one of the standard library.
#[inline(never)]
fn is_in_std(file: &str) -> bool {
    let parts = ["/library/core/", "/library/alloc/", "/library/std/"];
    file.starts_with("/rustc/") || has_part(file, &parts)
}

fn has_part(file: &str, parts: &[&str]) -> bool {
    // Only some paths of Windows have other separators: no path is copied elsewhere.
    let file = match file.contains('\\') {
        true => Cow::Owned(file.replace('\\', "/")),
        false => Cow::Borrowed(file),
    };
    parts.iter().any(|part| file.contains(part))
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
    /// The place that a panic hook was told. One in the standard library tells nothing: there it forwards a call.
    pub(crate) fn of_panic(location: &Location<'_>) -> Option<SourcePlace> {
        let place = SourcePlace::new(location.file(), location.line(), location.column());
        Some(place).filter(|place| !is_in_std(&place.file))
    }

    pub(crate) fn new(file: &str, line: u32, column: u32) -> SourcePlace {
        SourcePlace {
            file: Cow::Owned(file.to_owned()),
            line,
            column,
        }
    }

    /// Whether this is the same place.
    pub(crate) fn is(&self, place: Place) -> bool {
        self.line == place.line() && self.column == place.column() && self.file == place.file()
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
