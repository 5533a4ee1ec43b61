//! What a test may return, and what it says of whether the test passed.

use std::fmt::Debug;

/// What a test may return.
#[diagnostic::on_unimplemented(
    message = "a test returns `()`, or a `Result` with `()` in it, and not `{Self}`",
    label = "a `{Self}` does not say whether the test passed",
    note = "assert on the value at the end of the test, and return nothing"
)]
pub trait TestOutput {
    /// What is wrong, if it says that the test failed.
    fn failure(self) -> Option<String>;
}

impl TestOutput for () {
    fn failure(self) -> Option<String> {
        None
    }
}

impl<T: TestOutput, E: Debug> TestOutput for Result<T, E> {
    fn failure(self) -> Option<String> {
        match self {
            Ok(output) => output.failure(),
            Err(error) => Some(format!("returned an error: {error:?}")),
        }
    }
}
