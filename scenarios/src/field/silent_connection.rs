//! A pool hands out a connection that is dead, and does not know it.
//!
//! A pool has connections to two replicas of a database. The machine of one loses its power, and says nothing: to the pool its
//! connection looks as idle as ever. Who is given it asks, and waits:
//!
//! ```text
//!   pool      hands it out
//!   client    asks ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ gives up
//!   replica   ✗ no power              the other replica would have answered
//! ```
//!
//! A write to a dead connection succeeds, and the system sends it again for a quarter of an hour before it says so. Fixed, the pool pings a connection
//! before it hands it out, with a limit, and takes another if nobody answers.
//!
//! Met in: "fix: recover from half-open postgres connections with bounded liveness ping", TimoGlastra, askar pull request 479,
//! <https://github.com/openwallet-foundation/askar/pull/479>, and "Set sane DB TCP liveness params", danielgranhao, spark-sdk pull request 928,
//! <https://github.com/breez/spark-sdk/pull/928>.

use std::collections::VecDeque;
use std::io;

use reweave as tokio;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Duration, sleep, timeout};
use tokio::{FindingKind, choose, host};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "silent_connection",
    gallery: Gallery::Field,
    summary: "a pool hands out a connection to a machine that lost its power",
    bug: Some(FindingKind::Panic),
    original: || program(three_queries(Check::No)),
    fixed: Some(|| program(three_queries(Check::Ping))),
    configure: |sim| sim,
};

/// What a pool does before it hands out a connection.
#[derive(Clone, Copy)]
enum Check {
    No,
    Ping,
}

/// Answers each byte with the next.
async fn serve() {
    let listener = TcpListener::bind("0.0.0.0:5432").await;
    let listener = listener.expect("nobody else has the port");
    while let Ok((mut client, _)) = listener.accept().await {
        drop(tokio::spawn(async move {
            while let Ok(query) = client.read_u8().await {
                client.write_u8(query + 1).await?;
            }
            io::Result::Ok(())
        }));
    }
}

async fn query(connection: &mut TcpStream, query: u8) -> io::Result<u8> {
    connection.write_u8(query).await?;
    connection.read_u8().await
}

/// A ping that is not answered soon is taken for an answer, too.
async fn is_alive(connection: &mut TcpStream) -> bool {
    let ping = timeout(Duration::from_millis(500), query(connection, 0));
    matches!(ping.await, Ok(Ok(1)))
}

struct Pool {
    idle: VecDeque<TcpStream>,
    check: Check,
}

impl Pool {
    async fn take(&mut self) -> TcpStream {
        loop {
            let next = self.idle.pop_front();
            let mut connection = next.expect("one of the replicas lives");
            match self.check {
                Check::No => return connection,
                Check::Ping if is_alive(&mut connection).await => return connection,
                Check::Ping => {}
            }
        }
    }
}

async fn three_queries(check: Check) -> io::Result<()> {
    let replicas = [host("db1").start(serve), host("db2").start(serve)];
    sleep(Duration::from_secs(1)).await;
    let mut pool = Pool {
        idle: VecDeque::new(),
        check,
    };
    for replica in &replicas {
        let connection = TcpStream::connect((replica.name(), 5432)).await?;
        pool.idle.push_back(connection);
    }
    replicas[choose([0, 1])].power_off();
    for _ in 0..3 {
        let mut connection = pool.take().await;
        let answer = timeout(Duration::from_secs(30), query(&mut connection, 7)).await;
        assert_eq!(answer.expect("a query takes milliseconds")?, 8);
        pool.idle.push_back(connection);
    }
    Ok(())
}
