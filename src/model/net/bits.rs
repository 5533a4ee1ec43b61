//! What a socket is ready for, as a set of bits.

use std::ops::{BitAnd, BitOr, BitOrAssign, Sub};

/// See the top of this file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits(pub(crate) u8);

impl Bits {
    pub(crate) const NONE: Bits = Bits(0);
    pub(crate) const READ: Bits = Bits(1);
    pub(crate) const WRITE: Bits = Bits(1 << 1);
    pub(crate) const READ_CLOSED: Bits = Bits(1 << 2);
    pub(crate) const WRITE_CLOSED: Bits = Bits(1 << 3);
    pub(crate) const ERROR: Bits = Bits(1 << 5);

    /// A read does not wait.
    pub(crate) const READS: Bits = Bits(1 | 1 << 2);
    /// A write does not wait.
    pub(crate) const WRITES: Bits = Bits(1 << 1 | 1 << 3);
    /// What is true for good once it is.
    pub(crate) const CLOSED: Bits = Bits(1 << 2 | 1 << 3);

    pub(crate) fn is_empty(self) -> bool {
        self == Bits::NONE
    }

    /// Whether the two have any in common.
    pub(crate) fn meets(self, other: Bits) -> bool {
        !(self & other).is_empty()
    }

    /// These bits if `holds`, else none.
    pub(super) fn when(self, holds: bool) -> Bits {
        match holds {
            true => self,
            false => Bits::NONE,
        }
    }
}

impl BitOr for Bits {
    type Output = Bits;

    fn bitor(self, other: Bits) -> Bits {
        Bits(self.0 | other.0)
    }
}

impl BitOrAssign for Bits {
    fn bitor_assign(&mut self, other: Bits) {
        *self = *self | other;
    }
}

impl BitAnd for Bits {
    type Output = Bits;

    fn bitand(self, other: Bits) -> Bits {
        Bits(self.0 & other.0)
    }
}

impl Sub for Bits {
    type Output = Bits;

    fn sub(self, other: Bits) -> Bits {
        Bits(self.0 & !other.0)
    }
}
