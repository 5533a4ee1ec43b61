//! What a stream is ready for.

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Sub};

use crate::model::net::bits::Bits;

/// What a stream is ready for: the answer to an [`Interest`](super::Interest); shaped as `tokio::io::Ready`.
///
/// ```
/// use reweave::io::Ready;
///
/// let ready = Ready::READABLE | Ready::WRITE_CLOSED;
/// assert!(ready.is_readable());
/// assert!(ready.is_writable(), "a write does not wait: it fails");
/// assert_eq!(ready - Ready::READABLE, Ready::WRITE_CLOSED);
/// ```
#[derive(Clone, Copy, Eq, PartialEq, Ord, PartialOrd)]
pub struct Ready(u8);

impl Ready {
    /// Nothing.
    pub const EMPTY: Ready = Ready(0);
    /// There is something to read.
    pub const READABLE: Ready = Ready(1);
    /// Something can be written.
    pub const WRITABLE: Ready = Ready(1 << 1);
    /// Nothing more will come.
    pub const READ_CLOSED: Ready = Ready(1 << 2);
    /// Nothing more can be written.
    pub const WRITE_CLOSED: Ready = Ready(1 << 3);
    /// There is something urgent to read.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub const PRIORITY: Ready = Ready(1 << 4);
    /// There is an error.
    pub const ERROR: Ready = Ready(1 << 5);
    /// Everything.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub const ALL: Ready = Ready(0b11_1111);
    /// Everything.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub const ALL: Ready = Ready(0b10_1111);

    /// Whether it is ready for nothing.
    pub fn is_empty(self) -> bool {
        self == Ready::EMPTY
    }

    /// Whether a read does not wait: there is something, or the end.
    pub fn is_readable(self) -> bool {
        self.has(Ready::READABLE) || self.is_read_closed()
    }

    /// Whether a write does not wait: there is room, or it fails.
    pub fn is_writable(self) -> bool {
        self.has(Ready::WRITABLE) || self.is_write_closed()
    }

    /// Whether nothing more will come.
    pub fn is_read_closed(self) -> bool {
        self.has(Ready::READ_CLOSED)
    }

    /// Whether nothing more can be written.
    pub fn is_write_closed(self) -> bool {
        self.has(Ready::WRITE_CLOSED)
    }

    /// Whether there is something urgent to read.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn is_priority(self) -> bool {
        self.has(Ready::PRIORITY)
    }

    /// Whether there is an error.
    pub fn is_error(self) -> bool {
        self.has(Ready::ERROR)
    }

    /// What a socket is ready for.
    pub(in crate::api) fn of(bits: Bits) -> Ready {
        let names = [
            (Bits::READ, Ready::READABLE),
            (Bits::WRITE, Ready::WRITABLE),
            (Bits::READ_CLOSED, Ready::READ_CLOSED),
            (Bits::WRITE_CLOSED, Ready::WRITE_CLOSED),
            (Bits::ERROR, Ready::ERROR),
        ];
        let is_set = names.into_iter().filter(|&(one, _)| bits.meets(one));
        is_set.fold(Ready::EMPTY, |all, (_, one)| all | one)
    }

    fn has(self, one: Ready) -> bool {
        self & one == one
    }
}

impl BitOr for Ready {
    type Output = Ready;

    fn bitor(self, other: Ready) -> Ready {
        Ready(self.0 | other.0)
    }
}

impl BitOrAssign for Ready {
    fn bitor_assign(&mut self, other: Ready) {
        *self = *self | other;
    }
}

impl BitAnd for Ready {
    type Output = Ready;

    fn bitand(self, other: Ready) -> Ready {
        Ready(self.0 & other.0)
    }
}

impl Sub for Ready {
    type Output = Ready;

    fn sub(self, other: Ready) -> Ready {
        Ready(self.0 & !other.0)
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Ready");
        fields
            .field("is_readable", &self.is_readable())
            .field("is_writable", &self.is_writable())
            .field("is_read_closed", &self.is_read_closed())
            .field("is_write_closed", &self.is_write_closed())
            .field("is_error", &self.is_error());
        #[cfg(any(target_os = "linux", target_os = "android"))]
        fields.field("is_priority", &self.is_priority());
        fields.finish()
    }
}
