//! A slot that is filled once, and then only looked at.

use std::sync::OnceLock;

/// The standard library's `OnceLock` cannot be made full in a `const`, so a value that is there from the start has a
/// place of its own.
pub(super) struct Slot<T> {
    early: Option<T>,
    late: OnceLock<T>,
}

impl<T> Slot<T> {
    pub(super) const fn empty() -> Slot<T> {
        Slot {
            early: None,
            late: OnceLock::new(),
        }
    }

    pub(super) const fn full(value: T) -> Slot<T> {
        Slot {
            early: Some(value),
            late: OnceLock::new(),
        }
    }

    pub(super) fn get(&self) -> Option<&T> {
        self.early.as_ref().or_else(|| self.late.get())
    }

    pub(super) fn get_mut(&mut self) -> Option<&mut T> {
        self.early.as_mut().or_else(|| self.late.get_mut())
    }

    /// Fills the slot, or gives the value back if it is full.
    pub(super) fn set(&self, value: T) -> Result<(), T> {
        if self.early.is_some() {
            Err(value)
        } else {
            self.late.set(value)
        }
    }

    pub(super) fn into_inner(self) -> Option<T> {
        self.early.or(self.late.into_inner())
    }
}
