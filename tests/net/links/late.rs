//! What is held, clogged, slow, or cut in two.

use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{self, Latency};
use reweave::time::{Duration, sleep};

use super::{about, connected, plain, timed};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn what_is_held_is_in_flight_until_it_is_released() {
    let run = plain(async {
        let mut pair = connected().await;
        let mut server = pair.server.await.unwrap();
        net::hold("main", &pair.db);
        let reader = pair.db.spawn(async move {
            let mut text = [0; 6];
            server.read_exact(&mut text).await.unwrap();
            text
        });
        for part in [b"one", b"two"] {
            pair.client.write_all(part).await.unwrap();
        }
        sleep(SECOND * 3_600).await;
        let held = net::in_flight();
        assert_eq!(
            held.iter().map(|packet| packet.bytes).collect::<Vec<_>>(),
            [3, 3]
        );
        assert_eq!(
            (&*held[0].from, &*held[0].to, held[0].arrives_in),
            ("main", "db", None)
        );
        net::release("main", &pair.db);
        timed(reader).await
    });
    let (text, took) = run.unwrap();
    assert_eq!(&text.unwrap(), b"onetwo");
    about(took, 0.001);
}

#[test]
fn a_clog_delays_what_is_sent_meanwhile() {
    let run = plain(async {
        let mut pair = connected().await;
        let mut server = pair.server.await.unwrap();
        net::clog("main", &pair.db, SECOND * 30);
        pair.client.write_all(b"x").await.unwrap();
        let arrives = async move { server.read_u8().await.unwrap() };
        timed(pair.db.spawn(arrives)).await
    });
    let (byte, took) = run.unwrap();
    assert_eq!(byte.unwrap(), b'x');
    about(took, 30.001);
}

#[test]
fn latency_and_bandwidth_of_one_direction() {
    let run = plain(async {
        let mut pair = connected().await;
        let mut server = pair.server.await.unwrap();
        net::link_one_way("main", &pair.db)
            .latency(Latency::constant(SECOND * 2))
            .bandwidth(10_040);
        pair.client.write_all(&[0; 10_000]).await.unwrap();
        let arrives = async move {
            server.read_exact(&mut [0; 10_000]).await.unwrap();
            timed(server.write_all(b"y")).await.0.unwrap();
        };
        let (arrived, took) = timed(pair.db.spawn(arrives)).await;
        arrived.unwrap();
        let (_, back) = timed(pair.client.read_u8()).await;
        (took, back)
    });
    let (there, back) = run.unwrap();
    about(there, 3.0);
    about(back, 0.001);
}

#[test]
fn a_heavy_tail_keeps_streams_in_order() {
    for seed in 0..50 {
        let run = reweave::Sim::new().seed(seed).run(async {
            let mut pair = connected().await;
            let mut server = pair.server.await.unwrap();
            net::all_links()
                .latency(Latency::heavy_tail(Duration::from_millis(3)))
                .loss(0.1)
                .segmentation(0.5);
            let reader = pair.db.spawn(async move {
                let mut bytes = Vec::new();
                server.read_to_end(&mut bytes).await.unwrap();
                bytes
            });
            for number in 0..100_u8 {
                pair.client.write_all(&[number, number]).await.unwrap();
                if number % 7 == 0 {
                    sleep(Duration::from_millis(5)).await;
                }
            }
            pair.client.shutdown().await.unwrap();
            reader.await.unwrap()
        });
        let expected: Vec<u8> = (0..100).flat_map(|number| [number, number]).collect();
        assert_eq!(run.unwrap(), expected, "seed {seed}");
    }
}

#[test]
fn a_reader_that_takes_a_read_for_a_message_is_found_out() {
    let program = || async {
        let mut pair = connected().await;
        let mut server = pair.server.await.unwrap();
        net::link("main", &pair.db).segmentation(0.2);
        let reader = pair.db.spawn(async move {
            let mut message = [0; 16];
            let count = server.read(&mut message).await.unwrap();
            assert_eq!(count, 5, "a whole message");
        });
        pair.client.write_all(b"hello").await.unwrap();
        reader.await.unwrap();
    };
    let found = reweave::explore(program).seeds(0..100).run();
    assert!(found.failed());
    assert!(!plain(program()).failed());
}
