//! Streams that wait to be opened have all of the window, and those that are open have none.
//!
//! Many uploads share a connection, as in HTTP/2. The server lets two streams be open at a time, and lets the client send so many bytes before it
//! says that it has read them: the window of the connection. A part of it is set aside for each upload that has something to send, also for those
//! whose stream is not open yet:
//!
//! ```text
//!   1st, 2nd   open     have sent one part, and wait for window for the next
//!   3rd, 4th   queued   have window for a part, and wait for a stream to be closed
//! ```
//!
//! Nobody sends, so the server gives no window back. It takes load: with few uploads none is queued. Fixed, an upload that is not
//! open is given no window.
//!
//! Met in: "fix: do not assign capacity for pending streams", benjaminp, h2 pull request 860,
//! <https://github.com/hyperium/h2/pull/860>, and "Network related deadlock, stuck in re_upload phase", bvinc, buck2 issue 1123,
//! <https://github.com/facebook/buck2/issues/1123>.

use std::io;
use std::sync::Arc;

use reweave as tokio;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::{Duration, sleep};
use tokio::{FindingKind, host};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "unopened_streams",
    gallery: Gallery::Field,
    summary: "the window of a connection is given to streams that cannot be opened",
    bug: Some(FindingKind::Deadlock),
    original: || program(four_uploads(Order::WindowFirst)),
    fixed: Some(|| program(four_uploads(Order::StreamFirst))),
    configure: |sim| sim,
};

/// What an upload takes first.
#[derive(Clone, Copy)]
enum Order {
    WindowFirst,
    StreamFirst,
}

/// How many bytes are sent at a time.
const PART: usize = 4;
/// How many parts an upload has.
const PARTS: usize = 3;

/// A client's connection: what it may send, and how many streams may be open.
struct Connection {
    to: Mutex<OwnedWriteHalf>,
    window: Semaphore,
    streams: Semaphore,
}

impl Connection {
    /// Room for a part in the window of the connection.
    async fn room(&self) -> SemaphorePermit<'_> {
        let room = self.window.acquire_many(PART as u32).await;
        room.expect("it stays open")
    }

    /// Sends a part. Its room is given back by the server.
    async fn send(&self, room: SemaphorePermit<'_>, part: [u8; PART]) -> io::Result<()> {
        self.to.lock().await.write_all(&part).await?;
        room.forget();
        Ok(())
    }

    async fn upload(&self, order: Order, name: u8) -> io::Result<()> {
        let stream = self.streams.acquire();
        let (first, _stream) = match order {
            Order::WindowFirst => {
                let first = self.room().await;
                (first, stream.await)
            }
            Order::StreamFirst => {
                let stream = stream.await;
                (self.room().await, stream)
            }
        };
        self.send(first, [name; PART]).await?;
        for _ in 1..PARTS {
            let room = self.room().await;
            self.send(room, [name; PART]).await?;
        }
        Ok(())
    }
}

/// Hears how many bytes the server has read.
async fn window_updates(connection: Arc<Connection>, mut from: OwnedReadHalf) {
    while let Ok(read) = from.read_u8().await {
        connection.window.add_permits(read.into());
    }
}

/// Reads all, and says so.
async fn serve() {
    let listener = TcpListener::bind("0.0.0.0:80").await;
    let listener = listener.expect("nobody else has the port");
    let (mut client, _) = listener.accept().await.expect("a client comes");
    let mut part = [0; PART];
    while client.read_exact(&mut part).await.is_ok() {
        let told = client.write_u8(PART as u8).await;
        told.expect("the client stays");
    }
}

async fn four_uploads(order: Order) -> io::Result<()> {
    let _server = host("server").start(serve);
    sleep(Duration::from_secs(1)).await;
    let (from, to) = TcpStream::connect("server:80").await?.into_split();
    let connection = Arc::new(Connection {
        to: Mutex::new(to),
        window: Semaphore::new(2 * PART),
        streams: Semaphore::new(2),
    });
    let updates = tokio::spawn(window_updates(connection.clone(), from));
    let uploads: Vec<_> = (0..4)
        .map(|name| {
            let connection = connection.clone();
            tokio::spawn(async move { connection.upload(order, name).await })
        })
        .collect();
    for upload in uploads {
        upload.await??;
    }
    updates.abort();
    Ok(())
}
