//! How connections are made.

use std::io::ErrorKind::*;

use super::LATENCY;
use super::*;

const SECOND: u64 = 1_000_000_000;

#[test]
fn a_connection_is_made_before_anybody_accepts_it() {
    let mut world = World::new();
    let listener = world.listen(MAIN, "127.0.0.1:80");
    let client = world.connect(MAIN, "127.0.0.1:80");
    let remote = world.net.stream(client).unwrap().peer_addr().unwrap();
    assert_eq!(remote, "127.0.0.1:80".parse().unwrap());
    assert_eq!(world.write(client, b"early"), Ok(5));
    let accepted = world.accept(listener).unwrap();
    assert_eq!(
        accepted.remote,
        world.net.stream(client).unwrap().local_addr()
    );
    assert_eq!(world.read(accepted.stream, 9).unwrap(), b"early");
    assert_eq!(world.accept(listener), Err(WouldBlock));
}

#[test]
fn between_hosts_it_takes_a_round_trip_and_the_answer_half_of_one_more() {
    let mut world = World::new();
    let listener = world.listen(DB, "0.0.0.0:80");
    let client = world.connect(MAIN, "10.0.0.2:80");
    world.run_until(2 * LATENCY - 1);
    assert_eq!(
        world.net.stream(client).unwrap().peer_addr(),
        Err(NotConnected)
    );
    world.run_until(2 * LATENCY);
    assert!(world.net.stream(client).unwrap().peer_addr().is_ok());
    assert_eq!(world.accept(listener), Err(WouldBlock));
    world.run_until(3 * LATENCY);
    let accepted = world.accept(listener).unwrap();
    assert_eq!(accepted.remote.ip().to_string(), "10.0.0.1");
}

#[test]
fn nobody_listens_nobody_is_there_and_an_address_that_is_not_ones_own() {
    let mut world = World::new();
    let client = world.connect(MAIN, "127.0.0.1:80");
    assert_eq!(
        world.net.stream(client).unwrap().take_error(),
        Some(ConnectionRefused)
    );
    let client = world.connect(MAIN, "10.0.0.2:80");
    assert_eq!(world.run(), 2 * LATENCY);
    assert_eq!(
        world.net.stream(client).unwrap().take_error(),
        Some(ConnectionRefused)
    );
    let nobody = world.try_connect(MAIN, "10.0.0.9:80", Options::default());
    assert_eq!(nobody.err(), Some(NetworkUnreachable));
    let others = world.try_listen(MAIN, "10.0.0.2:80", 1, Options::default());
    assert_eq!(others.err(), Some(AddrNotAvailable));
}

#[test]
fn who_listens_on_loopback_is_not_heard_from_another_host() {
    let mut world = World::new();
    world.listen(DB, "127.0.0.1:80");
    let client = world.connect(MAIN, "10.0.0.2:80");
    world.run();
    assert_eq!(
        world.net.stream(client).unwrap().take_error(),
        Some(ConnectionRefused)
    );
}

#[test]
fn a_backlog_of_n_holds_one_more_and_a_full_one_loses_the_syn() {
    let mut world = World::new();
    let listener = world
        .try_listen(MAIN, "127.0.0.1:80", 1, Options::default())
        .unwrap();
    let clients: Vec<StreamNo> = (0..3)
        .map(|_| world.connect(MAIN, "127.0.0.1:80"))
        .collect();
    let is_made =
        |world: &mut World, at: usize| world.net.stream(clients[at]).unwrap().peer_addr().is_ok();
    assert!(is_made(&mut world, 0) && is_made(&mut world, 1) && !is_made(&mut world, 2));
    // Sent again after 1 s and after 3 s: by then there is room.
    world.run_until(2 * SECOND);
    assert!(!is_made(&mut world, 2));
    world.accept(listener).unwrap();
    assert_eq!(world.run_until(4 * SECOND), 3 * SECOND);
    assert!(is_made(&mut world, 2));
}

#[test]
fn connect_gives_up_after_six_more_tries() {
    let mut world = World::new();
    world
        .try_listen(MAIN, "127.0.0.1:80", 0, Options::default())
        .unwrap();
    world.connect(MAIN, "127.0.0.1:80");
    let client = world.connect(MAIN, "127.0.0.1:80");
    assert_eq!(world.run(), 127 * SECOND);
    assert_eq!(
        world.net.stream(client).unwrap().take_error(),
        Some(TimedOut)
    );
}

#[test]
fn a_syn_that_is_to_be_sent_again_is_forgotten_with_its_socket() {
    let mut world = World::new();
    world
        .try_listen(MAIN, "127.0.0.1:80", 0, Options::default())
        .unwrap();
    world.connect(MAIN, "127.0.0.1:80");
    let client = world.connect(MAIN, "127.0.0.1:80");
    world.close(client);
    assert_eq!(world.net.next_deadline(), FAR);
}

#[test]
fn who_gives_up_while_it_connects_leaves_nothing_behind() {
    let mut world = World::new();
    let listener = world
        .try_listen(DB, "0.0.0.0:80", 0, Options::default())
        .unwrap();
    for until in [0, LATENCY] {
        let client = world.connect(MAIN, "10.0.0.2:80");
        world.run_until(world.now + until);
        world.close(client);
        world.run();
        assert_eq!(world.accept(listener), Err(WouldBlock));
        assert_eq!(world.net.streams.len(), 0);
    }
    world.connect(MAIN, "10.0.0.2:80");
    world.run();
    assert!(
        world.accept(listener).is_ok(),
        "the place in the backlog is free again"
    );
}

#[test]
fn a_listener_that_closes_resets_whom_nobody_accepted() {
    let mut world = World::new();
    let listener = world.listen(MAIN, "127.0.0.1:80");
    let client = world.connect(MAIN, "127.0.0.1:80");
    world.net.close_listener(0, listener);
    assert_eq!(world.read(client, 1), Err(ConnectionReset));
    assert_eq!(world.read(client, 1), Ok(vec![]));
    assert_eq!(world.write(client, b"x"), Err(BrokenPipe));
    let late = world.connect(MAIN, "127.0.0.1:80");
    assert_eq!(
        world.net.stream(late).unwrap().take_error(),
        Some(ConnectionRefused)
    );
}

#[test]
fn who_was_reset_before_it_was_accepted_is_accepted() {
    let mut world = World::new();
    let listener = world.listen(MAIN, "127.0.0.1:80");
    let options = Options {
        linger: Some(std::time::Duration::ZERO),
        ..Options::default()
    };
    let client = world.try_connect(MAIN, "127.0.0.1:80", options).unwrap();
    world.write(client, b"last").unwrap();
    world.close(client);
    let server = world.accept(listener).unwrap().stream;
    assert_eq!(world.read(server, 9).unwrap(), b"last");
    assert_eq!(world.read(server, 9), Err(ConnectionReset));
    assert_eq!(world.read(server, 9), Ok(vec![]));
    assert_eq!(world.write(server, b"x"), Err(BrokenPipe));
}

#[test]
fn a_listener_on_all_of_ipv6_hears_ipv4() {
    let mut world = World::new();
    let listener = world.listen(MAIN, "[::]:80");
    world.connect(MAIN, "127.0.0.1:80");
    world.connect(MAIN, "[::1]:80");
    let ips = [(); 2].map(|()| world.accept(listener).unwrap().remote.ip().to_string());
    assert_eq!(ips, ["::ffff:127.0.0.1", "::1"]);
}

#[test]
fn the_most_exact_listener_hears_it() {
    let mut world = World::new();
    let all = world.listen(MAIN, "0.0.0.0:80");
    let own = world
        .try_listen(MAIN, "10.0.0.1:81", 1, Options::default())
        .unwrap();
    world.connect(MAIN, "10.0.0.1:80");
    world.connect(MAIN, "10.0.0.1:81");
    assert!(world.accept(all).is_ok() && world.accept(own).is_ok());
    assert!(world.accept(all).is_err() && world.accept(own).is_err());
}
