// Read and write.

async fn what_is_written_is_read() {
    let (mut client, mut server) = pair().await;
    client.write_all(b"ping").await.unwrap();
    let mut bytes = [0; 4];
    server.read_exact(&mut bytes).await.unwrap();
    server.write_all(b"pong").await.unwrap();
    client.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"pong");
}

async fn writes_come_in_order() {
    let (mut client, mut server) = pair().await;
    rt::spawn(async move {
        for n in 0..200u32 {
            client.write_u32(n).await.unwrap();
        }
    });
    for n in 0..200u32 {
        assert_eq!(server.read_u32().await.unwrap(), n);
    }
    assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
}

async fn a_read_takes_what_is_there() {
    let (mut client, mut server) = pair().await;
    client.write_all(b"one").await.unwrap();
    settle().await;
    let mut bytes = [0; 64];
    assert_eq!(server.read(&mut bytes).await.unwrap(), 3);
    client.write_all(b"two, three").await.unwrap();
    settle().await;
    assert_eq!(server.read(&mut bytes[..4]).await.unwrap(), 4);
    assert_eq!(server.read(&mut bytes[4..]).await.unwrap(), 6);
    assert_eq!(&bytes[..10], b"two, three");
}

async fn two_writes_may_be_read_at_once() {
    let (mut client, mut server) = pair().await;
    client.write_all(b"one ").await.unwrap();
    client.write_all(b"two").await.unwrap();
    settle().await;
    let mut bytes = [0; 64];
    assert_eq!(server.read(&mut bytes).await.unwrap(), 7);
    assert_eq!(&bytes[..7], b"one two");
}

async fn a_read_waits_for_a_write() {
    let (mut client, mut server) = pair().await;
    let reading = rt::spawn(async move {
        let mut bytes = [0; 8];
        let count = server.read(&mut bytes).await.unwrap();
        bytes[..count].to_vec()
    });
    settle().await;
    client.write_all(b"late").await.unwrap();
    assert_eq!(reading.await.unwrap(), b"late");
}

async fn a_megabyte_goes_through_in_order() {
    let (mut client, mut server) = pair().await;
    let sent = numbered(1 << 20);
    let sending = sent.clone();
    rt::spawn(async move { client.write_all(&sending).await.unwrap() });
    let mut came = Vec::new();
    server.read_to_end(&mut came).await.unwrap();
    assert!(came == sent);
}

async fn a_megabyte_goes_there_and_back() {
    let (mut client, mut server) = pair().await;
    rt::spawn(async move {
        let (mut reader, mut writer) = server.split();
        rt::io::copy(&mut reader, &mut writer).await.unwrap();
        writer.shutdown().await.unwrap();
    });
    let sent = numbered(1 << 20);
    let (mut reader, mut writer) = client.split();
    let mut came = Vec::new();
    let sending = async {
        writer.write_all(&sent).await.unwrap();
        writer.shutdown().await.unwrap();
    };
    let receiving = async { reader.read_to_end(&mut came).await.unwrap() };
    rt::join!(sending, receiving);
    assert!(came == sent);
}

async fn a_write_waits_while_nobody_reads() {
    let (mut client, mut server) = pair().await;
    let bytes = numbered(super::MUCH);
    assert!(waits(client.write_all(&bytes)).await);
    // How much came of it is not known, but what came is in order.
    let mut came = vec![0; 100_000];
    server.read_exact(&mut came).await.unwrap();
    assert!(came == numbered(100_000));
}

async fn a_write_that_waits_goes_on_when_there_is_room() {
    let (mut client, mut server) = pair().await;
    let writing = rt::spawn(async move { client.write_all(&numbered(super::MUCH)).await.unwrap() });
    settle().await;
    assert!(!writing.is_finished());
    let mut came = Vec::new();
    server.read_to_end(&mut came).await.unwrap();
    writing.await.unwrap();
    assert!(came == numbered(super::MUCH));
}

async fn a_read_that_is_given_up_loses_nothing() {
    let (mut client, mut server) = pair().await;
    let mut bytes = [0; 8];
    assert!(waits(server.read(&mut bytes)).await);
    client.write_all(b"kept").await.unwrap();
    assert_eq!(server.read(&mut bytes).await.unwrap(), 4);
    assert_eq!(&bytes[..4], b"kept");
}

async fn a_read_of_no_bytes_takes_nothing() {
    let (mut client, mut server) = pair().await;
    client.write_all(b"kept").await.unwrap();
    settle().await;
    assert_eq!(server.read(&mut []).await.unwrap(), 0);
    assert_eq!(server.read(&mut [0; 8]).await.unwrap(), 4);
}

async fn a_read_of_no_bytes_waits_where_there_are_none() {
    let (mut client, mut server) = pair().await;
    assert!(waits(server.read(&mut [])).await);
    client.write_all(b"x").await.unwrap();
    assert_eq!(server.read(&mut []).await.unwrap(), 0);
}

async fn a_write_of_no_bytes_sends_nothing() {
    let (mut client, mut server) = pair().await;
    assert_eq!(client.write(&[]).await.unwrap(), 0);
    assert!(waits(server.read(&mut [0])).await);
}

async fn several_parts_are_written_as_one() {
    let (mut client, mut server) = pair().await;
    let parts = [b"one ".as_slice(), b"", b"two"].map(io::IoSlice::new);
    assert!(client.is_write_vectored());
    assert_eq!(client.write_vectored(&parts).await.unwrap(), 7);
    let mut bytes = [0; 7];
    server.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"one two");
}

async fn read_exact_waits_for_all_and_misses_what_never_comes() {
    let (mut client, mut server) = pair().await;
    rt::spawn(async move {
        for part in [b"ab", b"cd", b"ef"] {
            client.write_all(part).await.unwrap();
            settle().await;
        }
    });
    let mut bytes = [0; 4];
    server.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"abcd");
    assert_eq!(kind(server.read_exact(&mut bytes).await), ErrorKind::UnexpectedEof);
}

async fn a_look_leaves_what_it_sees() {
    let (mut client, server) = pair().await;
    let mut server = server;
    client.write_all(b"look").await.unwrap();
    settle().await;
    let mut bytes = [0; 8];
    for _ in 0..2 {
        assert_eq!(server.peek(&mut bytes).await.unwrap(), 4);
        assert_eq!(&bytes[..4], b"look");
    }
    assert_eq!(server.peek(&mut bytes[..2]).await.unwrap(), 2);
    assert_eq!(server.read(&mut bytes).await.unwrap(), 4);
}

async fn a_look_waits() {
    let (mut client, server) = pair().await;
    assert!(waits(server.peek(&mut [0])).await);
    let looking = rt::spawn(async move { server.peek(&mut [0; 3]).await.unwrap() });
    settle().await;
    client.write_all(b"x").await.unwrap();
    assert_eq!(looking.await.unwrap(), 1);
}

async fn a_look_sees_the_end() {
    let (client, server) = pair().await;
    drop(client);
    assert_eq!(server.peek(&mut [0]).await.unwrap(), 0);
}

async fn a_look_can_be_polled() {
    let (mut client, server) = pair().await;
    let mut bytes = [0; 8];
    let mut buffer = rt::io::ReadBuf::new(&mut bytes);
    poll_fn(|cx| {
        assert!(server.poll_peek(cx, &mut buffer).is_pending());
        Poll::Ready(())
    })
    .await;
    client.write_all(b"seen").await.unwrap();
    assert_eq!(poll_fn(|cx| server.poll_peek(cx, &mut buffer)).await.unwrap(), 4);
    assert_eq!(buffer.filled(), b"seen");
}

async fn what_fits_without_waiting_comes_in_order() {
    let (client, mut server) = pair().await;
    client.writable().await.unwrap();
    let bytes = numbered(super::MUCH);
    let mut sent = 0;
    loop {
        match client.try_write(&bytes[sent..]) {
            Ok(count) => sent += count,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock);
                break;
            }
        }
    }
    drop(client);
    let mut came = Vec::new();
    server.read_to_end(&mut came).await.unwrap();
    assert!(sent > 0 && came == bytes[..sent]);
}

async fn flushing_is_nothing() {
    let (mut client, server) = pair().await;
    client.flush().await.unwrap();
    drop(server);
    settle().await;
    client.flush().await.unwrap();
}

async fn lines_are_read_through_a_buffer() {
    let (mut client, server) = pair().await;
    client.write_all(b"one\ntwo\nthree").await.unwrap();
    drop(client);
    let mut lines = rt::io::BufReader::new(server).lines();
    let mut heard = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        heard.push(line);
    }
    assert_eq!(heard, ["one", "two", "three"]);
}

async fn what_lies_in_a_writers_buffer_is_not_sent() {
    let (client, mut server) = pair().await;
    let mut writer = rt::io::BufWriter::new(client);
    writer.write_all(b"kept back").await.unwrap();
    assert!(waits(server.read(&mut [0])).await);
    writer.flush().await.unwrap();
    let mut bytes = [0; 9];
    server.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"kept back");
}

async fn a_proxy_passes_both_directions_on() {
    let (mut client, mut near) = pair().await;
    let (mut far, mut server) = pair().await;
    let proxy =
        rt::spawn(async move { rt::io::copy_bidirectional(&mut near, &mut far).await.unwrap() });
    client.write_all(b"question").await.unwrap();
    client.shutdown().await.unwrap();
    let mut question = String::new();
    server.read_to_string(&mut question).await.unwrap();
    server.write_all(b"answer!").await.unwrap();
    drop(server);
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert_eq!((question.as_str(), answer.as_str()), ("question", "answer!"));
    assert_eq!(proxy.await.unwrap(), (8, 7));
}

async fn small_buffers_hold_little_and_lose_nothing() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_send_buffer_size(4_096).unwrap();
    let mut client = socket.connect(listener.local_addr().unwrap()).await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    let writing = rt::spawn(async move { client.write_all(&numbered(300_000)).await.unwrap() });
    settle().await;
    assert!(!writing.is_finished());
    let mut came = Vec::new();
    server.read_to_end(&mut came).await.unwrap();
    assert!(came == numbered(300_000));
}

async fn a_vector_is_filled_as_bytes_come() {
    let (mut client, mut server) = pair().await;
    client.write_all(b"abc").await.unwrap();
    let mut bytes = Vec::with_capacity(16);
    while bytes.len() < 3 {
        server.read_buf(&mut bytes).await.unwrap();
    }
    assert_eq!(bytes, b"abc");
}

async fn connections_do_not_mix() {
    let (mut one, mut of_one) = pair().await;
    let (mut other, mut of_other) = pair().await;
    one.write_all(b"one").await.unwrap();
    other.write_all(b"other").await.unwrap();
    drop((one, other));
    let (mut heard_one, mut heard_other) = (String::new(), String::new());
    of_other.read_to_string(&mut heard_other).await.unwrap();
    of_one.read_to_string(&mut heard_one).await.unwrap();
    assert_eq!((heard_one.as_str(), heard_other.as_str()), ("one", "other"));
}

behaviours! {
    what_is_written_is_read,
    writes_come_in_order,
    a_read_takes_what_is_there,
    two_writes_may_be_read_at_once,
    a_read_waits_for_a_write,
    a_megabyte_goes_through_in_order,
    a_megabyte_goes_there_and_back,
    a_write_waits_while_nobody_reads,
    a_write_that_waits_goes_on_when_there_is_room,
    a_read_that_is_given_up_loses_nothing,
    a_read_of_no_bytes_takes_nothing,
    a_read_of_no_bytes_waits_where_there_are_none,
    a_write_of_no_bytes_sends_nothing,
    several_parts_are_written_as_one,
    read_exact_waits_for_all_and_misses_what_never_comes,
    a_look_leaves_what_it_sees,
    a_look_waits,
    a_look_sees_the_end,
    a_look_can_be_polled,
    what_fits_without_waiting_comes_in_order,
    flushing_is_nothing,
    lines_are_read_through_a_buffer,
    what_lies_in_a_writers_buffer_is_not_sent,
    a_proxy_passes_both_directions_on,
    small_buffers_hold_little_and_lose_nothing,
    a_vector_is_filled_as_bytes_come,
    connections_do_not_mix,
}
