//! A function cannot be awaited.

async fn hello() -> &'static str {
    "hello"
}

fn main() {
    let _ = reweave::Sim::new().run(async { hello.await });
}
