//! The shop under whatever faults there are: every order is there in the end, none is there twice, and each seed is the same run again.

use std::sync::Arc;

use hyper::{StatusCode, Version};
use reweave::faults::progress;
use reweave::time::{Duration, sleep, timeout};
use reweave::{choose, explore, host, net};
use reweave_hyper::BoxError;

use crate::STORMS;
use crate::shop::{Client, MS, Orders, SECOND, apples, shop_host};

/// How many orders each buyer has.
const ORDERS: u64 = 10;

/// Places an order on the connection that there is, or on a new one, and gives the connection back if it is still good.
async fn attempt(
    version: Version,
    connected: Option<Client>,
    number: u64,
) -> Result<Client, BoxError> {
    let mut client = match connected {
        Some(client) => client,
        None => Client::connect(version).await?,
    };
    let status = client.place(number, &apples(number as u32)).await?;
    assert!(status == StatusCode::CREATED || status == StatusCode::OK);
    Ok(client)
}

/// Places orders, each under its number, again and again until it is told that they are there, and tells of each.
pub async fn place_all(version: Version, first: u64, pace: Duration, told: impl Fn()) {
    let mut client = None;
    for number in first..first + ORDERS {
        loop {
            let attempt = attempt(version, client.take(), number);
            match timeout(2 * SECOND, attempt).await {
                Ok(Ok(connected)) => {
                    client = Some(connected);
                    break;
                }
                Ok(Err(_)) | Err(_) => sleep(100 * MS).await,
            }
        }
        told();
        sleep(pace).await;
    }
}

/// Loss, packets out of order, and partitions that heal, as the seed draws them; then a good network.
async fn weather() {
    net::all_links()
        .loss(choose([0.0, 0.05, 0.2]))
        .reordering(choose([0.0, 0.2]))
        .segmentation(choose([0.0, 0.5]));
    for _ in 0..3 {
        sleep(choose([1, 3, 7]) * SECOND).await;
        match choose(["nobody", "ada", "bob", "everybody"]) {
            "nobody" => {}
            "everybody" => drop(net::partition_halves()),
            buyer => net::partition_one_way("shop", buyer),
        }
        sleep(choose([1, 4, 15]) * SECOND).await;
        net::heal();
    }
    net::all_links().loss(0.0).reordering(0.0);
}

/// Three buyers, each on a host of its own.
async fn three_buyers(version: Version) {
    let orders = Orders::default();
    let _shop = shop_host(&orders);
    let placed = Arc::new(progress("orders", 60 * SECOND));
    let buyers: Vec<_> = ["ada", "bob", "cy"]
        .into_iter()
        .enumerate()
        .map(|(n, name)| {
            let first = n as u64 * ORDERS;
            let placed = placed.clone();
            host(name).spawn(place_all(version, first, SECOND, move || placed.made()))
        })
        .collect();
    weather().await;
    for buyer in buyers {
        buyer.await.unwrap();
    }
    let orders = orders.lock().unwrap();
    assert!(orders.iter().all(|(&n, order)| *order == apples(n as u32)));
    assert!(orders.keys().copied().eq(0..3 * ORDERS));
}

/// What the plan of faults does to hosts, and [`weather`] to links: the digest of all seeds, on so many threads.
fn digest(version: Version, jobs: usize) -> u64 {
    let found = explore(move || three_buyers(version))
        .faults("all")
        .seeds(0..STORMS)
        .jobs(jobs)
        .collect()
        .run();
    if let Some(run) = found.failure() {
        panic!("{run}");
    }
    found.digest().expect("it collects, so it runs every seed")
}

#[test]
fn every_order_survives_all_faults_over_http1() {
    assert_eq!(digest(Version::HTTP_11, 1), digest(Version::HTTP_11, 2));
}

#[test]
fn every_order_survives_all_faults_over_http2() {
    assert_eq!(digest(Version::HTTP_2, 1), digest(Version::HTTP_2, 2));
}
