//! `copy`, `copy_buf`, `copy_bidirectional`.

use std::io::ErrorKind::{BrokenPipe, Interrupted, Other, WriteZero};

use reweave::io::{
    AsyncReadExt, AsyncWriteExt, BufReader, BufWriter, copy, copy_bidirectional,
    copy_bidirectional_with_sizes, copy_buf, duplex,
};
use reweave::spawn;

use super::{Fails, Gives, Scripted, Takes, Waits, kind, reads, writes};
use crate::traits::in_any_schedule;

#[reweave::test]
async fn everything_is_copied_and_flushed() {
    let answers = [
        Gives(b"ab"),
        Fails(Interrupted),
        Waits,
        Gives(b"cdef"),
        Gives(b"g"),
    ];
    let mut from = reads(answers);
    let mut to = writes([Takes(1), Fails(Interrupted), Waits, Takes(1)]);
    assert_eq!(copy(&mut from, &mut to).await.unwrap(), 7);
    assert_eq!(to.written, b"abcdefg");
    let mut from = BufReader::new(reads(answers));
    let mut to = writes([Takes(1), Fails(Interrupted), Waits, Takes(1)]);
    assert_eq!(copy_buf(&mut from, &mut to).await.unwrap(), 7);
    assert_eq!(to.written, b"abcdefg");
    assert_eq!(copy(&mut &b""[..], &mut to).await.unwrap(), 0);
    assert_eq!(copy_buf(&mut &b""[..], &mut to).await.unwrap(), 0);
}

/// Who waits for more must not keep from others what is there.
#[reweave::test]
async fn while_nothing_comes_what_was_written_is_flushed() {
    let answers = [Gives(b"ab"), Waits, Waits, Gives(b"c")];
    let mut to = Scripted::default();
    copy(&mut reads(answers), &mut to).await.unwrap();
    assert_eq!(
        to.flushes, 2,
        "once in between, although it waited twice, and at the end"
    );
    let mut to = Scripted::default();
    copy_buf(&mut BufReader::new(reads(answers)), &mut to)
        .await
        .unwrap();
    assert_eq!(to.flushes, 2);
}

#[reweave::test]
async fn while_nothing_can_be_written_the_buffer_fills_up() {
    let mut from = reads([Gives(b"ab"), Gives(b"cd"), Gives(b"ef")]);
    let mut to = writes([Waits, Waits]);
    copy(&mut from, &mut to).await.unwrap();
    assert_eq!(to.offered, [2, 6, 6]);
}

#[reweave::test]
async fn the_first_error_ends_it() {
    let mut to = Scripted::default();
    let mut from = reads([Gives(b"ab"), Fails(Other)]);
    assert_eq!(kind(copy(&mut from, &mut to).await), Other);
    assert_eq!(to.written, b"ab");
    let mut from = BufReader::new(reads([Gives(b"ab"), Fails(Other)]));
    assert_eq!(kind(copy_buf(&mut from, &mut to).await), Other);
    for (answer, error) in [(Fails(Other), Other), (Takes(0), WriteZero)] {
        let mut to = writes([answer]);
        assert_eq!(kind(copy(&mut &b"ab"[..], &mut to).await), error);
        let mut to = writes([answer]);
        assert_eq!(kind(copy_buf(&mut &b"ab"[..], &mut to).await), error);
    }
}

/// What is left of a copy by `copy_buf` is with the reader.
#[reweave::test]
async fn nothing_is_consumed_that_was_not_written() {
    let mut from = BufReader::new(&b"abcdef"[..]);
    let mut to = writes([Takes(2), Fails(Other)]);
    assert_eq!(kind(copy_buf(&mut from, &mut to).await), Other);
    assert_eq!(from.buffer(), b"cdef");
}

/// A client, a proxy with tiny buffers, and a server that answers when the client has ended.
async fn proxied() -> ((u64, u64), String) {
    let (mut client, mut near) = duplex(3);
    let (mut far, mut server) = duplex(2);
    let proxy = spawn(async move {
        copy_bidirectional_with_sizes(&mut near, &mut far, 1, 2)
            .await
            .unwrap()
    });
    spawn(async move {
        let mut question = String::new();
        server.read_to_string(&mut question).await.unwrap();
        server
            .write_all(question.to_uppercase().as_bytes())
            .await
            .unwrap();
    });
    client.write_all(b"who is there?").await.unwrap();
    client.shutdown().await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    (proxy.await.unwrap(), answer)
}

#[test]
fn both_ways_are_copied_and_each_end_is_passed_on() {
    assert_eq!(
        in_any_schedule(proxied),
        ((13, 13), "WHO IS THERE?".to_owned())
    );
}

#[reweave::test]
async fn an_error_of_either_stream_ends_both_ways() {
    let (mut client, mut near) = duplex(8);
    let mut far = writes([Fails(BrokenPipe)]);
    far.reads.extend([Waits; 100]);
    client.write_all(b"a").await.unwrap();
    let error = copy_bidirectional(&mut near, &mut far).await.unwrap_err();
    assert_eq!(error.kind(), BrokenPipe);
    let (_client, mut near) = duplex(8);
    let mut far = reads([Fails(Other)]);
    assert_eq!(kind(copy_bidirectional(&mut near, &mut far).await), Other);
}

#[reweave::test]
async fn it_goes_through_buffers_that_hold_back() {
    let mut near = reads([Gives(b"ab"), Waits, Gives(b"c")]);
    let mut far = BufWriter::new(reads([Gives(b"d")]));
    let copied = copy_bidirectional(&mut near, &mut far).await.unwrap();
    assert_eq!(copied, (3, 1));
    assert_eq!(far.get_ref().written, b"abc");
    assert_eq!((far.get_ref().closes, near.closes), (1, 1), "each once");
    assert_eq!(near.written, b"d");
}

/// Both sizes are looked at.
#[test]
fn a_buffer_without_room_is_refused_in_words() {
    for (there, back, name) in [(0, 1, "`a_to_b_buf_size`"), (1, 0, "`b_to_a_buf_size`")] {
        let run = reweave::Sim::new().run(async move {
            let (mut a, mut b) = (Scripted::default(), Scripted::default());
            let _ = copy_bidirectional_with_sizes(&mut a, &mut b, there, back).await;
        });
        let message = run.failure().unwrap().message();
        assert!(
            message.contains(&format!("{name} must be at least 1")),
            "{message}"
        );
    }
}
