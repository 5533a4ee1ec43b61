//! The function is not its future.
//!
//! Handing `hello` to the runtime where `hello()` is meant is a `ValueError` in asyncio, at run time.
//! Here it does not compile, so this scenario has nothing to run and stands in no list:
//!
//! ```compile_fail,E0277
//! async fn hello() -> &'static str {
//!     "hello"
//! }
//!
//! reweave::Sim::new().run(hello);
//! ```
//!
//! What the compiler says is kept in `compile-fail/cases/scenarios/not_a_future.stderr`: that `hello` is no
//! future, and that calling it would help. With the call it runs:
//!
//! ```
//! # async fn hello() -> &'static str { "hello" }
//! assert_eq!(reweave::Sim::new().run(hello()).output(), Some(&"hello"));
//! ```
