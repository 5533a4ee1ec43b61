//! Durations in events.

use std::fmt;

/// Nanoseconds, in two halves so that an event stays small.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Nanos([u32; 2]);

impl Nanos {
    /// The nanoseconds.
    pub const fn get(self) -> u64 {
        self.0[0] as u64 | (self.0[1] as u64) << 32
    }
}

impl From<u64> for Nanos {
    #[inline(always)]
    fn from(nanos: u64) -> Nanos {
        Nanos([nanos as u32, (nanos >> 32) as u32])
    }
}

impl fmt::Debug for Nanos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}
