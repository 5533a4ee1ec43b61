//! A greeting lies in a buffer, and both sides wait for each other.
//!
//! A client puts a buffer around its connection, for it writes in small pieces. It greets the server, and reads the answer. Nobody flushes:
//!
//! ```text
//!   client   writes "hello" ─► buffer │   reads ─ ─ ─ ─ ─ ─ ─
//!   server                            │   reads ─ ─ ─ ─ ─ ─ ─
//! ```
//!
//! As long as the library was used with the bare connection, all was well: there a flush does nothing. Fixed, who has said all that he has to
//! say flushes before he listens.
//!
//! Met in: "fix: hang with buffered I/O", silver-ymz, openssh-sftp-client pull request 155,
//! <https://github.com/openssh-rust/openssh-sftp-client/pull/155>, and "rustls doesn't flush the writer", robsdedude, rustls issue 1537,
//! <https://github.com/rustls/rustls/issues/1537>.

use std::io;

use reweave as tokio;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Duration, sleep};
use tokio::{FindingKind, host};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "missing_flush",
    gallery: Gallery::Field,
    summary: "a greeting is never flushed, and both sides wait for the other's",
    bug: Some(FindingKind::Deadlock),
    original: || program(greeting(Flush::Never)),
    fixed: Some(|| program(greeting(Flush::BeforeReading))),
    configure: |sim| sim,
};

#[derive(Clone, Copy)]
enum Flush {
    Never,
    BeforeReading,
}

const HELLO: [u8; 5] = *b"hello";

/// Sends the length of a packet, and the packet.
async fn send(to: &mut (impl AsyncWrite + Unpin), packet: &[u8]) -> io::Result<()> {
    to.write_u32(packet.len() as u32).await?;
    to.write_all(packet).await
}

async fn receive(from: &mut BufStream<TcpStream>) -> io::Result<Vec<u8>> {
    let mut packet = vec![0; from.read_u32().await? as usize];
    from.read_exact(&mut packet).await?;
    Ok(packet)
}

async fn serve() {
    let listener = TcpListener::bind("0.0.0.0:22").await;
    let listener = listener.expect("nobody else has the port");
    while let Ok((client, _)) = listener.accept().await {
        let mut client = BufStream::new(client);
        while let Ok(packet) = receive(&mut client).await {
            send(&mut client, &packet).await.expect("the client stays");
            client.flush().await.expect("the client stays");
        }
    }
}

async fn greeting(flush: Flush) -> io::Result<()> {
    let _server = host("server").start(serve);
    sleep(Duration::from_secs(1)).await;
    let mut server = BufStream::new(TcpStream::connect("server:22").await?);
    send(&mut server, &HELLO).await?;
    match flush {
        Flush::Never => {}
        Flush::BeforeReading => server.flush().await?,
    }
    assert_eq!(receive(&mut server).await?, HELLO);
    Ok(())
}
