//! `#[reweave::main]` on functions that it cannot run: its own errors, and none of the compiler's.

#[reweave::main(sede = 7)]
async fn main() {}

#[reweave::main(seeds = 3)]
async fn many_times(arguments: Vec<String>) {
    let _ = arguments;
}
