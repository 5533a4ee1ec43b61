//! Servers that crash and come back.

use bytes::Bytes;
use hyper::Version;
use reweave::host::Death;
use reweave::time::{Duration, sleep};
use reweave::{choose, host};

use crate::common::{Client, MS, Orders, SECOND, SEEDS, holds, shop_host};
use crate::storm::place_all;

/// The server dies a few times while orders come in; each is there in the end.
async fn orders_survive_crashes(version: Version, death: Death) {
    let orders = Orders::default();
    let shop = shop_host(&orders);
    let buyer = host("buyer").spawn(place_all(version, 0, MS, || {}));
    for _ in 0..3 {
        sleep(Duration::from_millis(choose([1, 7, 20, 55]))).await;
        shop.crash_with(death);
        sleep(Duration::from_millis(choose([1, 500, 3000]))).await;
        shop.restart();
    }
    buyer.await.unwrap();
    assert_eq!(orders.lock().unwrap().len(), 10);
}

#[test]
fn orders_survive_crashes_over_http1() {
    holds(SEEDS / 3, || {
        orders_survive_crashes(Version::HTTP_11, Death::Process)
    });
    holds(SEEDS / 3, || {
        orders_survive_crashes(Version::HTTP_11, Death::PowerLoss)
    });
}

#[test]
fn orders_survive_crashes_over_http2() {
    holds(SEEDS / 3, || {
        orders_survive_crashes(Version::HTTP_2, Death::Process)
    });
    holds(SEEDS / 3, || {
        orders_survive_crashes(Version::HTTP_2, Death::PowerLoss)
    });
}

/// Who has asked a server that dies is told at once; and who asks a server that stands still waits until it goes on.
#[test]
fn who_waits_is_told_of_a_crash_and_not_of_a_pause() {
    holds(SEEDS, || async {
        let orders = Orders::default();
        let shop = shop_host(&orders);
        sleep(MS).await;
        let mut client = Client::connect(Version::HTTP_11).await.unwrap();
        shop.pause();
        let waiting = reweave::spawn(async move { (client.get("/orders").await, client) });
        sleep(10 * SECOND).await;
        assert!(!waiting.is_finished());
        shop.resume();
        let (answer, mut client) = waiting.await.unwrap();
        assert_eq!(answer.unwrap().1, Bytes::from_static(b"{}"));
        let waiting = reweave::spawn(async move { client.get("/slow").await });
        sleep(10 * MS).await;
        shop.crash();
        sleep(10 * MS).await;
        assert!(waiting.is_finished());
        waiting.await.unwrap().expect_err("it died");
    });
}
