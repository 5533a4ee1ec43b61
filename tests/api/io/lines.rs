//! `AsyncBufReadExt`: parts, lines, and what a reader lends.

use std::io::ErrorKind::{Interrupted, InvalidData, Other};
use std::pin::pin;

use reweave::io::{AsyncBufReadExt, BufReader};

use super::{Answer, Fails, Gives, Scripted, Waits, kind, reads};

fn buffered(answers: impl IntoIterator<Item = Answer>) -> BufReader<Scripted> {
    BufReader::with_capacity(4, reads(answers))
}

#[reweave::test]
async fn a_part_ends_with_its_byte_or_the_stream() {
    let mut reader = buffered([
        Gives(b"key="),
        Waits,
        Fails(Interrupted),
        Gives(b"long value"),
    ]);
    let mut bytes = b"> ".to_vec();
    assert_eq!(reader.read_until(b'=', &mut bytes).await.unwrap(), 4);
    assert_eq!(bytes, b"> key=");
    assert_eq!(reader.read_until(b'=', &mut bytes).await.unwrap(), 10);
    assert_eq!(bytes, b"> key=long value");
    assert_eq!(reader.read_until(b'=', &mut bytes).await.unwrap(), 0);
    let mut fails = buffered([Gives(b"ab"), Fails(Other)]);
    bytes.clear();
    assert_eq!(kind(fails.read_until(b'=', &mut bytes).await), Other);
    assert_eq!(bytes, b"ab", "what was read before is kept");
}

#[reweave::test]
async fn a_line_is_appended_with_its_end() {
    let mut reader = buffered([Gives(b"one\r\ntw"), Waits, Gives(b"o")]);
    let mut text = "> ".to_owned();
    assert_eq!(reader.read_line(&mut text).await.unwrap(), 5);
    assert_eq!(text, "> one\r\n");
    assert_eq!(reader.read_line(&mut text).await.unwrap(), 3);
    assert_eq!(text, "> one\r\ntwo");
    assert_eq!(reader.read_line(&mut text).await.unwrap(), 0);
}

#[reweave::test]
async fn a_line_that_is_no_text_is_read_and_not_appended() {
    let mut reader = buffered([Gives(b"\xff\xfe\nnext\n")]);
    let mut text = "> ".to_owned();
    assert_eq!(kind(reader.read_line(&mut text).await), InvalidData);
    assert_eq!(text, "> ");
    reader.read_line(&mut text).await.unwrap();
    assert_eq!(text, "> next\n");
}

#[reweave::test]
async fn what_is_text_of_a_line_that_fails_is_kept() {
    let mut text = "> ".to_owned();
    let mut fails = buffered([Gives(b"one"), Fails(Other)]);
    assert_eq!(kind(fails.read_line(&mut text).await), Other);
    assert_eq!(text, "> one");
    let mut fails = buffered([Gives(b"\xff"), Fails(Other)]);
    assert_eq!(kind(fails.read_line(&mut text).await), Other);
    assert_eq!(text, "> one");
}

#[reweave::test]
async fn lines_have_no_ends_and_the_last_need_not() {
    let answers = [Gives(b"one\r\ntwo\n\n\r\nth\rree"), Waits, Gives(b"\r")];
    let mut lines = buffered(answers).lines();
    for line in ["one", "two", "", "", "th\rree\r"] {
        assert_eq!(lines.next_line().await.unwrap().as_deref(), Some(line));
    }
    assert_eq!(lines.next_line().await.unwrap(), None);
    assert_eq!(lines.next_line().await.unwrap(), None);
    assert!(lines.get_mut().buffer().is_empty());
    assert!(lines.get_ref().get_ref().reads.is_empty());
    assert!(lines.into_inner().into_inner().reads.is_empty());
}

#[reweave::test]
async fn a_line_goes_on_after_an_error_of_the_stream() {
    let mut lines = buffered([Gives(b"gr\xc3"), Fails(Other), Gives(b"\xb6\xc3\x9fe\n")]).lines();
    assert_eq!(kind(lines.next_line().await), Other);
    assert_eq!(lines.next_line().await.unwrap().unwrap(), "größe");
    let mut no_text = buffered([Gives(b"\xff\nok\n")]).lines();
    assert_eq!(kind(no_text.next_line().await), InvalidData);
    assert_eq!(no_text.next_line().await.unwrap().unwrap(), "ok");
}

#[reweave::test]
async fn parts_have_no_ends_and_may_be_empty() {
    let mut parts = buffered([Gives(b"a,,bcdef"), Waits, Gives(b"g")]).split(b',');
    for part in [&b"a"[..], b"", b"bcdefg"] {
        assert_eq!(parts.next_segment().await.unwrap().as_deref(), Some(part));
    }
    assert_eq!(parts.next_segment().await.unwrap(), None);
    let mut fails = buffered([Gives(b"a"), Fails(Other), Gives(b"b")]).split(b',');
    assert_eq!(kind(fails.next_segment().await), Other);
    assert_eq!(fails.next_segment().await.unwrap().unwrap(), b"ab");
}

#[reweave::test]
async fn lines_and_parts_are_polled_pinned() {
    let mut lines = pin!((&b"one\ntwo"[..]).lines());
    let line = std::future::poll_fn(|cx| lines.as_mut().poll_next_line(cx)).await;
    assert_eq!(line.unwrap().unwrap(), "one");
    let mut parts = pin!(BufReader::new(&b"a,b"[..]).split(b','));
    let part = std::future::poll_fn(|cx| parts.as_mut().poll_next_segment(cx)).await;
    assert_eq!(part.unwrap().unwrap(), b"a");
}

#[reweave::test]
async fn what_is_lent_is_lent_again_until_it_is_consumed() {
    let mut reader = buffered([Waits, Gives(b"abcdef"), Fails(Other)]);
    assert_eq!(reader.fill_buf().await.unwrap(), b"abcd");
    reader.consume(1);
    assert_eq!(reader.fill_buf().await.unwrap(), b"bcd");
    reader.consume(100);
    assert_eq!(reader.fill_buf().await.unwrap(), b"ef");
    reader.consume(2);
    assert_eq!(kind(reader.fill_buf().await), Other);
    assert_eq!(reader.fill_buf().await.unwrap(), b"");
}
