//! The macros of `reweave`: three attributes, a derive, and what `select!`, `join!` and `try_join!` expand to.
//!
//! Nobody depends on this crate directly; `reweave` re-exports the attributes, with their docs, and wraps the rest.
//!
//! ```text
//!   #[reweave::test(…)] and #[reweave::main(…)]
//!       entry.rs         checks the function and generates the code that runs it
//!       arguments.rs     each argument, and the method call it becomes
//!       seeds.rs         `seeds = 100..200`
//!       duration.rs      "30s"
//!       findings.rs      the names in `deny(…)`, `warn(…)`, `allow(…)`
//!       built.rs         what is known of the test when it is compiled, for its replay line
//!   #[reweave::must_await]
//!       must_await.rs    checks the function and wraps it
//!   #[derive(reweave::Any)]
//!       any.rs           the type, field by field
//!   all attributes
//!       function.rs      parses the function under the attribute
//!       list.rs          parses `name = value, name(a, b)`, and checks types of values
//!       crate_path.rs    `crate = "…"`
//!       unknown.rs       the error for an unknown name, with "did you mean"
//!       errors.rs        collects errors, so that all are reported at once
//!   select!
//!       select/mod.rs    parses it
//!       select/expand.rs the code it becomes
//!   join! and try_join!
//!       join.rs          both
//!   all three
//!       branches.rs      what they have in common
//! ```
//!
//! Arguments are parsed by hand. `darling` was tried: it would double the dependencies, and its
//! errors say neither what an argument takes nor which arguments there are.
//!
//! Two rules hold for all generated code. It names `reweave` by a path that it is given, so that a
//! renamed dependency works, and all else by absolute paths from `::core`, so that nothing a user
//! has in scope can change its meaning. And it contains no `unsafe`, so that it can be used in a
//! crate that forbids it.

mod any;
mod arguments;
mod branches;
mod built;
mod crate_path;
mod duration;
mod entry;
mod errors;
mod findings;
mod function;
mod join;
mod list;
mod must_await;
mod seeds;
mod select;
mod unknown;

use proc_macro::TokenStream;

#[expect(missing_docs, reason = "documented in `reweave`, which re-exports it")]
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(entry::Kind::Test, arguments.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented in `reweave`, which re-exports it")]
#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(entry::Kind::Main, arguments.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented in `reweave`, which re-exports it")]
#[proc_macro_attribute]
pub fn must_await(arguments: TokenStream, item: TokenStream) -> TokenStream {
    must_await::expand(arguments.into(), item.into()).into()
}

#[expect(missing_docs, reason = "documented in `reweave`, which re-exports it")]
#[proc_macro_derive(Any, attributes(any))]
pub fn any(item: TokenStream) -> TokenStream {
    any::expand(item.into()).into()
}

/// What `reweave::select!` expands to; its input is preceded by `$crate` and a semicolon.
#[doc(hidden)]
#[proc_macro]
pub fn select_internal(input: TokenStream) -> TokenStream {
    select::expand(input.into()).into()
}

/// What `reweave::join!` expands to, with the input of [`select_internal!`].
#[doc(hidden)]
#[proc_macro]
pub fn join_internal(input: TokenStream) -> TokenStream {
    join::expand(join::Kind::All, input.into()).into()
}

/// What `reweave::try_join!` expands to, with the input of [`select_internal!`].
#[doc(hidden)]
#[proc_macro]
pub fn try_join_internal(input: TokenStream) -> TokenStream {
    join::expand(join::Kind::UntilError, input.into()).into()
}
