//! Datagrams between hosts, and within one.

use std::io::ErrorKind::*;

use super::*;
use crate::model::hosts::Death;
use crate::model::net::keys::UdpNo;
use crate::model::net::udp::CannotSend;

impl World {
    fn bind_udp(&mut self, host: HostNo, address: &str) -> UdpNo {
        let address = address.parse().unwrap();
        let bound = self.net.bind_udp(self.now, host, address).unwrap();
        self.net.add_udp(host, bound, ResourceNo(9))
    }

    fn send(&mut self, from: UdpNo, to: &str, bytes: &[u8]) -> Result<(), CannotSend> {
        let to = Some(to.parse().unwrap());
        self.net.send_udp(self.now, from, to, bytes).map(drop)
    }

    fn receive(&mut self, socket: UdpNo) -> Result<Vec<u8>, ErrorKind> {
        let socket = self.net.udp(socket).unwrap();
        socket.receivable()?;
        Ok(socket.receive().unwrap().bytes)
    }
}

#[test]
fn a_datagram_comes_a_millisecond_later_and_within_a_host_at_once() {
    let mut world = World::new();
    let (db, main) = (
        world.bind_udp(DB, "0.0.0.0:53"),
        world.bind_udp(MAIN, "0.0.0.0:53"),
    );
    world.send(main, "10.0.0.2:53", b"far").unwrap();
    assert_eq!(world.receive(db), Err(WouldBlock));
    assert_eq!(world.run(), 1_000_000);
    assert_eq!(world.receive(db).unwrap(), b"far");
    world.send(main, "127.0.0.1:53", b"near").unwrap();
    assert_eq!(world.receive(main).unwrap(), b"near");
}

#[test]
fn only_who_is_connected_there_hears_that_nobody_is_there() {
    let mut world = World::new();
    let [one, other] = [(); 2].map(|()| world.bind_udp(MAIN, "0.0.0.0:0"));
    let there = "10.0.0.2:53";
    world.net.connect_udp(one, there.parse().unwrap()).unwrap();
    for socket in [one, other] {
        world.send(socket, there, b"x").unwrap();
    }
    assert_eq!(world.run(), 2_000_000);
    assert_eq!(world.receive(one), Err(ConnectionRefused));
    assert_eq!(world.receive(other), Err(WouldBlock));
    let refused = world.send(one, there, b"x");
    assert_eq!(refused, Err(CannotSend::Kind(ConnectionRefused)));
    world.send(one, there, b"x").unwrap();
}

#[test]
fn a_socket_dies_with_its_host_and_its_port_is_free() {
    for death in [Death::Process, Death::PowerLoss] {
        let mut world = World::new();
        let (db, main) = (
            world.bind_udp(DB, "0.0.0.0:53"),
            world.bind_udp(MAIN, "0.0.0.0:0"),
        );
        world
            .net
            .connect_udp(main, "10.0.0.2:53".parse().unwrap())
            .unwrap();
        world.net.host_died(0, DB, death);
        assert!(world.net.udp(db).is_none());
        world.send(main, "10.0.0.2:53", b"x").unwrap();
        world.run();
        assert_eq!(
            world.receive(main),
            Err(match death {
                Death::Process => ConnectionRefused,
                Death::PowerLoss => WouldBlock,
            })
        );
        world.net.udp(main).unwrap().take_error();
        world.net.host_restarted(DB);
        let db = world.bind_udp(DB, "0.0.0.0:53");
        world.send(main, "10.0.0.2:53", b"x").unwrap();
        world.run();
        assert_eq!(world.receive(db).unwrap(), b"x");
    }
}

#[test]
fn who_sent_may_be_gone_when_nobody_is_found() {
    let mut world = World::new();
    let main = world.bind_udp(MAIN, "0.0.0.0:0");
    world.send(main, "10.0.0.2:53", b"x").unwrap();
    world.net.close_udp(main);
    world.run();
    assert_eq!(world.net.next_deadline(), FAR);
}

#[test]
fn no_row_is_left_of_what_is_closed() {
    let mut world = World::new();
    for _ in 0..9 {
        let socket = world.bind_udp(MAIN, "127.0.0.1:53");
        world.net.close_udp(socket);
    }
    let address = "127.0.0.1:53".parse().unwrap();
    assert!(world.net.bind_udp(0, MAIN, address).is_ok());
    assert_eq!(world.net.bind_udp(0, MAIN, address), Err(AddrInUse));
}
