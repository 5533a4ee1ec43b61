//! How connections end.

use std::io::ErrorKind::*;

use super::*;
use crate::model::net::ports::TIME_WAIT;

#[test]
fn what_was_written_before_the_end_is_read_before_it() {
    let mut world = World::new();
    let (client, server) = world.pair();
    world.write(client, b"last").unwrap();
    world.close(client);
    world.run();
    assert_eq!(world.read(server, 2).unwrap(), b"la");
    assert_eq!(world.read(server, 9).unwrap(), b"st");
    assert_eq!(world.read(server, 9).unwrap(), b"");
    assert_eq!(world.read(server, 9).unwrap(), b"");
}

#[test]
fn to_shut_down_leaves_reading_open() {
    let mut world = World::new();
    let (client, server) = world.loopback();
    world.write(client, b"ask").unwrap();
    assert_eq!(world.net.shut_down(0, client), Ok(()));
    assert_eq!(world.write(client, b"x"), Err(BrokenPipe));
    assert_eq!(world.read(server, 9).unwrap(), b"ask");
    assert_eq!(world.read(server, 9).unwrap(), b"");
    world.write(server, b"answer").unwrap();
    assert_eq!(world.read(client, 9).unwrap(), b"answer");
    assert_eq!(
        world.net.shut_down(0, client),
        Ok(()),
        "twice is as good as once"
    );
    assert_eq!(world.net.shut_down(0, server), Ok(()));
    assert_eq!(
        world.net.shut_down(0, server),
        Err(NotConnected),
        "both directions are closed"
    );
    assert_eq!(
        world.net.stream(client).unwrap().peer_addr(),
        Err(NotConnected)
    );
}

#[test]
fn the_first_write_to_a_peer_that_closed_is_taken_and_a_later_one_fails() {
    let mut world = World::new();
    let (client, server) = world.loopback();
    world.close(client);
    assert_eq!(world.write(server, b"x"), Ok(1));
    assert_eq!(world.write(server, b"x"), Err(BrokenPipe));
    assert_eq!(world.read(server, 1).unwrap(), b"");
}

#[test]
fn to_close_with_bytes_unread_is_to_reset() {
    let mut world = World::new();
    let (client, server) = world.loopback();
    world.write(client, b"unread").unwrap();
    world.write(server, b"read").unwrap();
    world.close(server);
    assert_eq!(world.read(client, 9).unwrap(), b"read");
    assert_eq!(world.read(client, 9), Err(ConnectionReset));
    assert_eq!(world.read(client, 9).unwrap(), b"");
    assert_eq!(world.write(client, b"x"), Err(BrokenPipe));
    assert_eq!(world.net.shut_down(0, client), Err(NotConnected));
}

#[test]
fn the_error_of_a_reset_is_told_once_to_whoever_asks_first() {
    for write in [true, false] {
        let mut world = World::new();
        let (client, server) = world.loopback();
        world.write(client, b"unread").unwrap();
        world.close(server);
        match write {
            true => assert_eq!(world.write(client, b"x"), Err(ConnectionReset)),
            false => assert_eq!(
                world.net.stream(client).unwrap().take_error(),
                Some(ConnectionReset)
            ),
        }
        assert_eq!(world.read(client, 9).unwrap(), b"");
        assert_eq!(world.write(client, b"x"), Err(BrokenPipe));
    }
}

#[test]
fn the_side_that_closes_first_keeps_its_port() {
    for client_first in [true, false] {
        let mut world = World::new();
        let listener = world.listen(DB, "0.0.0.0:80");
        let client = world.connect(MAIN, "10.0.0.2:80");
        world.run();
        let server = world.accept(listener).unwrap().stream;
        world.net.close_listener(world.now, listener);
        let (first, second) = match client_first {
            true => (client, server),
            false => (server, client),
        };
        world.close(first);
        world.run();
        world.close(second);
        world.run();
        assert_eq!(world.net.streams.len(), 0);
        let again = world.try_listen(DB, "0.0.0.0:80", 1, Options::default());
        assert_eq!(again.is_ok(), client_first);
        world.now += TIME_WAIT;
        assert!(
            client_first
                || world
                    .try_listen(DB, "0.0.0.0:80", 1, Options::default())
                    .is_ok()
        );
    }
}

/// `tcp_fin_timeout`: so it is on Linux 6.1, where the address is free after 60 s, and after 90 if the other side closes at 30.
#[test]
fn a_side_that_is_closed_keeps_its_port_for_a_minute_whatever_the_other_does() {
    const SECOND: u64 = 1_000_000_000;
    for other_closes_after in [None, Some(30), Some(59)] {
        let mut world = World::new();
        let (client, server, listener) = {
            let listener = world.listen(DB, "0.0.0.0:80");
            let client = world.connect(MAIN, "10.0.0.2:80");
            world.run();
            (client, world.accept(listener).unwrap().stream, listener)
        };
        world.net.close_listener(world.now, listener);
        world.close(server);
        world.run();
        let heard = world.now;
        let mut until = heard + TIME_WAIT;
        if let Some(after) = other_closes_after {
            world.now += after * SECOND;
            world.close(client);
            world.run();
            until = world.now + TIME_WAIT;
        }
        let mut is_free = |at| {
            world.now = at;
            world
                .try_listen(DB, "0.0.0.0:80", 1, Options::default())
                .is_ok()
        };
        assert!(!is_free(until - 1), "{other_closes_after:?}");
        assert!(is_free(until), "{other_closes_after:?}");
        if other_closes_after.is_none() {
            // What was waited for in vain finds nobody.
            world.close(client);
            world.run();
        }
        assert_eq!(world.net.streams.len(), 0, "{other_closes_after:?}");
    }
}

#[test]
fn a_reset_keeps_no_port() {
    let mut world = World::new();
    let listener = world.listen(MAIN, "127.0.0.1:80");
    let client = world.connect(MAIN, "127.0.0.1:80");
    let server = world.accept(listener).unwrap().stream;
    world.net.close_listener(0, listener);
    world.write(client, b"unread").unwrap();
    world.close(server);
    assert!(
        world
            .try_listen(MAIN, "127.0.0.1:80", 1, Options::default())
            .is_ok()
    );
}

#[test]
fn nothing_is_left_of_connections_that_are_over() {
    let mut world = World::new();
    let listener = world.listen(MAIN, "127.0.0.1:80");
    for _ in 0..100 {
        let client = world.connect(MAIN, "127.0.0.1:80");
        let server = world.accept(listener).unwrap().stream;
        world.write(client, b"hello").unwrap();
        world.read(server, 9).unwrap();
        world.close(server);
        world.close(client);
    }
    assert_eq!(world.net.streams.len(), 0);
    assert_eq!(world.net.next_deadline(), FAR);
}
