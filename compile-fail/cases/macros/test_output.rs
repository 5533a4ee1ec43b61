//! `#[reweave::test]` on a function that returns what says nothing of the test.

#[reweave::test]
async fn a_number() -> u32 {
    7
}

#[reweave::test]
async fn a_number_or_an_error() -> Result<u32, String> {
    Ok(7)
}

fn main() {}
