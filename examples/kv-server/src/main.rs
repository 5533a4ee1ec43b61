//! Serves on the address that it is given, or on 127.0.0.1:7878.

#[cfg(feature = "sim")]
extern crate reweave as tokio;

use std::io;

use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let address = std::env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:7878".into());
    let listener = TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);
    kv_server::serve(listener).await
}
