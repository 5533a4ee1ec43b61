//! Calls that fail at once: the trace and a livelock name them.

use std::io;

use reweave::finding::{Action, Detail};
use reweave::net::{TcpListener, TcpSocket, TcpStream, UdpSocket, lookup_host};
use reweave::{FindingKind, Run, Sim};

/// What is told of calls that failed, each with the text of the line where it stands.
fn failed<T>(run: &Run<T>) -> String {
    let source: Vec<&str> = include_str!("failed.rs").lines().collect();
    let trace = run.trace().with_places();
    let lines = trace.lines().filter_map(|line| {
        let what = line.get(line.find("cannot ")?..)?;
        let (what, place) = what.split_once("  at ").unwrap_or((what, ""));
        let number = place
            .split(':')
            .nth(1)
            .and_then(|n| n.parse::<usize>().ok());
        let place = number.map_or("nowhere", |number| source[number - 1].trim());
        Some(format!("{what}  at `{place}`"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn each_is_an_event_with_its_address_and_its_error() {
    let run = Sim::new().run(async {
        let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
        TcpListener::bind("127.0.0.1:80").await.unwrap_err();
        TcpListener::bind("10.9.9.9:80").await.unwrap_err();
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:80".parse().unwrap()).unwrap_err();
        TcpStream::connect("10.9.9.9:80").await.unwrap_err();
        TcpStream::connect("nobody:80").await.unwrap_err();
        TcpStream::connect("nowhere").await.unwrap_err();
        assert!(lookup_host("nobody:80").await.is_err());
        let udp = UdpSocket::bind("127.0.0.1:53").await.unwrap();
        UdpSocket::bind("127.0.0.1:53").await.unwrap_err();
        udp.connect("10.9.9.9:53").await.unwrap_err();
        udp.send_to(b"?", "10.9.9.9:53").await.unwrap_err();
        udp.try_send_to(b"?", "10.9.9.9:53".parse().unwrap())
            .unwrap_err();
        let _client = TcpStream::connect("127.0.0.1:80").await.unwrap();
        let _ = reweave::net::sockets("main").aborted_accepts(1.0);
        listener.accept().await.unwrap_err();
    });
    insta::assert_snapshot!(failed(&run), @r#"
    cannot bind tcp listener main:80: address in use  at `TcpListener::bind("127.0.0.1:80").await.unwrap_err();`
    cannot bind tcp listener 10.9.9.9:80: address not available  at `TcpListener::bind("10.9.9.9:80").await.unwrap_err();`
    cannot bind tcp main:80: address in use  at `socket.bind("127.0.0.1:80".parse().unwrap()).unwrap_err();`
    cannot connect tcp 10.9.9.9:80: no host of this run has the address 10.9.9.9  at `TcpStream::connect("10.9.9.9:80").await.unwrap_err();`
    cannot connect tcp nobody: failed to lookup address information: no host of this run is called `nobody`: `reweave::host` makes one  at `TcpStream::connect("nobody:80").await.unwrap_err();`
    cannot connect tcp: invalid socket address  at `TcpStream::connect("nowhere").await.unwrap_err();`
    cannot look up nobody: failed to lookup address information: no host of this run is called `nobody`: `reweave::host` makes one  at `assert!(lookup_host("nobody:80").await.is_err());`
    cannot bind udp main:53: address in use  at `UdpSocket::bind("127.0.0.1:53").await.unwrap_err();`
    cannot connect udp 10.9.9.9:53: network unreachable  at `udp.connect("10.9.9.9:53").await.unwrap_err();`
    cannot send udp main:53 → 10.9.9.9:53: network unreachable  at `udp.send_to(b"?", "10.9.9.9:53").await.unwrap_err();`
    cannot send udp main:53 → 10.9.9.9:53: network unreachable  at `udp.try_send_to(b"?", "10.9.9.9:53".parse().unwrap())`
    cannot accept from tcp listener main:80: connection aborted  at `listener.accept().await.unwrap_err();`
    "#);
}

#[cfg(unix)]
#[test]
fn of_unix_sockets_too() {
    use reweave::net::{UnixDatagram, UnixListener, UnixStream};

    let run = Sim::new().run(async {
        let _listener = UnixListener::bind("/run/db.sock").unwrap();
        UnixListener::bind("/run/db.sock").unwrap_err();
        UnixStream::connect("/run/other.sock").await.unwrap_err();
        let socket = UnixDatagram::bind("/run/log.sock").unwrap();
        UnixDatagram::bind("/run/log.sock").unwrap_err();
        socket.connect("/run/other.sock").unwrap_err();
        socket.send_to(b"?", "/run/other.sock").await.unwrap_err();
        socket.try_send_to(b"?", "/run/other.sock").unwrap_err();
    });
    insta::assert_snapshot!(failed(&run), @r#"
    cannot bind unix listener /run/db.sock: address in use  at `UnixListener::bind("/run/db.sock").unwrap_err();`
    cannot connect unix /run/other.sock: entity not found  at `UnixStream::connect("/run/other.sock").await.unwrap_err();`
    cannot bind unix datagram /run/log.sock: address in use  at `UnixDatagram::bind("/run/log.sock").unwrap_err();`
    cannot connect unix datagram /run/other.sock: entity not found  at `socket.connect("/run/other.sock").unwrap_err();`
    cannot send unix datagram /run/log.sock → /run/other.sock: entity not found  at `socket.send_to(b"?", "/run/other.sock").await.unwrap_err();`
    cannot send unix datagram /run/log.sock → /run/other.sock: entity not found  at `socket.try_send_to(b"?", "/run/other.sock").unwrap_err();`
    "#);
}

#[test]
fn what_succeeds_is_not_told_so() {
    let run = Sim::new().run(async {
        let listener = TcpListener::bind("127.0.0.1:80").await?;
        let client = TcpStream::connect("127.0.0.1:80").await?;
        let (server, _) = listener.accept().await?;
        drop((client, server));
        let udp = UdpSocket::bind("127.0.0.1:53").await?;
        udp.send_to(b"?", "127.0.0.1:54").await?;
        io::Result::Ok(())
    });
    assert_eq!(failed(&run), "");
    run.unwrap().unwrap();
}

#[test]
fn they_are_no_part_of_the_hash() {
    let program = || async {
        TcpStream::connect("10.9.9.9:80").await.unwrap_err();
    };
    let run = Sim::new().run(program());
    assert!(run.trace().to_string().contains("cannot connect"));
    // An explored run keeps no events, and it is the same run.
    let found = reweave::explore(program).seeds(0..8).run();
    assert!(!found.failed(), "{found}");
    assert!(found.warnings().is_empty(), "{found}");
}

#[test]
fn the_json_has_the_kind_of_the_error() {
    let run = Sim::new().run(async {
        TcpStream::connect("10.9.9.9:80").await.unwrap_err();
    });
    let json = run.to_json_lines();
    let line = json
        .lines()
        .find(|line| line.contains("\"failed\""))
        .unwrap();
    let line = line.split(",\"place\"").next().unwrap();
    insta::assert_snapshot!(line, @r#"{"number":2,"at":0,"task":"main","event":"failed","call":"connect","what":"tcp 10.9.9.9:80","error":"network_unreachable","why":"no host of this run has the address 10.9.9.9""#);
}

/// The lines of a livelock that say what is done again and again.
fn spins<T>(run: &Run<T>) -> String {
    let livelock = run
        .findings()
        .iter()
        .find(|f| f.kind() == FindingKind::Livelock);
    let details = livelock.expect("it is found").details();
    let lines = details
        .iter()
        .filter(|line| line.contains("again and again"));
    let lines = lines.map(|line| line.split(" again and").next().unwrap().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// A loop is told soon.
fn few() -> Sim {
    Sim::new().max_steps_at_once(1000)
}

#[test]
fn a_livelock_names_the_call_that_fails_again_and_again() {
    let connects = few().run(async { while TcpStream::connect("10.9.9.9:80").await.is_err() {} });
    insta::assert_snapshot!(spins(&connects), @"main connects tcp 10.9.9.9:80, which fails (no host of this run has the address 10.9.9.9),");
    let Some(Detail::Livelock(livelock)) = connects.findings().first().map(|f| f.detail()) else {
        panic!("{connects}");
    };
    let spin = &livelock.spins[0];
    assert_eq!(spin.action, Action::Connect);
    assert_eq!(
        spin.failed.as_deref(),
        Some("no host of this run has the address 10.9.9.9")
    );
    let binds = few().run(async {
        let _listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
        while TcpListener::bind("127.0.0.1:80").await.is_err() {}
    });
    insta::assert_snapshot!(spins(&binds), @"main binds tcp listener main:80, which fails (address in use),");
    let by_name = few().run(async { while TcpStream::connect("nobody:80").await.is_err() {} });
    insta::assert_snapshot!(spins(&by_name), @"main connects tcp nobody, which fails (failed to lookup address information: no host of this run is called `nobody`: `reweave::host` makes one),");
}
