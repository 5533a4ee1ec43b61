//! Senders as sinks.

use std::pin::Pin;
use std::task::Poll;

use futures::future::poll_fn;
use futures::stream::{self, StreamExt};
use futures::{FutureExt, Sink, SinkExt};
use reweave::sync::mpsc::{self, PollSender, error::TrySendError};
use reweave::time::{Instant, sleep};
use reweave::{Sim, spawn};

use super::{SECOND, in_any_schedule};

async fn piped() -> Vec<u32> {
    let (sender, receiver) = mpsc::channel(1);
    let (unbounded, last) = mpsc::unbounded_channel();
    let source = stream::iter(1..=5).map(Ok);
    let first = spawn(source.forward(PollSender::new(sender)));
    let second = spawn(receiver.map(|n| Ok(n * n)).forward(unbounded));
    let squares = last.collect().await;
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    squares
}

#[test]
fn a_pipeline_of_streams_and_sinks_keeps_order_and_ends() {
    assert_eq!(in_any_schedule(piped), [1, 4, 9, 16, 25]);
}

#[reweave::test]
async fn a_poll_sender_waits_for_room() {
    let (sender, mut receiver) = mpsc::channel(1);
    let start = Instant::now();
    let slow = spawn(async move {
        let mut received = Vec::new();
        loop {
            sleep(SECOND).await;
            match receiver.recv().await {
                Some(n) => received.push(n),
                None => return received,
            }
        }
    });
    let mut sink = PollSender::new(sender);
    sink.send_all(&mut stream::iter([1, 2, 3]).map(Ok))
        .await
        .unwrap();
    assert_eq!(
        start.elapsed(),
        2 * SECOND,
        "room for the second and third came with time"
    );
    SinkExt::close(&mut sink).await.unwrap();
    assert_eq!(slow.await.unwrap(), [1, 2, 3]);
}

#[test]
fn an_unbounded_sender_gives_back_what_nobody_can_receive() {
    let (mut sender, receiver) = mpsc::unbounded_channel();
    sender
        .send_all(&mut stream::iter([1, 2]).map(Ok))
        .now_or_never()
        .unwrap()
        .unwrap();
    SinkExt::close(&mut sender).now_or_never().unwrap().unwrap();
    assert_eq!(receiver.len(), 2);
    assert!(
        !receiver.is_closed(),
        "closing the sink leaves the channel open"
    );
    drop(receiver);
    let refused = SinkExt::send(&mut sender, 3).now_or_never().unwrap();
    assert_eq!(refused.unwrap_err().0, 3);
}

#[test]
fn reserved_room_is_kept_used_once_and_given_back() {
    let (sender, mut receiver) = mpsc::channel(1);
    let mut sink = PollSender::new(sender.clone());
    let reserve = |sink: &mut PollSender<u32>| poll_fn(|cx| sink.poll_reserve(cx)).now_or_never();
    assert!(matches!(reserve(&mut sink), Some(Ok(()))));
    assert!(
        matches!(reserve(&mut sink), Some(Ok(()))),
        "twice is as good as once"
    );
    assert_eq!(
        sender.try_send(0),
        Err(TrySendError::Full(0)),
        "the room is kept"
    );
    sink.send_item(1).unwrap();
    assert_eq!(receiver.try_recv(), Ok(1));

    assert!(!sink.abort_send(), "nothing is under way");
    assert!(reserve(&mut sink).is_some());
    assert!(sink.abort_send());
    sender.try_send(2).expect("the room was given back");
    assert!(reserve(&mut sink).is_none());
    assert!(sink.abort_send());
    assert_eq!(receiver.try_recv(), Ok(2));
    sender.try_send(3).expect("it left the line");
}

#[test]
fn reserving_again_does_not_cost_the_place_in_line() {
    let (sender, mut receiver) = mpsc::channel(1);
    let mut sink = PollSender::new(sender.clone());
    let reserve = |sink: &mut PollSender<u32>| poll_fn(|cx| sink.poll_reserve(cx)).now_or_never();
    assert!(reserve(&mut sink).is_some());
    let mut next = Box::pin(sender.send(2));
    assert!(next.as_mut().now_or_never().is_none());
    assert!(
        reserve(&mut sink).is_some(),
        "it has its room, whoever else waits"
    );
    sink.send_item(1).unwrap();
    assert!(reserve(&mut sink).is_none());
    assert_eq!(receiver.try_recv(), Ok(1));
    assert!(reserve(&mut sink).is_none(), "the other came before");
    next.now_or_never().unwrap().unwrap();
    assert_eq!(receiver.try_recv(), Ok(2));
    assert!(reserve(&mut sink).is_some(), "and now it is its turn");
}

#[test]
fn a_closed_poll_sender_sends_at_most_what_it_has_room_for() {
    let (sender, mut receiver) = mpsc::channel(1);
    let mut sink = PollSender::new(sender);
    let other = sink.clone();
    assert!(
        poll_fn(|cx| sink.poll_reserve(cx))
            .now_or_never()
            .unwrap()
            .is_ok()
    );
    sink.close();
    assert!(sink.is_closed() && sink.get_ref().is_none());
    assert!(!other.is_closed() && other.get_ref().is_some());
    sink.send_item(1).unwrap();
    let error = sink.send_item(2).unwrap_err();
    assert_eq!(error.to_string(), "channel closed");
    assert_eq!(error.into_inner(), Some(2));
    assert!(sink.clone().is_closed());
    drop(other);
    assert_eq!(receiver.try_recv(), Ok(1));
    assert!(receiver.is_closed(), "a closed sender holds nothing open");
}

#[test]
fn a_poll_sender_learns_that_the_receiver_is_gone() {
    let (sender, receiver) = mpsc::channel(1);
    let mut sink = PollSender::new(sender);
    drop(receiver);
    let error = poll_fn(|cx| sink.poll_reserve(cx))
        .now_or_never()
        .unwrap()
        .unwrap_err();
    assert_eq!(error.into_inner(), None);
    assert!(sink.is_closed());
    assert_eq!(sink.send_item(1).unwrap_err().into_inner(), Some(1));
}

#[test]
#[should_panic(expected = "call `poll_reserve` before")]
fn sending_without_room_is_refused_in_words() {
    let (sender, _receiver) = mpsc::channel(1);
    let _ = PollSender::new(sender).send_item(1);
}

/// A sink that is never full lets others run now and then, or a source that never ends would starve them.
#[test]
fn an_unbounded_sink_is_charged_to_the_budget() {
    let run = Sim::new().run(async {
        let (mut sender, _receiver) = mpsc::unbounded_channel();
        spawn(async { reweave::println!("me too") });
        for n in 0..1000 {
            poll_fn(|cx| Pin::new(&mut sender).poll_ready(cx))
                .await
                .unwrap();
            Pin::new(&mut sender).start_send(n).unwrap();
        }
        assert!(matches!(
            poll_fn(|cx| Poll::Ready(Pin::new(&mut sender).poll_flush(cx))).await,
            Poll::Ready(Ok(()))
        ));
        reweave::println!("done");
    });
    assert_eq!(run.stdout(), "me too\ndone\n");
}
