//! Input and output: traits, adaptors, pipes in memory, the standard streams. Shaped as `tokio::io`.
//!
//! ```
//! use reweave::io::{AsyncReadExt, AsyncWriteExt, duplex};
//!
//! # reweave::Sim::new().run(async {
//! let (mut client, mut server) = duplex(64);
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
//! | | to implement | to call | |
//! | --- | --- | --- | --- |
//! | read | [`AsyncRead`], into a [`ReadBuf`] | [`AsyncReadExt`] | `read`, `read_exact`, `read_to_end`, numbers, `chain`, `take` |
//! | read by lines | [`AsyncBufRead`] | [`AsyncBufReadExt`] | `read_line`, `lines`, `read_until`, `split`, `fill_buf` |
//! | write | [`AsyncWrite`] | [`AsyncWriteExt`] | `write`, `write_all`, numbers, `flush`, `shutdown` |
//! | seek | [`AsyncSeek`] | [`AsyncSeekExt`] | `seek`, `rewind`, `stream_position` |
//!
//! | made by | reads from | writes to |
//! | --- | --- | --- |
//! | [`duplex()`] | what the other end wrote | the other end |
//! | [`simplex()`] | what the other half wrote | the other half |
//! | [`stdin()`] | the script of [`Sim::stdin`](crate::Sim::stdin) | |
//! | [`stdout()`], [`stderr()`] | | the output that the run captures |
//! | [`empty()`], [`repeat()`], [`sink()`] | the end; a byte, for ever | nowhere |
//! | [`BufReader`], [`BufWriter`], [`BufStream`] | a reader, much at a time | a writer, much at a time |
//! | [`split()`], [`join()`] | a half | a half |
//!
//! [`copy()`], [`copy_buf()`] and [`copy_bidirectional()`] go from a reader to a writer. `&[u8]`, `Vec<u8>` and
//! `std::io::Cursor` are readers and writers, too.
//!
//! Reads and writes of a pipe are scheduling points. What is in memory waits for nothing; [`empty()`], [`sink()`], [`repeat()`],
//! pipes, standard streams and copies count against the [budget](crate::task::coop) of their task, so that a loop over them lets
//! others go on.
//!
//! # Other families of these traits
//!
//! All types here implement the traits of `futures::io` as well (but for seeking), and with the feature `tokio` those of the real
//! tokio, for code of other crates. Methods of the same name are ambiguous where two `Ext` traits are imported, so import one.
//!
//! # What is not there
//!
//! Of `tokio::io`, `bsd`, which is FreeBSD's alone. [`unix::AsyncFd`] compiles, and refuses to be made.

#[macro_use]
mod families;
#[macro_use]
mod passing;
#[macro_use]
mod pipe;

#[allow(unsafe_code)]
mod fill_buf;
#[allow(unsafe_code)]
pub(in crate::api) mod read_buf;
#[cfg(unix)]
#[allow(
    unsafe_code,
    reason = "functions are declared `unsafe`, as tokio's are; nothing in there is"
)]
pub mod unix;
#[allow(unsafe_code)]
mod unwritten;

mod async_buf_read;
mod async_buf_read_ext;
pub(in crate::api) mod async_read;
mod async_read_ext;
mod async_seek;
mod async_seek_ext;
pub(in crate::api) mod async_write;
mod async_write_ext;
mod buf_reader;
mod buf_stream;
mod buf_writer;
mod calling;
mod chain;
mod copy;
mod copy_bidirectional;
mod copy_buf;
mod duplex;
mod empty;
pub(in crate::api) mod interest;
mod join;
mod lines;
mod operation;
mod parts;
mod read_to_end;
mod read_until;
mod reading;
pub(in crate::api) mod ready;
mod repeat;
mod simplex;
mod sink;
mod split;
mod stdin;
mod take;
mod terminal;
mod text;
mod writing;

#[doc(no_inline)]
pub use std::io::{Error, ErrorKind, Result, SeekFrom};

pub use async_buf_read::AsyncBufRead;
pub use async_buf_read_ext::AsyncBufReadExt;
pub use async_read::AsyncRead;
pub use async_read_ext::AsyncReadExt;
pub use async_seek::AsyncSeek;
pub use async_seek_ext::AsyncSeekExt;
pub use async_write::AsyncWrite;
pub use async_write_ext::AsyncWriteExt;
pub use buf_reader::BufReader;
pub use buf_stream::BufStream;
pub use buf_writer::BufWriter;
pub use chain::Chain;
pub use copy::copy;
pub use copy_bidirectional::{copy_bidirectional, copy_bidirectional_with_sizes};
pub use copy_buf::copy_buf;
pub use duplex::{DuplexStream, duplex};
pub use empty::{Empty, empty};
pub use interest::Interest;
pub use join::{Join, join};
pub use lines::Lines;
pub use parts::Split;
pub use read_buf::ReadBuf;
pub use ready::Ready;
pub use repeat::{Repeat, repeat};
pub use simplex::{SimplexStream, simplex};
pub use sink::{Sink, sink};
pub use split::{ReadHalf, WriteHalf, split};
pub use stdin::{Stdin, stdin};
pub use take::Take;
pub use terminal::{Stderr, Stdout, stderr, stdout};
