//! Many hosts: what they cost follows from what happens.

use reweave::host::Group;
use reweave::sync::mpsc;
use reweave::time::{Duration, sleep};
use reweave::{Sim, host};

/// How many events a run of so many idle hosts has, which are started and then crashed.
fn events(hosts: usize) -> usize {
    let run = Sim::new().run(async move {
        let zone: Group = (0..hosts)
            .map(|n| {
                host(format!("h{n}")).start(|| async {
                    let (_sender, mut receiver) = mpsc::channel::<u32>(1);
                    receiver.recv().await;
                })
            })
            .collect();
        sleep(Duration::from_secs(600)).await;
        zone.crash();
    });
    assert_eq!(run.findings(), []);
    run.trace().entries().len()
}

#[test]
fn a_thousand_run_and_events_grow_with_their_number() {
    let (few, many) = (events(100), events(1000));
    let per_host = (many - few).div_ceil(900);
    assert!(per_host <= 12, "{per_host} events for each host");
    assert_eq!((many - few) % 900, 0, "each costs the same");
}

#[test]
fn a_group_fails_together() {
    Sim::new()
        .run(async {
            let hosts = ["a", "b", "c"].map(host);
            let zone: Group = hosts[..2].iter().cloned().collect();
            hosts[0].crash();
            zone.power_off();
            assert_eq!(
                hosts.each_ref().map(|host| host.is_running()),
                [false, false, true]
            );
            zone.restart();
            zone.pause();
            assert_eq!(
                hosts.each_ref().map(|host| host.is_paused()),
                [true, true, false]
            );
            zone.resume();
            assert!(!hosts.iter().any(|host| host.is_paused()));
        })
        .unwrap();
}

#[test]
fn one_of_a_group_may_crash_all_of_it() {
    let run = Sim::new().run(async {
        let hosts = ["a", "b"].map(host);
        let zone: Group = hosts.iter().cloned().collect();
        let crashes = hosts[0].spawn(async move { zone.crash() });
        assert!(crashes.await.unwrap_err().is_host_crash());
        assert!(!hosts.iter().any(|host| host.is_running()));
    });
    assert_eq!(run.findings(), []);
}
