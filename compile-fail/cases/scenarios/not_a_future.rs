//! The function is handed over where its future is meant.

async fn hello() -> &'static str {
    "hello"
}

fn main() {
    let _ = reweave::Sim::new().run(hello);
}
