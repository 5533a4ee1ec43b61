//! What does not compile, and what the compiler then says: `compile_fail/*.rs`, each with its
//! `.stderr`.
//!
//! After a change of a message, `TRYBUILD=overwrite cargo test -p reweave-scenarios --test compile_fail`
//! writes the new ones, to be read before they are kept.

#[test]
fn a_function_is_not_its_future() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
