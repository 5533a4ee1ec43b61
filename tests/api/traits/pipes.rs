//! Pipes in memory: `duplex` and `simplex`.

use std::io::{ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::io::{self, AsyncRead, AsyncWrite, BufReader};
use futures::task::waker;
use futures::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, FutureExt, StreamExt, TryStreamExt};
use reweave::io::{DuplexStream, SimplexStream, duplex, simplex};
use reweave::sync::named;
use reweave::time::{Instant, sleep, timeout};
use reweave::{FindingKind, Sim, spawn};

use super::{SECOND, Wakes, in_any_schedule};

/// A server that answers each line with its length, and a client that has three questions.
async fn conversation() -> Vec<String> {
    let (client, server) = duplex(8);
    let serving = spawn(async move {
        let (reader, mut writer) = server.split();
        let mut lines = BufReader::new(reader).lines();
        while let Some(line) = lines.try_next().await? {
            writer
                .write_all(format!("{}\n", line.len()).as_bytes())
                .await?;
        }
        io::Result::Ok(())
    });
    let (reader, mut writer) = client.split();
    let asking = spawn(async move {
        for question in ["a", "longer than the buffer", ""] {
            writer.write_all(question.as_bytes()).await?;
            writer.write_all(b"\n").await?;
        }
        writer.close().await
    });
    let answers = BufReader::new(reader).lines().map(Result::unwrap);
    let answers = answers.collect().await;
    asking.await.unwrap().unwrap();
    serving.await.unwrap().unwrap();
    answers
}

#[test]
fn two_ends_converse_through_small_buffers() {
    assert_eq!(in_any_schedule(conversation), ["1", "22", "0"]);
}

async fn copied() -> Vec<u8> {
    let text: Vec<u8> = (0..=255).collect();
    let (mut near, far) = duplex(7);
    let source = text.clone();
    let copying = spawn(async move {
        let copied = io::copy(&mut &source[..], &mut near).await.unwrap();
        assert_eq!(copied, 256);
    });
    let mut read = Vec::new();
    let (mut far, _) = far.split();
    far.read_to_end(&mut read).await.unwrap();
    copying.await.unwrap();
    assert_eq!(read, text);
    read
}

#[test]
fn copying_moves_every_byte_in_order() {
    assert_eq!(in_any_schedule(copied).len(), 256);
}

#[reweave::test]
async fn a_write_waits_for_room_and_a_read_for_bytes() {
    let (mut one, mut other) = duplex(4);
    let start = Instant::now();
    let reader = spawn(async move {
        let mut bytes = [0; 3];
        other.read_exact(&mut bytes).await.unwrap();
        assert_eq!(&bytes, b"abc");
        sleep(SECOND).await;
        other.read_exact(&mut bytes).await.unwrap();
        assert_eq!(&bytes, b"def");
        other
    });
    sleep(SECOND).await;
    one.write_all(b"abcdefgh").await.unwrap();
    assert_eq!(
        start.elapsed(),
        2 * SECOND,
        "five bytes had to be read first, the last of them a second later"
    );
    reader.await.unwrap();
}

/// Polls a byte stream by hand; the count of wakes says whether its task would have been told.
struct Hand<S> {
    stream: S,
    wakes: Arc<Wakes>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Hand<S> {
    fn new(stream: S) -> Self {
        Hand {
            stream,
            wakes: Arc::default(),
        }
    }

    fn read(&mut self) -> Poll<io::Result<Vec<u8>>> {
        let mut bytes = [0; 16];
        let waker = waker(self.wakes.clone());
        let read =
            Pin::new(&mut self.stream).poll_read(&mut Context::from_waker(&waker), &mut bytes);
        read.map_ok(|count| bytes[..count].to_vec())
    }

    fn write(&mut self, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let waker = waker(self.wakes.clone());
        Pin::new(&mut self.stream).poll_write(&mut Context::from_waker(&waker), bytes)
    }
}

fn ready<T>(poll: Poll<io::Result<T>>) -> Result<T, ErrorKind> {
    match poll {
        Poll::Ready(output) => output.map_err(|error| error.kind()),
        Poll::Pending => panic!("it is pending"),
    }
}

#[test]
fn who_waits_is_woken_once_there_is_something_to_do() {
    let (one, other) = duplex(2);
    let (mut one, mut other) = (Hand::new(one), Hand::new(other));
    assert!(other.read().is_pending());
    assert_eq!(ready(one.write(b"")), Ok(0));
    assert_eq!(other.wakes.count(), 0, "nothing came");
    assert_eq!(ready(one.write(b"abc")), Ok(2));
    assert_eq!(other.wakes.count(), 1);
    assert!(one.write(b"c").is_pending());
    assert_eq!(ready(one.write(b"")), Ok(0), "nothing fits always");
    assert_eq!(one.wakes.count(), 0);
    assert_eq!(ready(other.read()).unwrap(), b"ab");
    assert_eq!(one.wakes.count(), 1);
    assert_eq!(ready(one.write(b"c")), Ok(1));
    assert_eq!(ready(other.read()).unwrap(), b"c");
}

#[test]
fn a_dropped_end_lets_the_other_read_what_is_left_and_write_no_more() {
    let (one, other) = duplex(2);
    let (mut one, mut other) = (Hand::new(one), Hand::new(other));
    assert_eq!(ready(one.write(b"ab")), Ok(2));
    assert_eq!(ready(other.write(b"cd")), Ok(2));
    assert!(other.write(b"e").is_pending());
    drop(one);
    assert_eq!(other.wakes.count(), 1, "who waits for room is told");
    assert_eq!(ready(other.write(b"e")), Err(ErrorKind::BrokenPipe));
    assert_eq!(ready(other.read()).unwrap(), b"ab");
    assert_eq!(ready(other.read()).unwrap(), b"");
    assert_eq!(ready(other.read()).unwrap(), b"", "the end is final");
}

#[test]
fn a_drop_tells_a_reader_that_waits() {
    let (one, other) = duplex(2);
    let mut other = Hand::new(other);
    assert!(other.read().is_pending());
    drop(one);
    assert_eq!(other.wakes.count(), 1);
    assert_eq!(ready(other.read()).unwrap(), b"");
}

#[test]
fn a_closed_end_still_reads() {
    let (one, other) = duplex(2);
    let (mut one, mut other) = (Hand::new(one), Hand::new(other));
    assert!(other.read().is_pending());
    one.stream.close().now_or_never().unwrap().unwrap();
    assert_eq!(other.wakes.count(), 1);
    assert_eq!(ready(other.read()).unwrap(), b"");
    assert_eq!(
        ready(one.write(b"a")),
        Err(ErrorKind::BrokenPipe),
        "its own end is closed"
    );
    assert_eq!(ready(one.write(b"")), Err(ErrorKind::BrokenPipe));
    assert_eq!(
        ready(other.write(b"cd")),
        Ok(2),
        "the other direction is open"
    );
    assert_eq!(ready(one.read()).unwrap(), b"cd");
}

#[test]
fn an_empty_buffer_reads_nothing_and_does_not_wait() {
    let (mut one, _other) = duplex(2);
    assert_eq!(one.read(&mut []).now_or_never().unwrap().unwrap(), 0);
}

#[test]
fn parts_are_gathered_up_to_the_room_there_is() {
    let (mut one, mut other) = duplex(4);
    let parts = [&b"ab"[..], b"", b"cde"].map(IoSlice::new);
    assert_eq!(
        one.write_vectored(&parts).now_or_never().unwrap().unwrap(),
        4
    );
    let mut bytes = [0; 8];
    assert_eq!(other.read(&mut bytes).now_or_never().unwrap().unwrap(), 4);
    assert_eq!(&bytes[..4], b"abcd");
}

#[reweave::test]
async fn a_simplex_leads_one_way_until_it_is_closed() {
    let (mut reader, mut writer) = simplex(3);
    assert!(reader.is_pair_of(&writer) && writer.is_pair_of(&reader));
    assert!(!writer.is_pair_of(&simplex(3).0));
    let writing = spawn(async move {
        writer.write_all(b"through a narrow pipe").await.unwrap();
        writer.close().await.unwrap();
        writer.write(b"!").await.unwrap_err().kind()
    });
    let mut text = String::new();
    reader.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "through a narrow pipe");
    assert_eq!(writing.await.unwrap(), ErrorKind::BrokenPipe);
}

#[test]
fn a_simplex_in_one_is_read_where_it_is_written() {
    let mut whole = SimplexStream::new_unsplit(2);
    assert_eq!(whole.write(b"abc").now_or_never().unwrap().unwrap(), 2);
    let mut byte = [0];
    assert_eq!(whole.read(&mut byte).now_or_never().unwrap().unwrap(), 1);
    assert_eq!(&byte, b"a");
    let (reader, mut writer) = simplex(2);
    writer.write(b"z").now_or_never().unwrap().unwrap();
    let mut whole = reader.unsplit(writer);
    assert_eq!(whole.read(&mut byte).now_or_never().unwrap().unwrap(), 1);
    assert_eq!(&byte, b"z");
}

#[test]
#[should_panic(expected = "a half of another stream")]
fn halves_of_different_pipes_do_not_fit() {
    let _ = simplex(1).0.unsplit(simplex(1).1);
}

#[test]
fn a_pipe_without_room_is_refused_in_words() {
    for make in [
        || drop(duplex(0)),
        || drop(simplex(0)),
        || drop(SimplexStream::new_unsplit(0)),
    ] {
        let panic = std::panic::catch_unwind(make).unwrap_err();
        let words = panic.downcast_ref::<&str>().unwrap();
        assert!(
            words.starts_with("`max_buf_size` must be at least 1"),
            "{words}"
        );
    }
}

/// Our adaptors, read and written by the methods of `futures`, and its adaptors around ours.
#[reweave::test]
async fn adaptors_are_streams_of_futures_too() {
    let (one, other) = duplex(4);
    let mut one = reweave::io::BufStream::new(one);
    let writing = spawn(async move {
        one.write_all(b"first\nsecond").await.unwrap();
        one.close().await.unwrap();
    });
    let (reader, mut writer) = reweave::io::split(other);
    let more = reweave::io::AsyncReadExt::take(reweave::io::repeat(b'!'), 3);
    let reader = reweave::io::BufReader::new(reader);
    let more = reweave::io::BufReader::new(more);
    let all = reweave::io::AsyncReadExt::chain(reader, more);
    let lines: Vec<String> = all.lines().try_collect().await.unwrap();
    assert_eq!(lines, ["first", "second!!!"]);
    writer.close().await.unwrap();
    writing.await.unwrap();
    let swallows = reweave::io::BufWriter::new(reweave::io::sink());
    let mut both = reweave::io::join(reweave::io::empty(), swallows);
    assert_eq!(io::copy(&mut &b"abc"[..], &mut both).await.unwrap(), 3);
}

/// As in tokio: the halves of a `simplex` tell nobody that they are gone. That hangs, and a run says so.
#[test]
fn a_simplex_writer_that_is_dropped_unclosed_is_a_deadlock() {
    let run = Sim::new().run(async {
        let (mut reader, writer) = named("upload", || simplex(4));
        drop(writer);
        reader.read_to_end(&mut Vec::new()).await.unwrap();
    });
    let finding = run.failure().expect("it hangs");
    assert_eq!(finding.kind(), FindingKind::Deadlock);
    let told = &finding.details()[0];
    let made = "main waits for bytes in upload, made at tests/api/traits/pipes.rs:";
    assert!(told.starts_with(made), "{told}");
}

#[test]
fn what_happens_to_a_pipe_stands_on_the_trace() {
    let run = Sim::new().run(async {
        let (mut one, mut other) = duplex(4);
        let writing = spawn(async move { one.write_all(b"bytes").await });
        timeout(SECOND, other.read_exact(&mut [0; 5]))
            .await
            .unwrap()
            .unwrap();
        writing.await.unwrap().unwrap();
    });
    assert!(run.findings().is_empty(), "{run}");
    let trace = run.trace().to_string();
    let lines = trace.lines().map(str::trim);
    let of_pipes: Vec<&str> = lines.filter(|line| line.contains("pipe#")).collect();
    assert_eq!(
        of_pipes,
        [
            "0s  main       waits for bytes in pipe#1",
            "0s  main/task  sends pipe#1",
            "0s  main/task  waits for room in pipe#1",
            "0s  main       receives pipe#1",
            "0s  main       waits for bytes in pipe#1",
            "0s  main/task  sends pipe#1",
            "0s  main/task  drops the last sender of pipe#1",
            "0s  main/task  drops the receiver of pipe#2",
            "0s  main       receives pipe#1",
        ]
    );
}

/// An operation on bytes counts against the budget of its task, as one on a channel does.
#[test]
fn a_stream_that_is_always_ready_yields_from_time_to_time() {
    let run = Sim::new().run(async {
        let (mut one, mut other) = duplex(4);
        spawn(async { reweave::println!("me too") });
        for _ in 0..100 {
            one.write_all(b"byte").await.unwrap();
            other.read_exact(&mut [0; 4]).await.unwrap();
        }
        reweave::println!("done");
    });
    assert_eq!(run.stdout(), "me too\ndone\n");
}

/// How many bytes the first read sees of two that are written one after the other, without ever waiting.
async fn first_read() -> usize {
    let (mut one, mut other) = duplex(8);
    let writing = spawn(async move {
        one.write_all(b"a").await.unwrap();
        one.write_all(b"b").await.unwrap();
    });
    let seen = other.read(&mut [0; 8]).await.unwrap();
    writing.await.unwrap();
    seen
}

#[test]
fn others_get_in_between_two_operations() {
    let least = |sim: Sim| {
        (0..50)
            .map(|seed| sim.clone().seed(seed).run(first_read()).unwrap())
            .min()
    };
    assert_eq!(
        Sim::new().run(first_read()).unwrap(),
        2,
        "not in the plain run"
    );
    assert_eq!(least(Sim::new()), Some(1));
    assert_eq!(least(Sim::new().points(false)), Some(2));
}

#[test]
fn pipes_that_leave_their_run_still_work() {
    let (mut made_outside, other) = duplex(4);
    let run = Sim::new().run(async move {
        let mut other: DuplexStream = other;
        other.write_all(b"ab").await.unwrap();
        let (one, mut made_inside) = duplex(4);
        made_inside.write_all(b"cd").await.unwrap();
        (one, made_inside)
    });
    let (mut one, _made_inside) = run.unwrap();
    let mut bytes = [0; 2];
    made_outside
        .read_exact(&mut bytes)
        .now_or_never()
        .unwrap()
        .unwrap();
    assert_eq!(&bytes, b"ab");
    one.read_exact(&mut bytes).now_or_never().unwrap().unwrap();
    assert_eq!(&bytes, b"cd");
    Sim::new()
        .run(async move { one.write_all(b"ef").await.unwrap() })
        .unwrap();
}

/// Handles are `Send` as tokio's are, and so may be on threads that know nothing of a simulation.
#[test]
fn pipes_work_between_threads_outside_of_a_run() {
    let (mut one, mut other) = duplex(7);
    let text: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let sent = text.clone();
    let writing = std::thread::spawn(move || {
        futures::executor::block_on(one.write_all(&sent)).unwrap();
    });
    let mut read = Vec::new();
    futures::executor::block_on(other.read_to_end(&mut read)).unwrap();
    writing.join().unwrap();
    assert_eq!(read, text);
}
