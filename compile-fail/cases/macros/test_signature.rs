//! `#[reweave::test]` on functions that it cannot run.

#[reweave::test]
fn not_async() {}

#[reweave::test]
async fn parameters(port: u16, host: &str) {}

#[reweave::test]
async fn generic<T>()
where
    T: Default,
{
}

#[reweave::test]
const async fn at_compile_time() {}

#[reweave::test]
async unsafe fn unchecked() {}

#[reweave::test]
async extern "C" fn foreign() {}

#[reweave::test]
fn everything_at_once<T>(value: T) {}

struct Suite;

impl Suite {
    #[reweave::test]
    async fn method(&self) {}
}

fn main() {}
