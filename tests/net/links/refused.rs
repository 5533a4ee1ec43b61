//! What is wrong is told with its value.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use reweave::Sim;
use reweave::net::{self, Latency};

/// What a call panics with.
fn told(call: fn()) -> String {
    let run = Sim::new().run(async move {
        let _hosts = ["db", "shop"].map(reweave::host);
        let panic = catch_unwind(AssertUnwindSafe(call)).unwrap_err();
        match panic.downcast::<String>() {
            Ok(text) => *text,
            Err(panic) => (*panic.downcast::<&str>().unwrap()).to_owned(),
        }
    });
    run.unwrap()
}

#[test]
fn unknown_hosts_and_a_host_with_itself() {
    let unknown = told(|| net::partition("main", "dbb"));
    assert!(
        unknown.contains("\"dbb\"") && unknown.contains("main, db, shop"),
        "{unknown}"
    );
    let itself = told(|| net::hold("db", "DB"));
    assert!(itself.contains("a host has no link to itself"), "{itself}");
}

#[test]
fn probabilities_and_sizes() {
    for (call, value) in [
        (
            (|| drop(net::link("db", "shop").loss(1.5))) as fn(),
            "got 1.5",
        ),
        (|| drop(net::all_links().loss(f64::NAN)), "got NaN"),
        (|| drop(net::all_links().segmentation(-0.1)), "got -0.1"),
        (|| drop(net::all_links().bandwidth(0)), "bandwidth(0)"),
        (|| drop(net::all_links().mtu(20)), "mtu(20)"),
        (
            || {
                let _ = Latency::uniform(Duration::from_secs(2)..Duration::from_secs(1));
            },
            "2s..1s",
        ),
    ] {
        let told = told(call);
        assert!(told.contains(value), "{told}");
    }
}
