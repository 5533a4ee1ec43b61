//! `stream::wrappers`: what code written for tokio-stream expects.

use futures::FutureExt;
use futures::stream::{FusedStream, Stream, StreamExt};
use reweave::stream::wrappers::errors::BroadcastStreamRecvError::{self, Lagged};
use reweave::stream::wrappers::{
    BroadcastStream, IntervalStream, ReceiverStream, UnboundedReceiverStream, WatchStream,
};
use reweave::sync::{broadcast, mpsc, watch};
use reweave::time::{interval, sleep};
use reweave::{Sim, spawn};

use super::{SECOND, in_any_schedule};

#[reweave::test]
async fn mpsc_receivers_go_in_and_come_out() {
    let (sender, receiver) = mpsc::channel(2);
    let mut stream = ReceiverStream::from(receiver);
    sender.send(1).await.unwrap();
    assert_eq!(stream.size_hint(), (1, None));
    assert_eq!(stream.next().await, Some(1));
    sender.send(2).await.unwrap();
    stream.close();
    assert!(sender.send(3).await.is_err());
    assert_eq!(stream.as_ref().len(), 1);
    assert_eq!(stream.as_mut().recv().await, Some(2));
    assert!(stream.is_terminated());
    assert_eq!(stream.into_inner().recv().await, None);

    let (sender, receiver) = mpsc::unbounded_channel();
    sender.send(1).unwrap();
    let mut stream = UnboundedReceiverStream::new(receiver);
    stream.close();
    assert!(sender.send(2).is_err());
    assert_eq!(stream.by_ref().collect::<Vec<_>>().await, [1]);
    assert!(stream.is_terminated());
}

#[reweave::test]
async fn intervals_go_in_and_come_out() {
    let mut stream = IntervalStream::new(interval(SECOND));
    assert_eq!(stream.size_hint(), (usize::MAX, None));
    assert_eq!(stream.as_ref().period(), SECOND);
    let first = stream.next().await.unwrap();
    stream.as_mut().reset_after(5 * SECOND);
    assert_eq!(stream.next().await.unwrap() - first, 5 * SECOND);
    assert!(!stream.is_terminated());
    assert_eq!(stream.into_inner().tick().await - first, 6 * SECOND);
}

#[test]
fn a_watch_gives_the_value_that_is_there_or_only_changes() {
    let (sender, receiver) = watch::channel('a');
    let mut all = WatchStream::new(receiver.clone());
    let mut changes = WatchStream::from_changes(receiver);
    assert_eq!(all.next().now_or_never(), Some(Some('a')));
    assert_eq!(all.next().now_or_never(), None);
    assert_eq!(changes.next().now_or_never(), None);
    sender.send('b').unwrap();
    sender.send('c').unwrap();
    assert_eq!(
        all.next().now_or_never(),
        Some(Some('c')),
        "`b` was replaced unseen"
    );
    sender.send('d').unwrap();
    drop(sender);
    assert_eq!(
        changes.next().now_or_never(),
        Some(Some('d')),
        "the last value counts"
    );
    assert!(!changes.is_terminated());
    assert_eq!(changes.next().now_or_never(), Some(None));
    assert!(changes.is_terminated());
    assert_eq!(changes.next().now_or_never(), Some(None));
}

#[test]
fn a_watch_gives_the_last_value_even_if_nobody_can_send_any_more() {
    let (sender, receiver) = watch::channel(1);
    drop(sender);
    let all: Option<Vec<_>> = WatchStream::new(receiver).collect().now_or_never();
    assert_eq!(all, Some(vec![1]));
}

async fn readings() -> u32 {
    let (sender, receiver) = watch::channel(0);
    spawn(async move {
        for n in 1..=5 {
            sender.send(n).unwrap();
            sleep(SECOND).await;
        }
    });
    let readings: Vec<u32> = WatchStream::new(receiver).collect().await;
    assert!(readings.is_sorted(), "{readings:?}");
    *readings.last().unwrap()
}

#[test]
fn whatever_a_watch_misses_it_ends_with_the_last_value() {
    assert_eq!(in_any_schedule(readings), 5);
}

#[test]
fn a_broadcast_says_how_much_was_lost_and_goes_on() {
    let (sender, receiver) = broadcast::channel(2);
    let mut stream = BroadcastStream::new(receiver);
    let mut late = BroadcastStream::from(sender.subscribe());
    assert_eq!(stream.next().now_or_never(), None);
    sender.send(1).unwrap();
    assert_eq!(stream.next().now_or_never(), Some(Some(Ok(1))));
    sender.send(2).unwrap();
    sender.send(3).unwrap();
    sender.send(4).unwrap();
    assert_eq!(late.next().now_or_never(), Some(Some(Err(Lagged(2)))));
    assert_eq!(late.next().now_or_never(), Some(Some(Ok(3))));
    drop(sender);
    assert_eq!(late.next().now_or_never(), Some(Some(Ok(4))));
    assert!(!late.is_terminated());
    assert_eq!(late.next().now_or_never(), Some(None));
    assert!(late.is_terminated());
    let rest: Option<Vec<Result<i32, BroadcastStreamRecvError>>> = stream.collect().now_or_never();
    assert_eq!(rest, Some(vec![Err(Lagged(1)), Ok(3), Ok(4)]));
    assert_eq!(Lagged(3).to_string(), "channel lagged by 3");
}

/// The wait of a stream outlives the future of `next`, so it must not be lost with it, nor left behind.
#[test]
fn a_wait_that_is_given_up_loses_nothing() {
    let run = Sim::new().run(async {
        let (sender, receiver) = broadcast::channel(4);
        let mut stream = BroadcastStream::new(receiver);
        let impatient = reweave::time::timeout(SECOND, stream.next()).await;
        assert!(impatient.is_err());
        sender.send(7).unwrap();
        assert_eq!(stream.next().await, Some(Ok(7)));
        let impatient = reweave::time::timeout(SECOND, stream.next()).await;
        assert!(impatient.is_err());
        drop(stream);
        assert_eq!(
            sender.receiver_count(),
            0,
            "the receiver went with the stream"
        );
    });
    assert!(run.findings().is_empty(), "{run}");
}
