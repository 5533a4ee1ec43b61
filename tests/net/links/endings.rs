//! Connections that end over bad links: whoever closes first, and however, what was written before is read.

use reweave::Sim;
use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{self, Latency, TcpListener, TcpStream};
use reweave::time::{Duration, sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

/// Links that lose so much that hardly a connection goes without, but connect at last, and that cut segments in two.
fn bad_link() {
    net::all_links()
        .latency(Latency::heavy_tail(Duration::from_millis(2)))
        .loss(0.15)
        .segmentation(0.3);
}

fn over_many_seeds<F: Future<Output = ()> + 'static>(program: impl Fn() -> F) {
    for seed in 0..40 {
        let run = Sim::new()
            .seed(seed)
            .max_virtual_time(SECOND * 1_000_000)
            .run(program());
        run.unwrap();
    }
}

/// The one who asks says that it was all, the other answers and is gone.
#[test]
fn an_answer_is_whole_although_the_server_is_gone() {
    over_many_seeds(|| async {
        bad_link();
        let db = reweave::host("db");
        let server = db.spawn(async {
            let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
            for _ in 0..5 {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut question = Vec::new();
                stream.read_to_end(&mut question).await.unwrap();
                question.reverse();
                stream.write_all(&question).await.unwrap();
            }
            // Later than the last question: who is refused was not answered at all.
            sleep(SECOND * 1_000).await;
        });
        sleep(SECOND).await;
        for number in 0..5_u8 {
            let mut stream = TcpStream::connect("10.0.0.2:80").await.unwrap();
            let question: Vec<u8> = (0..200).map(|at| at ^ number).collect();
            stream.write_all(&question).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            answer.reverse();
            assert_eq!(answer, question);
        }
        server.await.unwrap();
    });
}

/// The one who asks closes at once, and the end of what it said is lost like anything else.
#[test]
fn what_is_said_before_a_drop_is_heard() {
    over_many_seeds(|| async {
        bad_link();
        let db = reweave::host("db");
        let server = db.spawn(async {
            let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
            let mut all = Vec::new();
            for _ in 0..5 {
                let (mut stream, _) = listener.accept().await.unwrap();
                stream.read_to_end(&mut all).await.unwrap();
            }
            all
        });
        sleep(SECOND).await;
        for number in 0..5_u8 {
            let mut stream = TcpStream::connect("10.0.0.2:80").await.unwrap();
            stream.write_all(&[number; 10]).await.unwrap();
        }
        let mut all = server.await.unwrap();
        all.sort_unstable();
        let expected: Vec<u8> = (0..5).flat_map(|number| [number; 10]).collect();
        assert_eq!(all, expected);
    });
}

/// Both close at the same time.
#[test]
fn both_hear_the_end_when_both_end_at_once() {
    over_many_seeds(|| async {
        bad_link();
        let mut pair = super::connected().await;
        let mut server = pair.server.await.unwrap();
        let end = pair.db.spawn(async move {
            server.write_all(b"from the server").await.unwrap();
            server.shutdown().await.unwrap();
            let mut text = String::new();
            server.read_to_string(&mut text).await.unwrap();
            text
        });
        pair.client.write_all(b"from the client").await.unwrap();
        pair.client.shutdown().await.unwrap();
        let mut text = String::new();
        pair.client.read_to_string(&mut text).await.unwrap();
        drop(pair.client);
        assert_eq!(text, "from the server");
        assert_eq!(end.await.unwrap(), "from the client");
    });
}

/// The process dies, its kernel sends on; over a cut link, too, if that is healed in time.
#[test]
fn what_a_process_wrote_before_it_died_is_heard_after_the_partition() {
    let run = super::plain(async {
        let mut pair = super::connected().await;
        let mut server = pair.server.await.unwrap();
        net::partition("main", &pair.db);
        let writes = pair.db.spawn(async move {
            server.write_all(b"last words").await.unwrap();
            std::future::pending::<()>().await;
        });
        sleep(SECOND).await;
        pair.db.crash();
        assert!(writes.await.is_err());
        sleep(SECOND * 60).await;
        net::heal();
        let mut text = String::new();
        let read = pair.client.read_to_string(&mut text);
        timeout(SECOND * 200, read).await.unwrap().unwrap();
        text
    });
    assert_eq!(run.unwrap(), "last words");
}
