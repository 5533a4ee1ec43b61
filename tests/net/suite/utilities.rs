// The utilities of io over connections.

use rt::io::{self as rio, BufReader, BufStream, BufWriter};

/// A connection whose other side has sent this, and closed it.
async fn sent(bytes: &'static [u8]) -> TcpStream {
    let (mut client, server) = pair().await;
    client.write_all(bytes).await.unwrap();
    server
}

async fn copy_copies_to_the_end() {
    let mut from = sent(b"copied").await;
    let (mut to, mut other) = pair().await;
    assert_eq!(rio::copy(&mut from, &mut to).await.unwrap(), 6);
    drop(to);
    let mut heard = String::new();
    other.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "copied");
}

async fn copy_buf_copies_from_a_buffer() {
    let mut from = BufReader::new(sent(b"copied").await);
    let mut to = Vec::new();
    assert_eq!(rio::copy_buf(&mut from, &mut to).await.unwrap(), 6);
    assert_eq!(to, b"copied");
}

async fn copy_bidirectional_tells_both_numbers() {
    let ((mut client, mut near), (mut far, mut server)) = (pair().await, pair().await);
    let proxy = rt::spawn(async move { rio::copy_bidirectional(&mut near, &mut far).await });
    client.write_all(b"request").await.unwrap();
    client.shutdown().await.unwrap();
    let mut heard = String::new();
    server.read_to_string(&mut heard).await.unwrap();
    server.write_all(b"answer!!").await.unwrap();
    drop(server);
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert_eq!((heard.as_str(), answer.as_str()), ("request", "answer!!"));
    assert_eq!(proxy.await.unwrap().unwrap(), (7, 8));
}

async fn copy_bidirectional_gives_the_error_of_a_reset() {
    let ((client, mut near), (mut far, _server)) = (pair().await, pair().await);
    let proxy = rt::spawn(async move { rio::copy_bidirectional(&mut near, &mut far).await });
    settle().await;
    reset(client);
    assert_eq!(kind(proxy.await.unwrap()), ErrorKind::ConnectionReset);
}

async fn lines_end_with_the_connection() {
    let mut lines = BufReader::new(sent(b"one\r\ntwo\n\nlast").await).lines();
    for line in ["one", "two", "", "last"] {
        assert_eq!(lines.next_line().await.unwrap().as_deref(), Some(line));
    }
    assert_eq!(lines.next_line().await.unwrap(), None);
}

async fn a_line_may_come_in_parts() {
    let (mut client, server) = pair().await;
    let mut server = BufReader::new(server);
    let reading = rt::spawn(async move {
        let mut line = String::new();
        server.read_line(&mut line).await.unwrap();
        line
    });
    for part in ["a li", "ne\nand mo"] {
        client.write_all(part.as_bytes()).await.unwrap();
        settle().await;
    }
    assert_eq!(reading.await.unwrap(), "a line\n");
}

async fn a_line_that_is_cancelled_is_read_on() {
    let (mut client, server) = pair().await;
    let mut lines = BufReader::new(server).lines();
    client.write_all(b"half ").await.unwrap();
    assert!(waits(lines.next_line()).await);
    client.write_all(b"whole\n").await.unwrap();
    assert_eq!(lines.next_line().await.unwrap().as_deref(), Some("half whole"));
}

async fn a_line_that_is_no_text_is_invalid() {
    let mut reader = BufReader::new(sent(b"\xff\xfe\n").await);
    assert_eq!(kind(reader.read_line(&mut String::new()).await), ErrorKind::InvalidData);
}

async fn read_until_stops_at_a_byte() {
    let mut reader = BufReader::new(sent(b"key=value").await);
    let mut bytes = Vec::new();
    assert_eq!(reader.read_until(b'=', &mut bytes).await.unwrap(), 4);
    assert_eq!(reader.read_until(b'=', &mut bytes).await.unwrap(), 5);
    assert_eq!(reader.read_until(b'=', &mut bytes).await.unwrap(), 0);
    assert_eq!(bytes, b"key=value");
}

async fn split_gives_parts() {
    let mut parts = BufReader::new(sent(b"a,b,,c").await).split(b',');
    let mut all = Vec::new();
    while let Some(part) = parts.next_segment().await.unwrap() {
        all.push(String::from_utf8(part).unwrap());
    }
    assert_eq!(all, ["a", "b", "", "c"]);
}

async fn take_takes_so_many_bytes() {
    let mut server = sent(b"headerbody").await;
    let mut header = String::new();
    (&mut server).take(6).read_to_string(&mut header).await.unwrap();
    let mut body = String::new();
    server.read_to_string(&mut body).await.unwrap();
    assert_eq!((header.as_str(), body.as_str()), ("header", "body"));
}

async fn chain_reads_one_after_the_other() {
    let (one, other) = (sent(b"one ").await, sent(b"other").await);
    let mut all = String::new();
    one.chain(other).read_to_string(&mut all).await.unwrap();
    assert_eq!(all, "one other");
}

async fn read_exact_wants_all() {
    let mut server = sent(b"four").await;
    let mut bytes = [0; 3];
    assert_eq!(server.read_exact(&mut bytes).await.unwrap(), 3);
    assert_eq!(kind(server.read_exact(&mut bytes).await), ErrorKind::UnexpectedEof);
}

async fn numbers_are_written_and_read_in_either_order() {
    let (mut client, mut server) = pair().await;
    client.write_u16(0x0102).await.unwrap();
    client.write_u32_le(0x0304_0506).await.unwrap();
    client.write_i64(-7).await.unwrap();
    client.write_f64(0.5).await.unwrap();
    assert_eq!(server.read_u16().await.unwrap(), 0x0102);
    assert_eq!(server.read_u32_le().await.unwrap(), 0x0304_0506);
    assert_eq!(server.read_i64().await.unwrap(), -7);
    assert_eq!(server.read_f64().await.unwrap().to_bits(), 0.5_f64.to_bits());
}

async fn a_number_that_is_cut_off_is_an_unexpected_end() {
    let mut server = sent(b"\x01\x02").await;
    assert_eq!(kind(server.read_u32().await), ErrorKind::UnexpectedEof);
}

async fn what_is_not_flushed_is_not_sent() {
    let (client, mut server) = pair().await;
    let mut client = BufWriter::new(client);
    client.write_all(b"buffered").await.unwrap();
    assert!(waits(server.read(&mut [0])).await);
    client.flush().await.unwrap();
    let mut bytes = [0; 8];
    server.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"buffered");
}

async fn what_is_not_flushed_is_lost_with_its_writer() {
    let (client, mut server) = pair().await;
    let mut client = BufWriter::new(client);
    client.write_all(b"lost").await.unwrap();
    drop(client);
    assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
}

async fn a_shutdown_flushes_first() {
    let (client, mut server) = pair().await;
    let mut client = BufWriter::new(client);
    client.write_all(b"kept").await.unwrap();
    client.shutdown().await.unwrap();
    let mut heard = String::new();
    server.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "kept");
}

async fn what_is_longer_than_the_buffer_is_written_at_once() {
    let (client, mut server) = pair().await;
    let mut client = BufWriter::with_capacity(4, client);
    client.write_all(b"longer than that").await.unwrap();
    let mut bytes = [0; 16];
    server.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"longer than that");
}

async fn a_buffered_stream_is_both() {
    let (client, server) = pair().await;
    let (mut client, mut server) = (BufStream::new(client), BufStream::new(server));
    client.write_all(b"question\n").await.unwrap();
    client.flush().await.unwrap();
    let mut line = String::new();
    server.read_line(&mut line).await.unwrap();
    server.write_all(line.to_uppercase().as_bytes()).await.unwrap();
    server.flush().await.unwrap();
    line.clear();
    client.read_line(&mut line).await.unwrap();
    assert_eq!(line, "QUESTION\n");
}

async fn a_buffered_reader_reads_ahead() {
    let mut reader = BufReader::new(sent(b"abc").await);
    assert_eq!(reader.read_u8().await.unwrap(), b'a');
    assert_eq!(reader.buffer(), b"bc");
    assert_eq!(reader.fill_buf().await.unwrap(), b"bc");
    reader.consume(2);
    assert_eq!(reader.fill_buf().await.unwrap(), b"");
}

async fn halves_of_any_stream_are_split_and_joined() {
    let (client, mut server) = pair().await;
    let (reader, mut writer) = rio::split(client);
    writer.write_all(b"x").await.unwrap();
    assert_eq!(server.read_u8().await.unwrap(), b'x');
    assert!(reader.is_pair_of(&writer));
    let mut client = reader.unsplit(writer);
    server.write_all(b"y").await.unwrap();
    assert_eq!(client.read_u8().await.unwrap(), b'y');
}

async fn two_are_joined_to_one() {
    let ((one, mut first), (other, mut second)) = (pair().await, pair().await);
    let mut joined = rio::join(one, other);
    first.write_all(b"in").await.unwrap();
    joined.write_all(b"out").await.unwrap();
    let mut bytes = [0; 2];
    joined.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"in");
    let mut bytes = [0; 3];
    second.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"out");
}

async fn what_is_sunk_is_gone_and_what_is_repeated_goes_on() {
    let mut server = sent(b"gone").await;
    assert_eq!(rio::copy(&mut server, &mut rio::sink()).await.unwrap(), 4);
    let (mut client, mut server) = pair().await;
    rio::copy(&mut rio::repeat(7).take(5), &mut client).await.unwrap();
    drop(client);
    let mut heard = Vec::new();
    server.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, [7; 5]);
    assert_eq!(rio::copy(&mut rio::empty(), &mut server).await.unwrap(), 0);
}

async fn a_duplex_is_a_connection_in_memory() {
    let (mut one, mut other) = rio::duplex(4);
    let writing = rt::spawn(async move { one.write_all(b"more than four").await });
    let mut heard = String::new();
    other.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "more than four");
    writing.await.unwrap().unwrap();
    let (one, mut other) = rio::duplex(4);
    drop(one);
    assert_eq!(kind(other.write(b"x").await), ErrorKind::BrokenPipe);
}

async fn a_text_must_be_one() {
    let mut server = sent(b"\xff").await;
    let mut text = String::from("kept");
    assert_eq!(kind(server.read_to_string(&mut text).await), ErrorKind::InvalidData);
    assert_eq!(text, "kept");
}

async fn a_buffer_that_grows_is_read_into_and_written_from() {
    let (mut client, mut server) = pair().await;
    let mut bytes: &[u8] = b"growing";
    client.write_all_buf(&mut bytes).await.unwrap();
    assert!(bytes.is_empty());
    let mut buffer = Vec::with_capacity(16);
    assert_eq!(server.read_buf(&mut buffer).await.unwrap(), 7);
    assert_eq!(buffer, b"growing");
}

behaviours! {
    copy_copies_to_the_end,
    copy_buf_copies_from_a_buffer,
    copy_bidirectional_tells_both_numbers,
    copy_bidirectional_gives_the_error_of_a_reset,
    lines_end_with_the_connection,
    a_line_may_come_in_parts,
    a_line_that_is_cancelled_is_read_on,
    a_line_that_is_no_text_is_invalid,
    read_until_stops_at_a_byte,
    split_gives_parts,
    take_takes_so_many_bytes,
    chain_reads_one_after_the_other,
    read_exact_wants_all,
    numbers_are_written_and_read_in_either_order,
    a_number_that_is_cut_off_is_an_unexpected_end,
    what_is_not_flushed_is_not_sent,
    what_is_not_flushed_is_lost_with_its_writer,
    a_shutdown_flushes_first,
    what_is_longer_than_the_buffer_is_written_at_once,
    a_buffered_stream_is_both,
    a_buffered_reader_reads_ahead,
    halves_of_any_stream_are_split_and_joined,
    two_are_joined_to_one,
    what_is_sunk_is_gone_and_what_is_repeated_goes_on,
    a_duplex_is_a_connection_in_memory,
    a_text_must_be_one,
    a_buffer_that_grows_is_read_into_and_written_from,
}
