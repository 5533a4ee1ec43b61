//! The macros of `reweave`: three attributes, and the engines of `select!`, `join!` and
//! `try_join!`.
//!
//! Nobody depends on this crate directly; `reweave` re-exports the attributes and wraps the rest. A
//! map of it:
//!
//! ```text
//!   #[reweave::test(…)] and #[reweave::main(…)]
//!       entry.rs         what the function becomes
//!       arguments.rs     what each argument means
//!       findings.rs      the names in `deny(…)`, `warn(…)`, `allow(…)`
//!       duration.rs      "30s"
//!   #[reweave::must_await]
//!       must_await.rs    what the function becomes
//!   all attributes
//!       function.rs      the function that the attribute stands on
//!       list.rs          `name = value, name(a, b)`, before any name has a meaning
//!       crate_path.rs    `crate = "…"`
//!       near.rs          "did you mean"
//!       errors.rs        one error a mistake, all of them at once
//!   select!
//!       select/mod.rs    the grammar
//!       select/expand.rs what it becomes
//!   join! and try_join!
//!       join.rs          both, as they differ in little
//!   all three
//!       branches.rs      how their input begins, and how their futures are made
//! ```
//!
//! Two rules hold for everything generated. It names the crate by a path it was given, so that a
//! renamed dependency works, and it names everything else from `::core`, so that nothing a user has
//! in scope can change its meaning. And it holds no `unsafe`, so that a crate that forbids it can
//! use it.

mod arguments;
mod branches;
mod crate_path;
mod duration;
mod entry;
mod errors;
mod findings;
mod function;
mod join;
mod list;
mod must_await;
mod near;
mod select;

use proc_macro::TokenStream;

/// Runs an `async fn` as a test: simulated, in virtual time, once for each seed.
///
/// ```text
/// #[reweave::test]                                  // the plain schedule, then random ones
/// async fn it_answers() { … }
///
/// #[reweave::test(seeds = 1000)]                    // a thousand runs, seeds 0 to 999
/// async fn the_total_is_kept() { … }
///
/// #[reweave::test(seed = 7, max_virtual_time = "30s", allow(leak))]
/// async fn the_lease_expires() -> Result<(), LeaseError> { … }
/// ```
///
/// The function takes no parameters and may return anything that a test may return: with a
/// `Result`, `?` works in it. Its other attributes (`#[should_panic]`, `#[ignore]`, `#[cfg(…)]`,
/// documentation) keep their meaning.
///
/// # Arguments
///
/// | argument | meaning |
/// | --- | --- |
/// | `seed = 7` | the one seed to run |
/// | `seeds = 1000` | that many runs, from seed 0 |
/// | `seeds = 100..200`, `seeds = "100..200"` | a run for each seed of the range |
/// | `strategy = "pct(3)"` | how draws are answered; its words are checked when the test runs |
/// | `max_steps = 10_000` | the limit of polls in one run |
/// | `max_virtual_time = "30s"` | the limit of virtual time in one run; `ns`, `us`, `ms`, `s`, `m` or `h` |
/// | `max_tasks = 100` | the limit of tasks alive at once in one run |
/// | `jobs = 4` | how many threads run seeds; 0 for one a core |
/// | `deny(…)`, `warn(…)`, `allow(…)` | what becomes of the findings named in the parentheses |
/// | `crate = "path"` | where to find `reweave`, if it goes by another name here |
///
/// `flavor`, `worker_threads`, `start_paused`, `unhandled_panic` and `name`, known from tokio's
/// attribute, are accepted and have no effect: every run is on one thread and in virtual time.
///
/// # Errors
///
/// Each mistake in the arguments or in the function's signature is its own compile error, at the
/// token that is wrong.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(entry::Kind::Test, arguments.into(), item.into()).into()
}

/// Runs an `async fn` in a simulation: the way to write an example or a small program on `reweave`.
///
/// ```text
/// #[reweave::main(seed = 7)]
/// async fn main() { … }
///
/// #[reweave::main]
/// async fn load(path: PathBuf) -> io::Result<Config> { … }
/// ```
///
/// It runs once: the plain schedule, unless `seed` or the environment say another. The function may take
/// parameters and return anything, as long as nothing in them is borrowed; what it returns, its caller gets.
/// With `seeds` it runs once for each; then it takes no parameters, and returns what a test may return.
///
/// Takes the arguments of [`macro@test`].
///
/// # Panics
///
/// The function it becomes panics when the run shows a denied finding, after it printed the report. With `seeds` it
/// ends the process instead.
#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(entry::Kind::Main, arguments.into(), item.into()).into()
}

/// Marks an `async fn` whose future does nothing good when it is dropped without ever having been
/// awaited.
///
/// ```text
/// impl Ledger {
///     #[reweave::must_await]
///     async fn commit(&mut self) -> Result<(), CommitError> { … }
/// }
/// ```
///
/// The function becomes a plain one that returns the same future, wrapped so that it remembers the
/// line that called the function; a run in which such a future is dropped unpolled has the finding
/// `never_awaited`, which names that line. Free functions, methods, generics and all kinds of
/// parameters work as they do without the attribute.
///
/// The one argument is `crate = "path"`, as for [`macro@test`].
#[proc_macro_attribute]
pub fn must_await(arguments: TokenStream, item: TokenStream) -> TokenStream {
    must_await::expand(arguments.into(), item.into()).into()
}

/// The engine of `reweave::select!`, which hands over its `$crate`, a semicolon, and its input.
#[doc(hidden)]
#[proc_macro]
pub fn select_internal(input: TokenStream) -> TokenStream {
    select::expand(input.into()).into()
}

/// The engine of `reweave::join!`, called as [`select_internal!`] is.
#[doc(hidden)]
#[proc_macro]
pub fn join_internal(input: TokenStream) -> TokenStream {
    join::expand(join::Kind::All, input.into()).into()
}

/// The engine of `reweave::try_join!`, called as [`select_internal!`] is.
#[doc(hidden)]
#[proc_macro]
pub fn try_join_internal(input: TokenStream) -> TokenStream {
    join::expand(join::Kind::UntilError, input.into()).into()
}
