//! `#[reweave::main]` on a function that it cannot run: its own error, and none of the compiler's about `main`.

#[reweave::main(sede = 7)]
async fn main(arguments: Vec<String>) {
    let _ = arguments;
}
