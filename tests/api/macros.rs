//! The macros, from a user's side: what each expands to behaves as its documentation says.

mod attributes;
mod join;
mod must_await;
mod parts;
mod select;
