//! A service that asks another service, for many callers at once.
//!
//! The exchange converts amounts, and for each request it asks the rates service, a millisecond away, what the rate is just now.
//! Thirty callers have a request open at the same time.
//!
//! ```text
//!   callers ══ 30 connections ══► exchange ── one question a request ──► rates
//! ```
//!
//! The bug is a client that blocks while the rate is on its way: the exchange can do one thing at a time, so thirty answers
//! take thirty round trips. Fixed, it awaits the rate, and thirty requests take little longer than one.

use std::io;

use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{TcpListener, TcpStream};
use reweave::task::{JoinSet, spawn};
use reweave::time::{Duration, Instant};
use reweave::{FindingKind, host, println, thread};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "exchange_rates",
    gallery: Gallery::Articles,
    summary: "a client that blocks makes thirty requests wait for each other",
    bug: Some(FindingKind::Blocking),
    original: || program(callers(rate_blocking)),
    fixed: Some(|| program(callers(rate))),
    configure: |sim| sim,
};

/// Requests that are open at the same time.
const CALLERS: u32 = 30;
/// What a dollar is worth, in cents of another currency.
const RATE: u32 = 92;
/// To connect, ask and be answered: two round trips of two milliseconds.
const ROUND_TRIPS: Duration = Duration::from_millis(4);

/// The rates service: whoever connects is told the rate.
async fn rates() {
    let listener = TcpListener::bind("0.0.0.0:80").await;
    let listener = listener.expect("nobody else has the port");
    while let Ok((mut client, _)) = listener.accept().await {
        drop(spawn(async move {
            client.read_u8().await?;
            client.write_u32(RATE).await
        }));
    }
}

/// The rate, from the service.
async fn rate() -> io::Result<u32> {
    let mut rates = TcpStream::connect("rates:80").await?;
    rates.write_u8(b'?').await?;
    rates.read_u32().await
}

/// The rate, by a client that returns when it has the answer.
async fn rate_blocking() -> io::Result<u32> {
    thread::sleep(ROUND_TRIPS);
    Ok(RATE)
}

/// The exchange: an amount comes, and goes back converted.
async fn exchange<F>(rate: fn() -> F)
where
    F: Future<Output = io::Result<u32>> + Send + 'static,
{
    let listener = TcpListener::bind("0.0.0.0:80").await;
    let listener = listener.expect("nobody else has the port");
    while let Ok((mut caller, _)) = listener.accept().await {
        drop(spawn(async move {
            let amount = caller.read_u32().await?;
            caller.write_u32(amount * rate().await? / 100).await
        }));
    }
}

async fn convert(amount: u32) -> io::Result<u32> {
    let mut exchange = TcpStream::connect("exchange:80").await?;
    exchange.write_u32(amount).await?;
    exchange.read_u32().await
}

async fn callers<F>(rate: fn() -> F) -> io::Result<()>
where
    F: Future<Output = io::Result<u32>> + Send + 'static,
{
    let _rates = host("rates").start(rates);
    let _exchange = host("exchange").start(move || exchange(rate));
    let began = Instant::now();
    let mut open = JoinSet::new();
    for amount in 1..=CALLERS {
        open.spawn(convert(100 * amount));
    }
    let mut sum = 0;
    while let Some(converted) = open.join_next().await {
        sum += converted.expect("no caller panics")?;
    }
    assert_eq!(sum, RATE * (1..=CALLERS).sum::<u32>());
    println!("{CALLERS} conversions in {:?}", began.elapsed());
    Ok(())
}
