//! `#[reweave::test]` with another attribute that makes a test of the same function.

#[reweave::test]
#[test]
async fn built_in() {}

#[reweave::test]
#[ignore]
#[reweave::test(seed = 7)]
async fn itself() {}

#[reweave::test]
#[tokio::test]
async fn another() {}

fn main() {}
