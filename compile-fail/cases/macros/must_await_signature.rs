//! `#[reweave::must_await]` on functions whose futures it cannot wrap.

#[reweave::must_await]
fn not_async() {}

#[reweave::must_await]
async fn never() -> ! {
    std::future::pending().await
}

#[reweave::must_await(seed = 7)]
async fn unknown_argument() {}

#[reweave::must_await]
struct Ledger;

trait Ledgers {
    #[reweave::must_await]
    async fn no_body(&self);
}

fn main() {
    let _ = (not_async, never, unknown_argument, Ledger);
}
