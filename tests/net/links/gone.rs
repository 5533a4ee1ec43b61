//! Senders that are gone while what they sent is on its way over bad links: what arrives is what was sent first, without gaps.

use std::io::ErrorKind;

use reweave::Sim;
use reweave::host::Host;
use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{self, Latency, TcpListener, TcpStream};
use reweave::time::{Duration, sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);
const SENT: u8 = 20;

/// How a sender goes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    PowerLoss,
    /// It closes the connection hard.
    Reset,
    /// Its process dies, and had read all that came.
    Crash,
    /// Its process dies, and had not.
    CrashUnread,
}

/// The client sends bytes one by one, over a link that is held until it is gone, or not. Gives what the server reads, and how that ends.
async fn sends_and_goes(end: End, held: bool) -> (Vec<u8>, Option<ErrorKind>) {
    let db = reweave::host("db");
    let server = db.spawn(async move {
        let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        if end == End::CrashUnread {
            stream.write_u8(1).await.unwrap();
        }
        let mut came = Vec::new();
        let read = timeout(SECOND * 60, stream.read_to_end(&mut came)).await;
        (
            came,
            read.ok().and_then(Result::err).map(|error| error.kind()),
        )
    });
    sleep(SECOND).await;
    let shop = reweave::host("shop");
    let go = shop.clone();
    let client = shop.spawn(async move {
        let mut stream = TcpStream::connect("db:80").await.unwrap();
        sleep(SECOND).await;
        lossy();
        if held {
            net::hold("shop", "db");
        }
        for byte in 0..SENT {
            stream.write_u8(byte).await.unwrap();
        }
        match end {
            End::PowerLoss => go.power_off(),
            End::Crash | End::CrashUnread => go.crash(),
            End::Reset => {
                stream.set_zero_linger().unwrap();
                drop(stream);
            }
        }
    });
    let _ = client.await;
    let gone = |shop: &Host| end == End::Reset || !shop.is_running();
    assert!(gone(&shop));
    net::release("shop", "db");
    server.await.unwrap()
}

fn lossy() {
    net::link_one_way("shop", "db")
        .loss(0.2)
        .latency(Latency::heavy_tail(Duration::from_millis(1)))
        .segmentation(0.2);
}

fn over_seeds(end: End, held: bool) -> Vec<(Vec<u8>, Option<ErrorKind>)> {
    let runs = (0..60).map(|seed| {
        let run = Sim::new().seed(seed).run(sends_and_goes(end, held));
        run.unwrap()
    });
    runs.collect()
}

/// Nobody sends again what is lost, and what was sent behind it does not take its place.
#[test]
fn what_comes_of_a_sender_that_is_gone_has_no_gaps() {
    for end in [End::PowerLoss, End::Reset, End::CrashUnread] {
        for held in [false, true] {
            let ends = over_seeds(end, held);
            for (came, _) in &ends {
                let first: Vec<u8> = (0..came.len() as u8).collect();
                assert_eq!(came, &first, "{end:?}, held: {held}");
            }
            let whole = |came: &[u8]| came.len() == usize::from(SENT);
            assert!(ends.iter().any(|(came, _)| !whole(came)), "{end:?}");
            assert!(ends.iter().any(|(came, _)| !came.is_empty()), "{end:?}");
        }
    }
}

/// Who resets the connection is heard, although what it sent before is lost; who has no power says nothing.
#[test]
fn a_reset_behind_a_gap_is_heard() {
    for (came, error) in over_seeds(End::PowerLoss, true) {
        assert_eq!(error, None, "{came:?}");
    }
    for end in [End::Reset, End::CrashUnread] {
        let ends = over_seeds(end, true);
        let cut_short = |came: &[u8]| came.len() < usize::from(SENT);
        let reset = ends
            .iter()
            .filter(|(came, error)| cut_short(came) && *error == Some(ErrorKind::ConnectionReset));
        assert!(reset.count() > 5, "{end:?}: {ends:?}");
    }
}

/// The kernel of a process that died goes on sending until all has come.
#[test]
fn what_a_process_sent_before_it_died_comes_whole() {
    for held in [false, true] {
        for (came, error) in over_seeds(End::Crash, held) {
            let all: Vec<u8> = (0..SENT).collect();
            assert_eq!((came, error), (all, None), "held: {held}");
        }
    }
}
