//! `#[reweave::test]` on what is no function with a body.

#[reweave::test]
struct Suite;

#[reweave::test]
mod suite {}

trait Suites {
    #[reweave::test]
    async fn no_body();
}

fn main() {
    let _ = Suite;
}
