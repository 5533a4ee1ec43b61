//! What does not compile, and what the compiler then says: `cases/*/*.rs`, each with its `.stderr`.
//!
//! The compiler's words change from release to release, so these tests hold for the one in the file `toolchain` and
//! are no default member of the workspace: `cargo test` leaves them alone, the gate runs them if it has that compiler.
//! After a change of a message, `TRYBUILD=overwrite cargo test -p reweave-compile-fail` writes the new ones, to be
//! read before they are kept.

#[test]
fn mistakes_in_macros_are_told_at_the_token_that_is_wrong() {
    trybuild::TestCases::new().compile_fail("cases/macros/*.rs");
}

#[test]
fn a_function_is_not_its_future() {
    trybuild::TestCases::new().compile_fail("cases/scenarios/*.rs");
}
