//! The client of hyper-util with our connector, executor and timers.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::StatusCode;
use hyper_util::client::legacy::Client;
use reweave::spawn;
use reweave::time::sleep;
use reweave_hyper::{ReweaveConnector, ReweaveExecutor, ReweaveTimer};

use crate::common::{MS, Orders, SECOND, SEEDS, apples, holds, request, shop_host};

fn client() -> Client<ReweaveConnector, Full<Bytes>> {
    Client::builder(ReweaveExecutor::new())
        .timer(ReweaveTimer::new())
        .pool_timer(ReweaveTimer::new())
        .pool_idle_timeout(60 * SECOND)
        .build(ReweaveConnector::new())
}

/// Twenty requests at once, then one when all connections in the pool are too old, then one after a restart of the server.
#[test]
fn a_client_with_a_pool_asks_a_host_by_its_name() {
    holds(SEEDS, || async {
        let orders = Orders::default();
        let shop = shop_host(&orders);
        sleep(MS).await;
        let client = client();
        let asked: Vec<_> = (0..20)
            .map(|number| {
                let client = client.clone();
                let order = serde_json::to_vec(&apples(1)).unwrap().into();
                let request = request("POST", &format!("/orders/{number}"), order);
                spawn(async move { client.request(request).await.unwrap().status() })
            })
            .collect();
        for asked in asked {
            assert_eq!(asked.await.unwrap(), StatusCode::CREATED);
        }
        sleep(120 * SECOND).await;
        let orders = async || {
            let answer = client
                .request(request("GET", "/orders", Bytes::new()))
                .await;
            let body = answer.unwrap().into_body().collect().await.unwrap();
            let all: serde_json::Value = serde_json::from_slice(&body.to_bytes()).unwrap();
            all.as_object().unwrap().len()
        };
        assert_eq!(orders().await, 20);
        shop.crash();
        sleep(SECOND).await;
        shop.restart();
        sleep(SECOND).await;
        assert_eq!(orders().await, 20);
    });
}

/// What cannot be reached is an error, and says why.
#[test]
fn a_host_that_is_not_there_is_told() {
    holds(SEEDS, || async {
        let client = client();
        let error = client.get("http://nobody/".parse().unwrap()).await;
        let error = error.unwrap_err();
        assert!(error.is_connect());
        let error = client.get("https://shop/".parse().unwrap()).await;
        let text = format!("{:?}", error.unwrap_err());
        assert!(text.contains("no TLS here"), "{text}");
    });
}
