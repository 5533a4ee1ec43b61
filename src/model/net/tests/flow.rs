//! What goes over a connection.

use std::io::ErrorKind::*;

use super::LATENCY;
use super::*;
use crate::model::net::options::Buffer;

fn small() -> Options {
    Options {
        send_buffer: Buffer::to_send(3_000),
        receive_buffer: Buffer::to_receive(2_000),
        ..Options::default()
    }
}

/// Bytes of which each tells where it stands.
fn numbered(count: usize) -> Vec<u8> {
    (0..count).map(|n| (n % 251) as u8).collect()
}

#[test]
fn bytes_come_in_order_and_after_the_latency() {
    let mut world = World::new();
    let (client, server) = world.pair();
    let began = world.now;
    world.write(client, b"one ").unwrap();
    world.write(client, b"two").unwrap();
    assert_eq!(world.read(server, 9), Err(WouldBlock));
    world.run_until(began + LATENCY);
    assert_eq!(world.read(server, 9).unwrap(), b"one two");
}

#[test]
fn a_connection_holds_as_much_as_both_buffers_and_everything_comes() {
    for within_a_host in [true, false] {
        let mut world = World::new();
        let (at, to) = match within_a_host {
            true => (MAIN, "127.0.0.1:80"),
            false => (DB, "10.0.0.2:80"),
        };
        let listener = world.try_listen(at, "0.0.0.0:80", 1, small()).unwrap();
        let client = world.try_connect(MAIN, to, small()).unwrap();
        world.run();
        let server = world.accept(listener).unwrap().stream;
        let (bytes, mut sent, mut came) = (numbered(20_000), 0, Vec::<u8>::new());
        loop {
            while sent < bytes.len() {
                match world.write(client, &bytes[sent..]) {
                    Ok(count) => sent += count,
                    Err(error) => {
                        assert_eq!(error, WouldBlock);
                        world.run();
                        if world.net.stream(client).unwrap().room() == 0 {
                            break;
                        }
                    }
                }
            }
            let (most, least) = (came.len() + 5_000, bytes.len().min(came.len() + 3_000));
            assert!(
                (least..=most).contains(&sent),
                "{sent} of {least} to {most}"
            );
            world.run();
            match world.read(server, 700) {
                Ok(part) => came.extend(part),
                Err(error) => assert_eq!((error, came.len()), (WouldBlock, bytes.len())),
            }
            if came.len() == bytes.len() {
                break;
            }
        }
        assert!(came == bytes);
    }
}

#[test]
fn a_look_takes_nothing() {
    let mut world = World::new();
    let (client, server) = world.loopback();
    world.write(client, b"look").unwrap();
    let mut seen: Vec<u8> = Vec::new();
    world.net.peek(server, 3, |part| seen.extend(part));
    assert_eq!(seen, b"loo");
    assert_eq!(world.read(server, 9).unwrap(), b"look");
}

#[test]
fn a_write_that_found_no_room_is_woken_when_a_third_is_free() {
    let mut world = World::new();
    let listener = world.try_listen(MAIN, "127.0.0.1:80", 1, small()).unwrap();
    let client = world.try_connect(MAIN, "127.0.0.1:80", small()).unwrap();
    let server = world.accept(listener).unwrap().stream;
    while world.write(client, &[7; 1_000]).is_ok() {}
    let readiness = |world: &mut World| world.net.stream(client).unwrap().readiness.tick();
    let before = readiness(&mut world);
    // Little is told, and little becomes free.
    world.read(server, 500).unwrap();
    assert_eq!(readiness(&mut world), before);
    world.read(server, 2_000).unwrap();
    assert_eq!(readiness(&mut world), before + 1);
}
