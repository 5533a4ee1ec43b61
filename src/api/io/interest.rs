//! What somebody wants to know of a stream.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

use crate::model::net::bits::Bits;

/// What somebody wants to know of a stream: whether it can be read, written, and so on; shaped as `tokio::io::Interest`.
/// It is one thing at least.
///
/// ```
/// use reweave::io::Interest;
///
/// let both = Interest::READABLE | Interest::WRITABLE;
/// assert!(both.is_readable() && both.is_writable());
/// assert_eq!(both.remove(Interest::READABLE), Some(Interest::WRITABLE));
/// assert_eq!(format!("{both:?}"), "READABLE | WRITABLE");
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Interest(u8);

impl Interest {
    /// Whether there is something to read, or the end.
    pub const READABLE: Interest = Interest(1);
    /// Whether something can be written, or nothing any more.
    pub const WRITABLE: Interest = Interest(1 << 1);
    /// Whether there is an error.
    pub const ERROR: Interest = Interest(1 << 2);
    /// Whether there is something urgent to read.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub const PRIORITY: Interest = Interest(1 << 3);

    /// Whether it includes reading.
    pub const fn is_readable(self) -> bool {
        self.has(Interest::READABLE)
    }

    /// Whether it includes writing.
    pub const fn is_writable(self) -> bool {
        self.has(Interest::WRITABLE)
    }

    /// Whether it includes errors.
    pub const fn is_error(self) -> bool {
        self.has(Interest::ERROR)
    }

    /// Whether it includes what is urgent.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub const fn is_priority(self) -> bool {
        self.has(Interest::PRIORITY)
    }

    /// Both.
    #[must_use = "it gives a new value"]
    pub const fn add(self, other: Interest) -> Interest {
        Interest(self.0 | other.0)
    }

    /// What is left without the other; `None` if nothing is.
    #[must_use = "it gives a new value"]
    pub fn remove(self, other: Interest) -> Option<Interest> {
        Some(self.0 & !other.0)
            .filter(|left| *left != 0)
            .map(Interest)
    }

    /// What a socket must be ready for.
    pub(in crate::api) fn bits(self) -> Bits {
        let of = |one: Interest, bits: Bits| match self.has(one) {
            true => bits,
            false => Bits::NONE,
        };
        let bits = of(Interest::READABLE, Bits::READS)
            | of(Interest::WRITABLE, Bits::WRITES)
            | of(Interest::ERROR, Bits::ERROR);
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let bits = bits | of(Interest::PRIORITY, Bits::READ_CLOSED);
        bits
    }

    const fn has(self, one: Interest) -> bool {
        self.0 & one.0 != 0
    }
}

impl BitOr for Interest {
    type Output = Interest;

    fn bitor(self, other: Interest) -> Interest {
        self.add(other)
    }
}

impl BitOrAssign for Interest {
    fn bitor_assign(&mut self, other: Interest) {
        *self = *self | other;
    }
}

impl fmt::Debug for Interest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (Interest::READABLE, "READABLE"),
            (Interest::WRITABLE, "WRITABLE"),
            #[cfg(any(target_os = "linux", target_os = "android"))]
            (Interest::PRIORITY, "PRIORITY"),
            (Interest::ERROR, "ERROR"),
        ];
        let mut between = "";
        for (_, name) in names.into_iter().filter(|(one, _)| self.has(*one)) {
            write!(f, "{between}{name}")?;
            between = " | ";
        }
        Ok(())
    }
}
