//! What every guard does: it reaches the value inside, and is written as the value is.

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
