//! A JSON API of axum, on a host of its own.

use std::sync::Arc;

use bytes::Bytes;
use hyper::{StatusCode, Version};
use reweave::{join, spawn};
use serde_json::{Value, json};

use crate::common::{Client, MS, Orders, SEEDS, apples, holds, request, shop_host};
use reweave::time::sleep;

/// What a client of either version sees of the shop.
async fn orders_are_placed_and_read(version: Version) {
    let orders = Orders::default();
    let _shop = shop_host(&orders);
    sleep(MS).await;
    let mut client = Client::connect(version).await.unwrap();

    assert_eq!(
        client.place(7, &apples(3)).await.unwrap(),
        StatusCode::CREATED
    );
    assert_eq!(client.place(7, &apples(3)).await.unwrap(), StatusCode::OK);
    let (status, body) = client.get("/orders/7").await.unwrap();
    assert_eq!(status, StatusCode::OK);
    let order: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(order, json!({ "item": "apples", "count": 3 }));

    let not_there = client.get("/orders/8").await.unwrap();
    assert_eq!(not_there, (StatusCode::NOT_FOUND, Bytes::new()));
    let no_page = client.get("/nowhere").await.unwrap();
    assert_eq!(no_page.0, StatusCode::NOT_FOUND);
    let no_method = client.ask(request("DELETE", "/orders/7", Bytes::new()));
    assert_eq!(no_method.await.unwrap().0, StatusCode::METHOD_NOT_ALLOWED);
    let no_json = client.ask(request("POST", "/orders/7", Bytes::from_static(b"{")));
    assert_eq!(no_json.await.unwrap().0, StatusCode::BAD_REQUEST);
}

#[test]
fn orders_are_placed_and_read_over_http1() {
    holds(SEEDS, || orders_are_placed_and_read(Version::HTTP_11));
}

#[test]
fn orders_are_placed_and_read_over_http2() {
    holds(SEEDS, || orders_are_placed_and_read(Version::HTTP_2));
}

/// A hundred clients, each with a connection and an order.
async fn a_hundred_orders(version: Version) {
    let orders = Orders::default();
    let _shop = shop_host(&orders);
    sleep(MS).await;
    let clients: Vec<_> = (0..100)
        .map(|number| {
            spawn(async move {
                let mut client = Client::connect(version).await.unwrap();
                client.place(number, &apples(number as u32)).await.unwrap()
            })
        })
        .collect();
    for client in clients {
        assert_eq!(client.await.unwrap(), StatusCode::CREATED);
    }
    let placed = orders.lock().unwrap().clone();
    assert!(
        placed
            .into_iter()
            .eq((0..100).map(|n| (n, apples(n as u32))))
    );
}

#[test]
fn a_hundred_orders_at_the_same_time_over_http1() {
    holds(4, || a_hundred_orders(Version::HTTP_11));
}

#[test]
fn a_hundred_orders_at_the_same_time_over_http2() {
    holds(2, || a_hundred_orders(Version::HTTP_2));
}

/// The server's tasks are interleaved: two clients place one order, and either comes first.
#[test]
fn which_of_two_clients_comes_first_is_drawn() {
    let firsts = Arc::new(std::sync::Mutex::new([0; 2]));
    let seen = firsts.clone();
    let found = reweave::explore(move || {
        let seen = seen.clone();
        async move {
            let orders = Orders::default();
            let _shop = shop_host(&orders);
            sleep(MS).await;
            let place = async |count| {
                let mut client = Client::connect(Version::HTTP_11).await.unwrap();
                client.place(1, &apples(count)).await.unwrap()
            };
            let (one, two) = join!(place(1), place(2));
            assert_ne!(one, two, "one of them creates it");
            seen.lock().unwrap()[usize::from(two == StatusCode::CREATED)] += 1;
        }
    })
    .seeds(0..SEEDS)
    .run();
    assert!(!found.failed());
    let [one, two] = *firsts.lock().unwrap();
    assert!(one > 0 && two > 0, "{one} and {two}");
}
