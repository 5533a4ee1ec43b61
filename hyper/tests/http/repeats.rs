//! Same seed, same run: in processes of their own, where each `HashMap` has an order of its own.

use std::process::Command;

use hyper::Version;
use reweave::explore;
use reweave::host::Death;
use reweave::time::sleep;

use crate::common::{Client, MS, Orders, apples, shop_host};

/// Prints the digest of some seeds, for [`another_process_runs_the_same`].
#[test]
fn digest() {
    let found = explore(|| async {
        let orders = Orders::default();
        let shop = shop_host(&orders);
        sleep(MS).await;
        for version in [Version::HTTP_11, Version::HTTP_2] {
            let mut client = Client::connect(version).await.unwrap();
            for number in 0..5 {
                client.place(number, &apples(1)).await.unwrap();
            }
            client.get("/orders").await.unwrap();
            shop.crash_with(Death::Process);
            shop.restart();
            sleep(MS).await;
        }
    })
    .seeds(0..20)
    .collect()
    .run();
    assert!(!found.failed(), "{}", found.failure().unwrap());
    println!("digest {:?}", found.digest());
}

#[test]
fn another_process_runs_the_same() {
    let run = || {
        let program = std::env::current_exe().unwrap();
        let output = Command::new(program)
            .args(["--exact", "repeats::digest", "--nocapture"])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let digest = text.lines().find(|line| line.contains("digest Some("));
        digest.unwrap_or_else(|| panic!("{text}")).to_owned()
    };
    assert_eq!(run(), run());
}
