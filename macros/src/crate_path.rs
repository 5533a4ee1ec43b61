//! The path by which generated code names `reweave`.
//!
//! An attribute cannot find out what the dependency is called in the user's `Cargo.toml`, so a
//! renamed one is said in an argument, `crate = "tokio"`, as for serde's and tokio's attributes. The
//! function-like macros are handed `$crate` instead.

use syn::{Path, parse_quote};

use crate::errors::Errors;
use crate::list::Argument;

/// The argument's name.
pub(crate) const NAME: &str = "crate";

/// The path without that argument.
pub(crate) fn default() -> Path {
    parse_quote!(::reweave)
}

/// The path that the argument says, or the default and an error.
pub(crate) fn parse(argument: &Argument, errors: &mut Errors) -> Path {
    errors
        .handle(argument.path("crate = \"reweave\""))
        .unwrap_or_else(default)
}
