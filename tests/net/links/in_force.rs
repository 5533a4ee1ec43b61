//! What is done to links and hosts and not undone stands in the report, whoever did it.

use reweave::net;
use reweave::time::{Duration, sleep};
use reweave::{Sim, host, spawn};

const SECOND: Duration = Duration::from_secs(1);

/// The line about faults in the report.
fn told<T>(run: &reweave::Run<T>) -> String {
    let text = run.to_string();
    let line = text.lines().find(|line| line.starts_with("faults: "));
    line.unwrap_or_default().to_owned()
}

async fn hosts() -> [reweave::host::Host; 3] {
    let hosts = ["a", "b", "c"].map(host);
    sleep(SECOND).await;
    hosts
}

#[test]
fn links_that_are_cut_or_held() {
    let run = Sim::new().run(async {
        hosts().await;
        net::partition("a", "b");
        net::partition_one_way("b", "c");
        sleep(SECOND).await;
        net::hold("main", "c");
        panic!("no answer");
    });
    insta::assert_snapshot!(told(&run), @"faults: links between a and b cut by main since 1s, link b > c cut by main since 1s, links between");
}

#[test]
fn hosts_that_are_down_or_paused_and_by_whom() {
    let run = Sim::new().run(async {
        let [a, b, c] = hosts().await;
        let killer = spawn(async move {
            a.crash();
            b.pause();
        });
        killer.await.unwrap();
        sleep(SECOND).await;
        c.crash_with(reweave::host::Death::PowerLoss);
        panic!("no answer");
    });
    insta::assert_snapshot!(told(&run), @r#"faults: host "a" crashed by main/task and down since 1s, host "b" paused by main/task since 1s,"#);
}

#[test]
fn what_is_undone_is_not_told() {
    let run = Sim::new().run(async {
        let [a, b, _c] = hosts().await;
        net::partition("a", "b");
        net::hold("main", "c");
        net::partition_one_way("b", "c");
        a.crash();
        b.pause();
        sleep(SECOND).await;
        net::heal();
        net::release("main", "c");
        a.restart();
        b.resume();
        panic!("no answer");
    });
    assert_eq!(told(&run), "");
    let run = Sim::new().run(async {
        hosts().await;
        net::partition("a", "b");
        net::heal_between("a", "b");
        net::partition("a", "b");
        sleep(SECOND).await;
        panic!("no answer");
    });
    insta::assert_snapshot!(told(&run), @"faults: links between a and b cut by main since 1s");
}

#[test]
fn many_links_are_counted() {
    let run = Sim::new().run(async {
        let names: Vec<String> = (0..12).map(|n| format!("n{n}")).collect();
        for name in &names {
            host(name);
        }
        for name in &names[1..] {
            net::partition(&names[0], name);
        }
        panic!("no answer");
    });
    insta::assert_snapshot!(told(&run), @"faults: links between n0 and n1 cut by main since 0s, links between n0 and n2 cut by main since");
}

#[test]
fn a_promise_of_progress_that_is_broken_tells_them_too() {
    let run = Sim::new().run(async {
        hosts().await;
        net::partition("a", "b");
        let _promise = reweave::faults::progress("orders", SECOND);
        sleep(10 * SECOND).await;
    });
    insta::assert_snapshot!(told(&run), @"faults: links between a and b cut by main since 1s");
}
