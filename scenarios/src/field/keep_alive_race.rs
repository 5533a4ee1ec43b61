//! A connection is used again in the moment in which the server closes it.
//!
//! A server closes connections on which nothing was asked for five seconds. The client keeps its connection for longer, and looks before
//! it uses it again: it is open. The end is on its way already:
//!
//! ```text
//!   server   answers ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ closes ╲   ╱ reset
//!   client            keeps the connection      asks ╳      fails
//! ```
//!
//! The question is lost, and nobody can say whether it was answered. A look cannot help: what it sees is as old as the way is long.
//! Fixed, the client keeps connections for less long than the server does.
//!
//! Met in: "Error: IncompleteMessage: connection closed before message completed", fhsgoncalves, hyper issue 2136,
//! <https://github.com/hyperium/hyper/issues/2136>, and "Data race while re-using IDLE connection, connection reset by peer", co42,
//! hyper issue 3553, <https://github.com/hyperium/hyper/issues/3553>.

use std::io::{self, ErrorKind};

use reweave as tokio;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Duration, Instant, sleep, timeout};
use tokio::{FindingKind, choose, host};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "keep_alive_race",
    gallery: Gallery::Field,
    summary: "a kept connection is used again just as the server closes it",
    bug: Some(FindingKind::Panic),
    original: || program(two_questions(Duration::from_secs(90))),
    fixed: Some(|| program(two_questions(Duration::from_secs(4)))),
    configure: |sim| sim,
};

/// How long the server keeps a connection on which nothing is asked.
const KEEPS: Duration = Duration::from_secs(5);

async fn serve() {
    let listener = TcpListener::bind("0.0.0.0:80").await;
    let listener = listener.expect("nobody else has the port");
    while let Ok((client, _)) = listener.accept().await {
        drop(tokio::spawn(answer_all(client)));
    }
}

async fn answer_all(client: TcpStream) -> io::Result<()> {
    let mut client = BufReader::new(client);
    let mut question = String::new();
    while let Ok(read) = timeout(KEEPS, client.read_line(&mut question)).await {
        if read? == 0 {
            break;
        }
        client.write_all(b"yes\n").await?;
        question.clear();
    }
    Ok(())
}

/// A connection that is kept, and since when.
struct Kept {
    connection: BufReader<TcpStream>,
    since: Instant,
}

struct Client {
    kept: Option<Kept>,
    keeps: Duration,
}

impl Client {
    /// The connection that is kept, if it is young, and open as far as one can see; else a new one.
    async fn connection(&mut self) -> io::Result<BufReader<TcpStream>> {
        if let Some(Kept { connection, since }) = self.kept.take() {
            let seen = connection.get_ref().try_read(&mut [0]);
            let open = seen.is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
            if open && since.elapsed() < self.keeps {
                return Ok(connection);
            }
        }
        Ok(BufReader::new(TcpStream::connect("service:80").await?))
    }

    async fn ask(&mut self, question: &str) -> io::Result<String> {
        let mut connection = self.connection().await?;
        connection.write_all(question.as_bytes()).await?;
        let mut answer = String::new();
        if connection.read_line(&mut answer).await? == 0 {
            let text = "the connection was closed before the answer";
            return Err(io::Error::new(ErrorKind::UnexpectedEof, text));
        }
        let since = Instant::now();
        self.kept = Some(Kept { connection, since });
        Ok(answer)
    }
}

async fn two_questions(keeps: Duration) -> io::Result<()> {
    let _service = host("service").start(serve);
    sleep(Duration::from_secs(1)).await;
    let mut client = Client { kept: None, keeps };
    client.ask("Are you there?\n").await?;
    let thinks = choose([1000, 4998, 4999, 5000, 5001, 9000]);
    sleep(Duration::from_millis(thinks)).await;
    let again = client.ask("And now?\n").await;
    again.expect("the service is there all the time");
    Ok(())
}
