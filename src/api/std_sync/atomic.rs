//! Atomics, as std's: before each operation other tasks may run.
//!
//! ```
//! use reweave::std_sync::atomic::{AtomicUsize, Ordering};
//!
//! static CALLS: AtomicUsize = AtomicUsize::new(0);
//!
//! CALLS.fetch_add(1, Ordering::Relaxed);
//! assert_eq!(CALLS.load(Ordering::Relaxed), 1);
//! ```

use std::fmt;
use std::sync::atomic;

pub use std::sync::atomic::{Ordering, compiler_fence, fence};

use crate::api::preempt;
use crate::base::touched::{self, Shared};

/// What all have.
macro_rules! common {
    ($(#[$cfg:meta])* $Atomic:ident<$($T:ident)?> of $Value:ty) => {
        $(#[$cfg])*
        impl $(<$T>)? $Atomic $(<$T>)? {
            /// One with this value.
            pub const fn new(value: $Value) -> Self {
                $Atomic(atomic::$Atomic::new(value))
            }

            /// The value. It is borrowed mutably, so nobody else has it.
            pub fn get_mut(&mut self) -> &mut $Value {
                self.0.get_mut()
            }

            /// The value.
            pub const fn into_inner(self) -> $Value {
                self.0.into_inner()
            }

            /// Where the value lies.
            pub const fn as_ptr(&self) -> *mut $Value {
                self.0.as_ptr()
            }

            /// The value.
            #[track_caller]
            #[inline]
            pub fn load(&self, order: Ordering) -> $Value {
                preempt::at_shared();
                self.0.load(order)
            }

            /// Sets the value.
            #[track_caller]
            #[inline]
            pub fn store(&self, value: $Value, order: Ordering) {
                preempt::at_shared();
                self.0.store(value, order);
            }

            /// Sets the value; gives the one before.
            #[track_caller]
            #[inline]
            pub fn swap(&self, value: $Value, order: Ordering) -> $Value {
                preempt::at_shared();
                self.0.swap(value, order)
            }

            /// Sets the value if it is `current`; gives the one before.
            ///
            /// # Errors
            ///
            /// The value, if it is another.
            #[track_caller]
            #[inline]
            pub fn compare_exchange(
                &self,
                current: $Value,
                new: $Value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$Value, $Value> {
                preempt::at_shared();
                self.0.compare_exchange(current, new, success, failure)
            }

            /// [`compare_exchange`](Self::compare_exchange). It never fails without a reason here.
            ///
            /// # Errors
            ///
            /// The value, if it is another.
            #[track_caller]
            #[inline]
            pub fn compare_exchange_weak(
                &self,
                current: $Value,
                new: $Value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$Value, $Value> {
                self.compare_exchange(current, new, success, failure)
            }

            /// Sets what `f` makes of the value; again if others have changed it meanwhile. Gives the one before.
            ///
            /// # Errors
            ///
            /// The value, if `f` made nothing of it.
            #[track_caller]
            pub fn fetch_update<F>(
                &self,
                set_order: Ordering,
                fetch_order: Ordering,
                mut f: F,
            ) -> Result<$Value, $Value>
            where
                F: FnMut($Value) -> Option<$Value>,
            {
                let mut value = self.load(fetch_order);
                while let Some(new) = f(value) {
                    match self.compare_exchange_weak(value, new, set_order, fetch_order) {
                        Ok(before) => return Ok(before),
                        Err(other) => value = other,
                    }
                }
                Err(value)
            }
        }

        $(#[$cfg])*
        impl $(<$T>)? From<$Value> for $Atomic $(<$T>)? {
            fn from(value: $Value) -> Self {
                $Atomic::new(value)
            }
        }

        $(#[$cfg])*
        impl $(<$T>)? fmt::Debug for $Atomic $(<$T>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                touched::touch(Shared::Elsewhere);
                self.0.fmt(f)
            }
        }
    };
}

/// Operations that give the value before.
macro_rules! fetch {
    ($(#[$cfg:meta])* $Atomic:ident of $Value:ty: $($name:ident $what:literal),*) => {
        $(#[$cfg])*
        impl $Atomic {
            $(
                #[doc = concat!("Sets ", $what, "; gives the value before.")]
                #[track_caller]
                #[inline]
                pub fn $name(&self, value: $Value, order: Ordering) -> $Value {
                    preempt::at_shared();
                    self.0.$name(value, order)
                }
            )*
        }
    };
}

macro_rules! integers {
    ($($width:literal $Atomic:ident $Value:ty),*) => {$(
        #[doc = concat!("[`std::sync::atomic::", stringify!($Atomic), "`], with a point before each operation.")]
        #[cfg(target_has_atomic = $width)]
        #[derive(Default)]
        pub struct $Atomic(atomic::$Atomic);

        common!(#[cfg(target_has_atomic = $width)] $Atomic<> of $Value);
        fetch!(
            #[cfg(target_has_atomic = $width)] $Atomic of $Value:
            fetch_add "the sum, which wraps around",
            fetch_sub "the difference, which wraps around",
            fetch_and "the bitwise and",
            fetch_nand "the inverse of the bitwise and",
            fetch_or "the bitwise or",
            fetch_xor "the bitwise exclusive or",
            fetch_max "the larger",
            fetch_min "the smaller"
        );
    )*};
}

integers! {
    "8" AtomicI8 i8, "8" AtomicU8 u8, "16" AtomicI16 i16, "16" AtomicU16 u16, "32" AtomicI32 i32, "32" AtomicU32 u32,
    "64" AtomicI64 i64, "64" AtomicU64 u64, "ptr" AtomicIsize isize, "ptr" AtomicUsize usize
}

/// [`std::sync::atomic::AtomicBool`], with a point before each operation.
#[derive(Default)]
pub struct AtomicBool(atomic::AtomicBool);

common!(AtomicBool<> of bool);
fetch!(
    AtomicBool of bool:
    fetch_and "whether both are `true`",
    fetch_nand "whether not both are `true`",
    fetch_or "whether one is `true`",
    fetch_xor "whether they differ"
);

impl AtomicBool {
    /// Sets the inverse; gives the value before.
    #[track_caller]
    pub fn fetch_not(&self, order: Ordering) -> bool {
        preempt::at_shared();
        self.0.fetch_not(order)
    }
}

/// [`std::sync::atomic::AtomicPtr`], with a point before each operation.
pub struct AtomicPtr<T>(atomic::AtomicPtr<T>);

common!(AtomicPtr<T> of *mut T);

impl<T> Default for AtomicPtr<T> {
    fn default() -> AtomicPtr<T> {
        AtomicPtr(atomic::AtomicPtr::default())
    }
}
