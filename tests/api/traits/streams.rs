//! Receivers and intervals as streams.

use futures::stream::{FusedStream, Stream, StreamExt, select};
use futures::{FutureExt, select_biased};
use reweave::sync::mpsc;
use reweave::time::{Duration, Instant, interval, sleep};
use reweave::{Sim, spawn};

use super::{SECOND, in_any_schedule};

async fn gathered() -> Vec<u32> {
    let (sender, receiver) = mpsc::channel(2);
    for number in 0..3 {
        let sender = sender.clone();
        spawn(async move {
            sender.send(number).await.unwrap();
            sender.send(number + 10).await.unwrap();
        });
    }
    drop(sender);
    let mut all: Vec<u32> = receiver.collect().await;
    all.sort();
    all
}

#[test]
fn a_receiver_gives_what_all_senders_sent_and_ends_with_them() {
    assert_eq!(in_any_schedule(gathered), [0, 1, 2, 10, 11, 12]);
}

#[reweave::test]
async fn receivers_merge_with_each_other_and_with_time() {
    let (bounded, one) = mpsc::channel(8);
    let (unbounded, other) = mpsc::unbounded_channel();
    let start = Instant::now();
    spawn(async move {
        bounded.send("first").await.unwrap();
        sleep(2 * SECOND).await;
        unbounded.send("second").unwrap();
    });
    let merged: Vec<_> = select(one, other)
        .map(|text| (text, start.elapsed()))
        .collect()
        .await;
    assert_eq!(merged, [("first", Duration::ZERO), ("second", 2 * SECOND)]);
    let ticks: Vec<_> = interval(SECOND)
        .take(3)
        .map(|due| due - start)
        .collect()
        .await;
    assert_eq!(ticks, [2 * SECOND, 3 * SECOND, 4 * SECOND]);
}

#[test]
fn hints_say_what_is_there_and_how_much_more_may_come() {
    let (sender, mut receiver) = mpsc::channel(4);
    assert_eq!(receiver.size_hint(), (0, None));
    sender.try_send('a').unwrap();
    assert_eq!(receiver.size_hint(), (1, None));
    let permit = sender.try_reserve().unwrap();
    receiver.close();
    assert_eq!(receiver.size_hint(), (1, Some(2)), "a permit still sends");
    permit.send('b');
    assert_eq!(receiver.size_hint(), (2, Some(2)));

    let (sender, receiver) = mpsc::unbounded_channel();
    sender.send('a').unwrap();
    assert_eq!(receiver.size_hint(), (1, None));
    drop(sender);
    assert_eq!(receiver.size_hint(), (1, Some(1)));
    assert_eq!(interval_hint(), None);
}

fn interval_hint() -> Option<usize> {
    Sim::new()
        .run(async { interval(SECOND).size_hint().1 })
        .unwrap()
}

#[test]
fn an_end_is_final() {
    let (sender, mut receiver) = mpsc::channel(1);
    let permit = sender.try_reserve().unwrap();
    receiver.close();
    assert!(!receiver.is_terminated(), "a permit still sends");
    permit.send('a');
    assert!(!receiver.is_terminated(), "a message is left");
    assert_eq!(receiver.next().now_or_never(), Some(Some('a')));
    assert!(receiver.is_terminated());

    let (sender, mut receiver) = mpsc::unbounded_channel();
    sender.send('a').unwrap();
    drop(sender);
    assert!(!receiver.is_terminated(), "a message is left");
    assert_eq!(receiver.next().now_or_never(), Some(Some('a')));
    assert!(receiver.is_terminated());
    assert_eq!(receiver.next().now_or_never(), Some(None));
    assert!(
        !Sim::new()
            .run(async { interval(SECOND).is_terminated() })
            .unwrap()
    );
}

/// `futures::select!` leaves out what is terminated, so the loop ends when both have.
#[reweave::test]
async fn fused_streams_leave_a_select_loop_when_they_end() {
    let (one, mut ones) = mpsc::channel(1);
    let (other, mut others) = mpsc::unbounded_channel();
    spawn(async move {
        one.send(1).await.unwrap();
        other.send(10).unwrap();
        drop(one);
        sleep(SECOND).await;
        other.send(100).unwrap();
    });
    let mut sum = 0;
    loop {
        select_biased! {
            n = ones.select_next_some() => sum += n,
            n = others.select_next_some() => sum += n,
            complete => break,
        }
    }
    assert_eq!(sum, 111);
}

/// As in tokio: a task that takes from a full channel without end lets the others run all the same.
#[test]
fn a_stream_that_is_always_ready_yields_from_time_to_time() {
    let run = Sim::new().run(async {
        let (sender, receiver) = mpsc::unbounded_channel();
        (0..1000).for_each(|n| sender.send(n).unwrap());
        spawn(async { reweave::println!("me too") });
        receiver
            .take(1000)
            .for_each(|n| async move {
                if n == 999 {
                    reweave::println!("done");
                }
            })
            .await;
    });
    assert_eq!(run.stdout(), "me too\ndone\n");
}
