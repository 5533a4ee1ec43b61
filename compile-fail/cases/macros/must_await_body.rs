//! Mistakes in the body are reported where they are, as if the function were the `async fn` that was written.

#[reweave::must_await]
async fn early(found: bool) -> Result<u8, String> {
    if found {
        return Ok("7");
    }
    Ok(7)
}

#[reweave::must_await]
async fn late() -> u8 {
    "7"
}

struct Ledger(Vec<u8>);

impl Ledger {
    #[reweave::must_await]
    async fn push(&self, entry: u8) {
        self.0.push(entry);
    }
}

fn main() {
    let _ = (early(true), late(), Ledger(Vec::new()).push(7));
}
