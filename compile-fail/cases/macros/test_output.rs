//! What a function with `#[reweave::test]` becomes, if it returns what says nothing of the test. The attribute's own tests are
//! left out of a program that is no test, so the call is written out.

use reweave::__private::{TestOptions, run_test};

async fn a_number() -> u32 {
    7
}

async fn a_number_or_an_error() -> Result<u32, String> {
    Ok(7)
}

fn main() {
    run_test(TestOptions::new("a_number"), a_number);
    run_test(TestOptions::new("a_number_or_an_error"), a_number_or_an_error);
}
