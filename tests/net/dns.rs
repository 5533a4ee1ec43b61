//! What is said of names: addresses, changes, failures and delays.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::time::Duration;

use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::name::LookupFailure;
use reweave::net::{TcpListener, TcpStream, UdpSocket, dns, lookup_host};
use reweave::time::{Instant, sleep, timeout};
use reweave::{Sim, host, spawn};

const SECOND: Duration = Duration::from_secs(1);

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

async fn found(name: &str) -> Vec<IpAddr> {
    let found = lookup_host((name, 80)).await.unwrap();
    found.map(|address| address.ip()).collect()
}

/// A host that sends its name to who connects.
fn named(name: &'static str) {
    host(name).start(move || async move {
        let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            client.write_all(name.as_bytes()).await.unwrap();
        }
    });
}

async fn ask(name: &str) -> String {
    let mut heard = String::new();
    let mut stream = TcpStream::connect((name, 80)).await.unwrap();
    stream.read_to_string(&mut heard).await.unwrap();
    heard
}

#[test]
fn a_name_may_have_several_addresses_which_are_tried_in_turn() {
    let run = Sim::new().run(async {
        named("one");
        sleep(SECOND).await;
        let one = found("one").await[0];
        let addresses = [ip("10.0.0.1"), one];
        dns("service").set_addresses(addresses).unwrap();
        assert_eq!(found("service").await, addresses);
        assert_eq!(found("SERVICE.").await, addresses);
        assert_eq!(ask("service").await, "one");
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

#[test]
fn a_name_may_change_and_a_connection_that_is_there_stays() {
    let run = Sim::new().run(async {
        named("one");
        named("other");
        sleep(SECOND).await;
        dns("service").set_addresses(found("one").await).unwrap();
        assert_eq!(ask("service").await, "one");
        dns("service").set_addresses(found("other").await).unwrap();
        assert_eq!(ask("service").await, "other");
        let other = found("other").await;
        dns("one").set_addresses(other.clone()).unwrap();
        assert_eq!(ask("one").await, "other");
        dns("one").forget().unwrap();
        assert_eq!(ask("one").await, "one");
        dns("service").forget().unwrap();
        assert!(lookup_host("service:80").await.is_err());
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

#[test]
fn it_is_said_to_all_hosts() {
    let run = Sim::new().run(async {
        dns("service").set_addresses([ip("10.0.0.1")]).unwrap();
        let shop = host("shop").spawn(async { found("service").await });
        assert_eq!(shop.await.unwrap(), [ip("10.0.0.1")]);
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

#[test]
fn a_failure_is_told_as_getaddrinfo_does() {
    let run = Sim::new().run(async {
        for (why, told) in [
            (LookupFailure::Unknown, "Name or service not known"),
            (
                LookupFailure::NoAddress,
                "No address associated with hostname",
            ),
            (
                LookupFailure::TryAgain,
                "Temporary failure in name resolution",
            ),
            (
                LookupFailure::Fails,
                "Non-recoverable failure in name resolution",
            ),
        ] {
            dns("main").set_failure(why).unwrap();
            let error = lookup_host("main:80").await.err().unwrap();
            let whole = format!("failed to lookup address information: {told}");
            assert_eq!(error.to_string(), whole);
            assert!(TcpStream::connect("main:80").await.is_err());
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            assert!(socket.send_to(b"x", "main:80").await.is_err());
        }
        dns("main").forget().unwrap();
        assert_eq!(found("main").await[0], ip("10.0.0.1"));
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

/// Also for what binds or connects by name, and not for what names nothing.
#[test]
fn an_answer_may_take_its_time() {
    let run = Sim::new().run(async {
        dns("main").set_delay(5 * SECOND).unwrap();
        let began = Instant::now();
        let listener = TcpListener::bind("main:80").await.unwrap();
        assert_eq!(began.elapsed(), 5 * SECOND);
        drop(TcpStream::connect("main:80").await.unwrap());
        assert_eq!(began.elapsed(), 10 * SECOND);
        assert!(timeout(SECOND, lookup_host("main:80")).await.is_err());
        assert_eq!(began.elapsed(), 11 * SECOND);
        drop(lookup_host("10.0.0.1:80").await.unwrap());
        assert_eq!(began.elapsed(), 11 * SECOND);
        drop(listener);
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

#[test]
fn what_counts_is_what_holds_when_the_answer_comes() {
    let run = Sim::new().run(async {
        dns("service").set_failure(LookupFailure::TryAgain).unwrap();
        dns("service").set_delay(2 * SECOND).unwrap();
        let asked = spawn(async { found("service").await });
        sleep(SECOND).await;
        dns("service").set_addresses([ip("10.0.0.1")]).unwrap();
        assert_eq!(asked.await.unwrap(), [ip("10.0.0.1")]);
    });
    assert!(run.findings().is_empty(), "{run:?}");
}

#[test]
fn what_cannot_be_said_is_an_error_that_names_it() {
    let run = Sim::new().run(async {
        for name in ["", "localhost", "LOCALHOST.", "10.0.0.1", "::1"] {
            for error in [
                dns(name).set_addresses([ip("10.0.0.1")]).unwrap_err(),
                dns(name).set_failure(LookupFailure::Unknown).unwrap_err(),
                dns(name).set_delay(SECOND).unwrap_err(),
            ] {
                assert_eq!(error.kind(), ErrorKind::InvalidInput);
                assert!(error.to_string().contains(&format!("{name:?}")), "{error}");
            }
        }
        let none = dns("main").set_addresses([]).unwrap_err();
        assert_eq!(none.kind(), ErrorKind::InvalidInput);
    });
    assert!(run.findings().is_empty(), "{run:?}");
    assert!(dns("main").set_delay(SECOND).is_err(), "there is no run");
}

/// One run says nothing to the next.
#[test]
fn what_is_said_ends_with_the_run() {
    Sim::new()
        .run(async { dns("service").set_addresses([ip("10.0.0.1")]).unwrap() })
        .unwrap();
    let next = Sim::new().run(async { lookup_host("service:80").await.is_err() });
    assert!(next.unwrap());
}
