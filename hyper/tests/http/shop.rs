//! A shop with a JSON API, and clients of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response, Version};
use reweave::host;
use reweave::host::Host;
use reweave::net::TcpListener;
use reweave::time::{Duration, sleep};
use reweave_hyper::{BoxError, serve};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub const MS: Duration = Duration::from_millis(1);
pub const SECOND: Duration = Duration::from_secs(1);

#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Order {
    pub item: String,
    pub count: u32,
}

/// Orders by their number. What outlives a crash.
pub type Orders = Arc<Mutex<BTreeMap<u64, Order>>>;

/// Takes an order under a number that the client chose: sent twice, it is one order.
async fn place(
    State(orders): State<Orders>,
    Path(number): Path<u64>,
    Json(order): Json<Order>,
) -> (StatusCode, Json<Value>) {
    // As long as a database may take.
    sleep(5 * MS).await;
    let known = orders.lock().unwrap().insert(number, order).is_some();
    let status = if known {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    (status, Json(json!({ "number": number })))
}

async fn look(
    State(orders): State<Orders>,
    Path(number): Path<u64>,
) -> Result<Json<Order>, StatusCode> {
    let found = orders.lock().unwrap().get(&number).cloned();
    found.map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn all(State(orders): State<Orders>) -> Json<BTreeMap<u64, Order>> {
    Json(orders.lock().unwrap().clone())
}

async fn slow() -> &'static str {
    sleep(SECOND).await;
    "at last"
}

pub fn shop(orders: Orders) -> Router {
    Router::new()
        .route("/orders", get(all))
        .route("/orders/{number}", post(place).get(look))
        .route("/slow", get(slow))
        .with_state(orders)
}

/// A host `shop` that serves it on port 80, again after each restart.
pub fn shop_host(orders: &Orders) -> Host {
    let orders = orders.clone();
    host("shop").start(move || {
        let app = shop(orders.clone());
        async move {
            let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
            serve(listener, app).await;
        }
    })
}

/// A client's connection, of either version.
pub enum Client {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

impl Client {
    /// Connects to the shop.
    pub async fn connect(version: Version) -> Result<Client, BoxError> {
        let address = "shop:80";
        Ok(match version {
            Version::HTTP_2 => Client::Http2(reweave_hyper::http2(address).await?),
            _other => Client::Http1(reweave_hyper::http1(address).await?),
        })
    }

    pub async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, BoxError> {
        Ok(match self {
            Client::Http1(sender) => {
                sender.ready().await?;
                sender.send_request(request).await?
            }
            Client::Http2(sender) => sender.send_request(request).await?,
        })
    }

    /// Sends a request and reads the whole answer.
    pub async fn ask(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<(StatusCode, Bytes), BoxError> {
        let answer = self.send(request).await?;
        assert!(
            !answer.headers().contains_key("date"),
            "the time of the real clock"
        );
        let status = answer.status();
        let body = answer.into_body().collect().await?;
        Ok((status, body.to_bytes()))
    }

    pub async fn place(&mut self, number: u64, order: &Order) -> Result<StatusCode, BoxError> {
        let body = serde_json::to_vec(order)?.into();
        let request = request("POST", &format!("/orders/{number}"), body);
        Ok(self.ask(request).await?.0)
    }
}

pub fn request(method: &str, path: &str, body: Bytes) -> Request<Full<Bytes>> {
    let request = Request::builder()
        .method(method)
        .uri(format!("http://shop{path}"))
        .header("host", "shop")
        .header("content-type", "application/json");
    request.body(Full::new(body)).unwrap()
}

pub fn apples(count: u32) -> Order {
    Order {
        item: "apples".into(),
        count,
    }
}
