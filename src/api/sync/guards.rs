//! What the locks and their guards have in common. A lock starts with a value, and shows it if it is free; a guard
//! reaches the value inside, is written as the value is, and can become a guard for a part of it.

/// Implements `Deref` (with `mut`, `DerefMut` too), `Debug` and `Display` for guards whose first field reaches the
/// value.
macro_rules! reaches {
    (mut $Guard:ident [$($params:tt)*] => $Target:ident) => {
        reaches!($Guard [$($params)*] => $Target);
        reaches!(@impl {std::ops::DerefMut} $Guard [$($params)*] => $Target {
            #[inline]
            fn deref_mut(&mut self) -> &mut $Target {
                &mut self.0
            }
        });
    };
    ($Guard:ident [$($params:tt)*] => $Target:ident) => {
        reaches!(@impl {std::ops::Deref} $Guard [$($params)*] => $Target {
            type Target = $Target;

            #[inline]
            fn deref(&self) -> &$Target {
                &self.0
            }
        });
        reaches!(@impl {std::fmt::Debug where $Target: std::fmt::Debug} $Guard [$($params)*] => $Target {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&**self, f)
            }
        });
        reaches!(@impl {std::fmt::Display where $Target: std::fmt::Display} $Guard [$($params)*] => $Target {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&**self, f)
            }
        });
    };
    (@impl {$($Trait:ident)::+ $(where $($bound:tt)*)?} $Guard:ident [$a:lifetime, $T:ident: ?Sized] => $Target:ident $body:tt) => {
        impl<$a, $T: ?Sized> $($Trait)::+ for $Guard<$a, $T> $(where $($bound)*)? $body
    };
    (@impl {$($Trait:ident)::+ $(where $($bound:tt)*)?} $Guard:ident [$T:ident: ?Sized] => $Target:ident $body:tt) => {
        impl<$T: ?Sized> $($Trait)::+ for $Guard<$T> $(where $($bound)*)? $body
    };
    (@impl {$($Trait:ident)::+ $(where $($bound:tt)*)?} $Guard:ident [$T:ident: ?Sized, $U:ident: ?Sized] => $Target:ident $body:tt) => {
        impl<$T: ?Sized, $U: ?Sized> $($Trait)::+ for $Guard<$T, $U> $(where $($bound)*)? $body
    };
}

/// Implements `map` and `try_map`, in an `impl` of a guard whose first field reaches the value:
///
/// ```text
///   maps!([U: ?Sized, F] &mut T => &mut U, MappedGuard<'a, U>, all: Guard, part: MappedGuard)
///          └ generics, in  └ what the      └ the guard for     └ how guards are made from
///            tokio's order   function does    the part            access to all and to the part
/// ```
macro_rules! maps {
    ($($projection:tt)*) => {
        projections! {
            /// A guard for a part of the value. An associated function, so that it hides no method of the value.
            map,
            /// A guard for a part of the value.
            ///
            /// # Errors
            ///
            /// The guard itself, if `f` finds no such part.
            try_map,
            $($projection)*
        }
    };
}

/// [`maps!`] for a writer that goes on as a reader: `downgrade_map` and `try_downgrade_map`.
macro_rules! downgrade_maps {
    ($($projection:tt)*) => {
        projections! {
            /// Goes on as a reader of a part of the value.
            downgrade_map,
            /// Goes on as a reader of a part of the value.
            ///
            /// # Errors
            ///
            /// The guard itself, still writing, if `f` finds no such part.
            try_downgrade_map,
            $($projection)*
        }
    };
}

/// Two functions of a guard: one for a part that is there, and one for a part that may not be.
macro_rules! projections {
    (
        $(#[$doc:meta])* $map:ident,
        $(#[$try_doc:meta])* $try_map:ident,
        [$($generics:tt)*] $Whole:ty => $Part:ty,
        $Guard:ty, all: $all:expr, part: $part:expr
    ) => {
        $(#[$doc])*
        pub fn $map<$($generics)*>(this: Self, f: F) -> $Guard
        where
            F: FnOnce($Whole) -> $Part,
        {
            let mapped = Self::$try_map(this, |value| Some(f(value)));
            mapped.unwrap_or_else(|_| unreachable!("there is a part"))
        }

        $(#[$try_doc])*
        pub fn $try_map<$($generics)*>(this: Self, f: F) -> Result<$Guard, Self>
        where
            F: FnOnce($Whole) -> Option<$Part>,
        {
            this.0.$try_map(f).map($part).map_err($all)
        }
    };
}

/// Implements for a lock how it starts, how it is written, and where its pool is.
macro_rules! lock {
    ($Lock:ident, $try_lock:ident) => {
        impl<T> From<T> for $Lock<T> {
            #[track_caller]
            fn from(value: T) -> $Lock<T> {
                $Lock::new(value)
            }
        }

        impl<T: Default> Default for $Lock<T> {
            #[track_caller]
            fn default() -> $Lock<T> {
                $Lock::new(T::default())
            }
        }

        impl<T: ?Sized + std::fmt::Debug> std::fmt::Debug for $Lock<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut fields = f.debug_struct(stringify!($Lock));
                match self.$try_lock() {
                    Ok(value) => fields.field("data", &&*value),
                    Err(_) => fields.field("data", &format_args!("<locked>")),
                };
                fields.finish()
            }
        }

        lock!(@pool &$Lock<T>, borrowed: true);
        lock!(@pool std::sync::Arc<$Lock<T>>, borrowed: false);
    };
    (@pool $Keeper:ty, borrowed: $borrowed:literal) => {
        impl<T: ?Sized> $crate::api::sync::lease::HasPool for $Keeper {
            const BORROWED: bool = $borrowed;

            #[inline(always)]
            fn pool(&self) -> &$crate::api::sync::pool::PermitPool {
                &self.pool
            }
        }
    };
}
