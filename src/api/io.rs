//! Input and output: the standard streams, and pipes in memory.
//!
//! ```
//! use futures::{AsyncReadExt, AsyncWriteExt};
//! use reweave::io;
//!
//! # reweave::Sim::new().run(async {
//! let (mut client, mut server) = io::duplex(64);
//! let echo = reweave::spawn(async move {
//!     let mut request = [0; 4];
//!     server.read_exact(&mut request).await?;
//!     server.write_all(&request).await
//! });
//! client.write_all(b"ping").await.unwrap();
//! let mut answer = String::new();
//! client.read_to_string(&mut answer).await.unwrap();
//! assert_eq!(answer, "ping");
//! echo.await.unwrap().unwrap();
//! # }).unwrap();
//! ```
//!
//! | made by | reads from | writes to |
//! | --- | --- | --- |
//! | [`stdin()`] | the script of [`Sim::stdin`](crate::Sim::stdin) | |
//! | [`stdout()`], [`stderr()`] | | the output that the run captures |
//! | [`duplex()`] | what the other end wrote | the other end |
//! | [`simplex()`] | what the other half wrote | the other half |
//!
//! All of them implement the traits of `futures::io`; with the feature `tokio` also those of `tokio::io`. The rest comes
//! with the traits: `split`, `copy`, `lines`, buffers and adaptors are in `futures::io` and in `tokio::io`.

#[macro_use]
mod families;
#[macro_use]
mod pipe;

mod duplex;
mod simplex;
mod stdin;
mod terminal;

pub use duplex::{DuplexStream, duplex};
pub use simplex::{SimplexReader, SimplexStream, SimplexWriter, simplex};
pub use stdin::{Stdin, stdin};
pub use terminal::{Stderr, Stdout, stderr, stdout};
