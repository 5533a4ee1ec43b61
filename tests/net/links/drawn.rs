//! Draws of links: the same again for a seed and a tape, and one by one.

use reweave::draw::Kind;
use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{self, Latency, UdpSocket};
use reweave::time::{Duration, sleep, timeout};
use reweave::trace::{Event, PacketFate};
use reweave::{Run, Sim};

use super::connected;

async fn over_a_bad_link() -> Vec<u8> {
    let mut pair = connected().await;
    let mut server = pair.server.await.unwrap();
    net::link("main", &pair.db)
        .latency(Latency::uniform(
            Duration::from_millis(1)..Duration::from_millis(9),
        ))
        .loss(0.2);
    let echo = pair.db.spawn(async move {
        let mut bytes = [0; 4];
        for _ in 0..20 {
            server.read_exact(&mut bytes).await.unwrap();
            server.write_all(&bytes).await.unwrap();
        }
    });
    let mut answers = Vec::new();
    for number in 0..20_u8 {
        pair.client.write_all(&[number; 4]).await.unwrap();
        let mut answer = [0; 4];
        pair.client.read_exact(&mut answer).await.unwrap();
        answers.push(answer[0]);
    }
    echo.await.unwrap();
    answers
}

#[test]
fn a_seed_and_its_tape_are_the_same_run() {
    let mut hashes = Vec::new();
    for seed in 0..20 {
        let run = Sim::new().seed(seed).run(over_a_bad_link());
        let again = Sim::new().seed(seed).run(over_a_bad_link());
        let tape = Sim::new().tape(run.tape()).run(over_a_bad_link());
        assert_eq!(run.hash(), again.hash());
        assert_eq!(run.hash(), tape.hash());
        assert_eq!(run.unwrap(), (0..20).collect::<Vec<u8>>());
        hashes.push(again.hash());
    }
    hashes.dedup();
    assert_eq!(hashes.len(), 20);
}

#[test]
fn a_loss_that_is_taken_from_the_tape_did_not_happen() {
    let lost = |run: &Run<Vec<u8>>| {
        let fates = run.trace().entries().iter();
        fates
            .filter(|entry| {
                matches!(
                    entry.event,
                    Event::Packet {
                        fate: PacketFate::Lost,
                        ..
                    }
                )
            })
            .count()
    };
    let run = Sim::new().seed(3).run(over_a_bad_link());
    assert!(lost(&run) > 0);
    let kept = run.tape().deviations().filter(|it| it.kind != Kind::Fault);
    let tape = reweave::Tape::new(0, kept);
    let run = Sim::new().tape(&tape).run(over_a_bad_link());
    assert_eq!(lost(&run), 0);
}

/// How many of 100 datagrams arrive, and whether in order.
async fn datagrams() -> Vec<u8> {
    let db = reweave::host("db");
    let got = db.spawn(async {
        let socket = UdpSocket::bind("0.0.0.0:53").await.unwrap();
        let (mut got, mut bytes) = (Vec::new(), [0; 1]);
        while let Ok(received) = timeout(Duration::from_secs(60), socket.recv(&mut bytes)).await {
            received.unwrap();
            got.push(bytes[0]);
        }
        got
    });
    sleep(Duration::from_millis(10)).await;
    let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
    for number in 0..100 {
        socket.send_to(&[number], "db:53").await.unwrap();
        sleep(Duration::from_millis(1)).await;
    }
    got.await.unwrap()
}

#[test]
fn datagrams_are_lost_doubled_and_overtaken_as_is_asked_for() {
    let with = |change: fn(net::Link) -> net::Link| {
        Sim::new()
            .seed(5)
            .run(async move {
                change(net::all_links());
                datagrams().await
            })
            .unwrap()
    };
    let all: Vec<u8> = (0..100).collect();
    assert_eq!(with(|link| link), all);
    let lossy = with(|link| link.loss(0.3));
    assert!(
        (40..95).contains(&lossy.len()) && lossy.is_sorted(),
        "{lossy:?}"
    );
    let doubled = with(|link| link.duplication(0.3));
    assert!((110..160).contains(&doubled.len()), "{doubled:?}");
    let mut late = with(|link| link.reordering(0.3));
    assert!(!late.is_sorted());
    late.sort_unstable();
    assert_eq!(late, all);
}

#[test]
fn of_a_large_datagram_one_fragment_is_enough() {
    let run = Sim::new().seed(1).run(async {
        let db = reweave::host("db");
        let got = db.spawn(async {
            let socket = UdpSocket::bind("0.0.0.0:53").await.unwrap();
            let mut got = [0, 0];
            let mut bytes = vec![0; 60_000];
            while let Ok(count) = timeout(Duration::from_secs(60), socket.recv(&mut bytes)).await {
                got[usize::from(count.unwrap() > 1_000)] += 1;
            }
            got
        });
        sleep(Duration::from_millis(10)).await;
        net::link("main", &db).loss(0.1);
        let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
        for _ in 0..50 {
            socket.send_to(&[0; 100], "db:53").await.unwrap();
            socket.send_to(&vec![0; 45_000], "db:53").await.unwrap();
            sleep(Duration::from_millis(5)).await;
        }
        got.await.unwrap()
    });
    let [small, large] = run.unwrap();
    assert!(small > 35 && large < 15, "{small} small, {large} large");
}
