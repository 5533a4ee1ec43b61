//! What does not compile, and what the compiler then says: `compile_fail/*.rs`, each with its
//! `.stderr`.
//!
//! After a change of a message, `TRYBUILD=overwrite cargo test --test compile_fail` writes the new
//! ones, to be read before they are kept.

#[test]
fn mistakes_are_told_at_the_token_that_is_wrong() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
