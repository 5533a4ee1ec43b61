//! Hosts that die, and come back.

use std::io::ErrorKind::*;

use super::*;
use crate::model::hosts::Death;

const SECOND: u64 = 1_000_000_000;

#[test]
fn the_system_closes_what_a_process_had() {
    let mut world = World::new();
    let listener = world.listen(DB, "0.0.0.0:80");
    let clients = [(); 3].map(|()| world.connect(MAIN, "10.0.0.2:80"));
    world.run();
    let [read, unread] = [(); 2].map(|()| world.accept(listener).unwrap().stream);
    world.write(read, b"answer").unwrap();
    world.write(clients[1], b"unread").unwrap();
    world.run();
    world.net.host_died(world.now, DB, Death::Process);
    world.run();
    assert!(world.net.stream(read).is_none() || world.net.stream(read).unwrap().is_orphan());
    assert!(world.net.stream(unread).is_none() && world.net.listener(listener).is_none());
    assert_eq!(world.read(clients[0], 9).unwrap(), b"answer");
    assert_eq!(world.read(clients[0], 9).unwrap(), b"");
    assert_eq!(world.read(clients[1], 9), Err(ConnectionReset));
    assert_eq!(
        world.read(clients[2], 9),
        Err(ConnectionReset),
        "nobody had accepted it"
    );
    let late = world.connect(MAIN, "10.0.0.2:80");
    world.run();
    assert_eq!(
        world.net.stream(late).unwrap().take_error(),
        Some(ConnectionRefused)
    );
}

/// Also if the socket lives on outside of the process, where nothing drops it.
#[test]
fn an_address_that_was_only_bound_is_free_again() {
    for death in [Death::Process, Death::PowerLoss] {
        let mut world = World::new();
        let (options, address) = (Options::default(), "0.0.0.0:80".parse().unwrap());
        let (_, before) = world.net.bind(0, DB, address, &options).unwrap();
        assert_eq!(world.net.bind(0, DB, address, &options), Err(AddrInUse));
        world.net.host_died(0, DB, death);
        world.net.host_restarted(DB);
        world.net.bind(0, DB, address, &options).unwrap();
        world.net.unbind(before);
        assert_eq!(world.net.bind(0, DB, address, &options), Err(AddrInUse));
    }
}

#[test]
fn a_host_without_power_is_silent_and_who_sends_to_it_gives_up_at_last() {
    let mut world = World::new();
    let (client, server) = world.pair();
    world.net.host_died(world.now, DB, Death::PowerLoss);
    assert!(world.net.stream(server).is_none());
    let began = world.now;
    assert_eq!(world.run(), began, "an idle connection hears nothing");
    assert_eq!(world.write(client, b"x"), Ok(1));
    let end = world.run();
    assert_eq!((end - began) / SECOND, 924);
    assert_eq!(world.read(client, 9), Err(TimedOut));
    assert_eq!(world.net.next_deadline(), FAR);
}

#[test]
fn who_connects_to_a_host_without_power_gives_up_after_127_seconds() {
    let mut world = World::new();
    world.listen(DB, "0.0.0.0:80");
    world.net.host_died(0, DB, Death::PowerLoss);
    let client = world.connect(MAIN, "10.0.0.2:80");
    assert_eq!(world.run() / SECOND, 127);
    assert_eq!(
        world.net.stream(client).unwrap().take_error(),
        Some(TimedOut)
    );
}

#[test]
fn a_host_that_is_back_knows_nothing_of_its_connections() {
    let mut world = World::new();
    let (client, _) = world.pair();
    world.net.host_died(world.now, DB, Death::PowerLoss);
    world.write(client, b"x").unwrap();
    world.run_until(world.now + SECOND);
    world.net.host_restarted(DB);
    world.run();
    assert_eq!(world.read(client, 9), Err(ConnectionReset));
    assert_eq!(world.net.next_deadline(), FAR);
    // Its port is free: what it kept is gone, too.
    let listener = world.listen(DB, "0.0.0.0:80");
    world.connect(MAIN, "10.0.0.2:80");
    world.run();
    assert!(world.accept(listener).is_ok());
}

#[test]
fn a_syn_finds_a_host_that_is_back_meanwhile() {
    let mut world = World::new();
    world.net.host_died(0, DB, Death::PowerLoss);
    let client = world.connect(MAIN, "10.0.0.2:80");
    world.run_until(2 * SECOND);
    world.net.host_restarted(DB);
    world.listen(DB, "0.0.0.0:80");
    world.run();
    assert!(world.net.stream(client).unwrap().peer_addr().is_ok());
}

#[test]
fn what_was_sent_before_the_power_went_still_comes() {
    let mut world = World::new();
    let (client, server) = world.pair();
    world.write(server, b"last words").unwrap();
    world.net.host_died(world.now, DB, Death::PowerLoss);
    world.run();
    assert_eq!(world.read(client, 99).unwrap(), b"last words");
    assert_eq!(world.read(client, 99), Err(WouldBlock));
}
