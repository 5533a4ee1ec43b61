//! A subscriber that lags behind takes it for the end.
//!
//! Subscribers listen to a broadcast as long as `recv` says `Ok`. A broadcast keeps so many messages; who is
//! slower is told, by an error, how many it has missed, and could go on. This loop stops:
//!
//! ```text
//!   broadcast of 4   0 1 2 3 4 5 6 7
//!   subscriber       ✗ ✗ ✗ ✗ ▲ recv: Err(Lagged(4)), and the loop ends
//! ```
//!
//! Fixed, lagging is one thing, and the end another.
//!
//! Met in: "Broadcast channel get nothing if send more messages than capacity.", BratSinot, tokio issue
//! 4057, <https://github.com/tokio-rs/tokio/issues/4057>.

use reweave as tokio;
use tokio::FindingKind;
use tokio::sync::broadcast::{self, Receiver, error::RecvError};
use tokio::task::yield_now;

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "lagged_means_closed",
    gallery: Gallery::Field,
    summary: "a subscriber that lagged leaves its loop as if all were over",
    bug: Some(FindingKind::Panic),
    original: || program(listened_to(subscriber_broken)),
    fixed: Some(|| program(listened_to(subscriber_fixed))),
    configure: |sim| sim,
};

const MESSAGES: u32 = 8;

async fn subscriber_broken(mut news: Receiver<u32>) -> Option<u32> {
    let mut last = None;
    while let Ok(message) = news.recv().await {
        last = Some(message);
    }
    last
}

async fn subscriber_fixed(mut news: Receiver<u32>) -> Option<u32> {
    let mut last = None;
    loop {
        match news.recv().await {
            Ok(message) => last = Some(message),
            Err(RecvError::Lagged(missed)) => tokio::println!("{missed} missed"),
            Err(RecvError::Closed) => return last,
        }
    }
}

async fn listened_to<S>(subscriber: fn(Receiver<u32>) -> S)
where
    S: Future<Output = Option<u32>> + Send + 'static,
{
    let (sender, news) = broadcast::channel(4);
    let subscriber = tokio::spawn(subscriber(news));
    for message in 0..MESSAGES {
        // A subscriber that has left is none of the sender's business.
        drop(sender.send(message));
        yield_now().await;
    }
    drop(sender);
    let last = subscriber.await.expect("listening does not panic");
    assert_eq!(last, Some(MESSAGES - 1), "the last message is not heard");
}
