//! The path by which generated code names `reweave`.
//!
//! An attribute cannot ask where it was imported from, so a renamed dependency is told to it,
//! `crate = "tokio"`, as serde and tokio have it. The macros that are called with `!` need none of
//! this: `$crate` is handed to them.

use syn::{Path, parse_quote};

use crate::errors::Errors;
use crate::list::Argument;

/// The argument's name.
pub(crate) const NAME: &str = "crate";

/// The path when nobody says another.
pub(crate) fn default() -> Path {
    parse_quote!(::reweave)
}

/// The path that the argument says, or the default and an error.
pub(crate) fn read(argument: &Argument, errors: &mut Errors) -> Path {
    errors
        .keep(argument.path("crate = \"reweave\""))
        .unwrap_or_else(default)
}
