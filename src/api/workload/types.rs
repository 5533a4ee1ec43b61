//! What types of the standard library are drawn as, that contain others.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use super::Any;
use super::parts::{collected, field, item, usual_most, variant, within_variant};

impl Any for () {
    fn any() {}
}

macro_rules! tuples {
    ($(($($name:ident $at:literal),+))*) => {$(
        impl<$($name: Any),+> Any for ($($name,)+) {
            fn any() -> Self {
                ($(field($at, $name::any),)+)
            }
        }
    )*};
}

tuples! {
    (A "0")
    (A "0", B "1")
    (A "0", B "1", C "2")
    (A "0", B "1", C "2", D "3")
    (A "0", B "1", C "2", D "3", E "4")
    (A "0", B "1", C "2", D "3", E "4", F "5")
}

impl<T: Any, const N: usize> Any for [T; N] {
    fn any() -> Self {
        std::array::from_fn(|place| item(place, T::any))
    }
}

impl<T: Any> Any for Option<T> {
    fn any() -> Self {
        match variant(2) {
            0 => None,
            _ => Some(within_variant("Some", T::any)),
        }
    }
}

impl<T: Any, E: Any> Any for Result<T, E> {
    fn any() -> Self {
        match variant(2) {
            0 => Ok(within_variant("Ok", T::any)),
            _ => Err(within_variant("Err", E::any)),
        }
    }
}

macro_rules! pointers {
    ($($pointer:ident)*) => {$(
        impl<T: Any> Any for $pointer<T> {
            fn any() -> Self {
                $pointer::new(T::any())
            }
        }
    )*};
}

pointers!(Box Rc Arc);

macro_rules! collections {
    ($([$($parameter:ident $(: $bound:ident)?),*] $collection:ty, of $item:ty;)*) => {$(
        /// Of up to 16 items; fewer, where it is in an item of another.
        impl<$($parameter: Any $(+ $bound)?),*> Any for $collection {
            fn any() -> Self {
                collected(0, usual_most(), <$item as Any>::any)
            }
        }
    )*};
}

collections! {
    [] String, of char;
    [T] Vec<T>, of T;
    [T] VecDeque<T>, of T;
    [T: Ord] BTreeSet<T>, of T;
    [K: Ord, V] BTreeMap<K, V>, of (K, V);
}
