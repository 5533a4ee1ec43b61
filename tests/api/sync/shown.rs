//! What `{:?}` shows of errors, and of a barrier's answer: what tokio's show, for snapshots of users have them.

use std::time::Duration;

use futures::FutureExt;
use reweave::sync::{Barrier, broadcast, mpsc, oneshot, watch};

#[track_caller]
fn shows(value: impl std::fmt::Debug, text: &str) {
    assert_eq!(format!("{value:?}"), text);
}

#[reweave::test]
async fn errors_of_a_send_show_no_value_but_that_of_a_broadcast() {
    /// It need not be `Debug`.
    #[derive(Clone)]
    struct Mute;
    let (sender, receiver) = mpsc::channel(1);
    sender.try_send(Mute).unwrap();
    shows(sender.try_send(Mute), r#"Err("Full(..)")"#);
    shows(sender.try_reserve().err(), r#"Some("Full(..)")"#);
    let timed_out = sender.send_timeout(Mute, Duration::ZERO).await;
    shows(timed_out, r#"Err("Timeout(..)")"#);
    drop(receiver);
    shows(sender.try_send(Mute), r#"Err("Closed(..)")"#);
    shows(
        sender.send_timeout(Mute, Duration::ZERO).await,
        r#"Err("Closed(..)")"#,
    );
    shows(sender.send(Mute).await, "Err(SendError { .. })");
    shows(sender.reserve().await.err(), "Some(SendError { .. })");
    shows(sender.try_reserve_owned().err(), r#"Some("Closed(..)")"#);
    let (sender, receiver) = mpsc::unbounded_channel();
    drop(receiver);
    shows(sender.send(Mute), "Err(SendError { .. })");
    let (watch, _) = watch::channel(Mute);
    shows(watch.send(Mute), "Err(SendError { .. })");
    let (broadcast, _) = broadcast::channel(1);
    shows(broadcast.send(7), "Err(SendError(7))");
    let (oneshot, _) = oneshot::channel();
    shows(oneshot.send(7), "Err(7)");
}

#[reweave::test]
async fn a_barriers_answer_says_who_leads() {
    let met = Barrier::new(1).wait().now_or_never();
    shows(met, "Some(BarrierWaitResult(true))");
}
