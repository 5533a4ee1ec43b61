// Split.

#[allow(unused_imports)]
use rt::io::{Interest, ReadBuf};

async fn borrowed_halves_read_and_write_at_once() {
    let (mut client, mut server) = pair().await;
    let (mut reader, mut writer) = server.split();
    client.write_all(b"both").await.unwrap();
    client.shutdown().await.unwrap();
    assert_eq!(rt::io::copy(&mut reader, &mut writer).await.unwrap(), 4);
    let mut bytes = [0; 4];
    client.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"both");
}

async fn dropping_borrowed_halves_closes_nothing() {
    let (mut client, mut server) = pair().await;
    {
        let _halves = server.split();
    }
    assert!(waits(client.read(&mut [0])).await);
    server.write_all(b"x").await.unwrap();
    assert_eq!(client.read(&mut [0]).await.unwrap(), 1);
}

async fn a_stream_is_split_again() {
    let (mut client, mut server) = pair().await;
    for _ in 0..2 {
        let (_, mut writer) = server.split();
        writer.write_all(b"x").await.unwrap();
    }
    let mut bytes = [0; 2];
    client.read_exact(&mut bytes).await.unwrap();
}

async fn shutting_a_borrowed_half_down_ends_writing() {
    let (mut client, mut server) = pair().await;
    let (_, mut writer) = server.split();
    writer.shutdown().await.unwrap();
    assert_eq!(kind(writer.write(b"x").await), ErrorKind::BrokenPipe);
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
}

async fn borrowed_halves_know_both_addresses() {
    let (client, mut server) = pair().await;
    let (reader, writer) = server.split();
    let (local, peer) = (client.peer_addr().unwrap(), client.local_addr().unwrap());
    assert_eq!((reader.local_addr().unwrap(), reader.peer_addr().unwrap()), (local, peer));
    assert_eq!((writer.local_addr().unwrap(), writer.peer_addr().unwrap()), (local, peer));
    assert_eq!(reader.as_ref().local_addr().unwrap(), local);
}

async fn a_borrowed_half_looks_without_taking() {
    let (mut client, mut server) = pair().await;
    let (mut reader, _) = server.split();
    client.write_all(b"look").await.unwrap();
    let mut byte = [0];
    assert_eq!(reader.peek(&mut byte).await.unwrap(), 1);
    let mut bytes = [0; 4];
    reader.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"look");
}

async fn borrowed_halves_try_without_waiting() {
    let (client, mut server) = pair().await;
    let (reader, writer) = server.split();
    writer.writable().await.unwrap();
    assert_eq!(writer.try_write(b"out").unwrap(), 3);
    assert_eq!(kind(reader.try_read(&mut [0])), ErrorKind::WouldBlock);
    client.readable().await.unwrap();
    assert_eq!(client.try_read(&mut [0; 8]).unwrap(), 3);
}

async fn owned_halves_go_to_tasks_of_their_own() {
    let (client, server) = pair().await;
    let (mut reader, mut writer) = server.into_split();
    let echo = rt::spawn(async move {
        let mut bytes = [0; 5];
        reader.read_exact(&mut bytes).await.unwrap();
        bytes
    });
    rt::spawn(async move { writer.write_all(b"hello").await.unwrap() });
    let (mut reader, mut writer) = client.into_split();
    writer.write_all(b"world").await.unwrap();
    let mut bytes = [0; 5];
    reader.read_exact(&mut bytes).await.unwrap();
    assert_eq!((&bytes, &echo.await.unwrap()), (b"hello", b"world"));
}

async fn dropping_the_owned_writing_half_ends_writing() {
    let (client, mut server) = pair().await;
    let (mut reader, mut writer) = client.into_split();
    writer.write_all(b"last").await.unwrap();
    drop(writer);
    let mut heard = String::new();
    server.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "last");
    server.write_all(b"answer").await.unwrap();
    drop(server);
    let mut answer = String::new();
    reader.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "answer");
}

async fn dropping_the_owned_reading_half_closes_nothing() {
    let (client, mut server) = pair().await;
    let (reader, mut writer) = client.into_split();
    drop(reader);
    server.write_all(b"x").await.unwrap();
    settle().await;
    writer.write_all(b"still").await.unwrap();
    let mut bytes = [0; 5];
    server.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"still");
}

async fn dropping_both_owned_halves_closes() {
    let (client, mut server) = pair().await;
    drop(client.into_split());
    settle().await;
    assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(server.write(b"x").await.unwrap(), 1);
    settle().await;
    assert_eq!(kind(server.write(b"x").await), ErrorKind::BrokenPipe);
}

async fn a_writing_half_that_is_forgotten_leaves_writing_open() {
    let (client, mut server) = pair().await;
    let (reader, writer) = client.into_split();
    writer.forget();
    assert!(waits(server.read(&mut [0])).await);
    drop(reader);
    assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
}

async fn halves_of_one_stream_make_it_again() {
    let (client, mut server) = pair().await;
    let (reader, writer) = client.into_split();
    let mut client = reader.reunite(writer).unwrap();
    client.write_all(b"whole").await.unwrap();
    let mut bytes = [0; 5];
    server.read_exact(&mut bytes).await.unwrap();
    let (reader, writer) = client.into_split();
    let mut client = writer.reunite(reader).unwrap();
    server.write_all(b"again").await.unwrap();
    client.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"again");
}

async fn halves_of_two_streams_do_not() {
    let (one, _of_one) = pair().await;
    let (other, _of_other) = pair().await;
    let (one_reader, one_writer) = one.into_split();
    let (other_reader, other_writer) = other.into_split();
    let error = one_reader.reunite(other_writer).unwrap_err();
    assert!(!error.to_string().is_empty());
    let rt::net::tcp::ReuniteError(one_reader, other_writer) = error;
    one_reader.reunite(one_writer).unwrap();
    other_writer.reunite(other_reader).unwrap();
}

async fn shutting_an_owned_half_down_ends_writing_once() {
    let (client, mut server) = pair().await;
    let (_reader, mut writer) = client.into_split();
    writer.shutdown().await.unwrap();
    assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(kind(writer.write(b"x").await), ErrorKind::BrokenPipe);
    writer.shutdown().await.unwrap();
}

async fn owned_halves_know_both_addresses() {
    let (client, server) = pair().await;
    let (local, peer) = (client.local_addr().unwrap(), client.peer_addr().unwrap());
    let (reader, writer) = client.into_split();
    assert_eq!((reader.local_addr().unwrap(), reader.peer_addr().unwrap()), (local, peer));
    assert_eq!((writer.local_addr().unwrap(), writer.peer_addr().unwrap()), (local, peer));
    assert_eq!(writer.as_ref().peer_addr().unwrap(), server.local_addr().unwrap());
}

async fn an_owned_half_looks_without_taking() {
    let (mut client, server) = pair().await;
    let (mut reader, _writer) = server.into_split();
    client.write_all(b"look").await.unwrap();
    let mut bytes = [0; 4];
    assert!(reader.peek(&mut bytes).await.unwrap() > 0);
    reader.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"look");
}

async fn owned_halves_say_when_they_are_ready() {
    let (mut client, server) = pair().await;
    let (reader, writer) = client_halves(server);
    writer.writable().await.unwrap();
    assert!(writer.ready(Interest::WRITABLE).await.unwrap().is_writable());
    // An accepted stream counts as readable until somebody tries.
    let _ = reader.try_read(&mut [0]);
    assert!(waits(reader.readable()).await);
    client.write_all(b"x").await.unwrap();
    assert!(reader.ready(Interest::READABLE).await.unwrap().is_readable());
    assert_eq!(reader.try_read(&mut [0; 8]).unwrap(), 1);
}

fn client_halves(
    stream: TcpStream,
) -> (rt::net::tcp::OwnedReadHalf, rt::net::tcp::OwnedWriteHalf) {
    stream.into_split()
}

async fn halves_write_several_parts_as_one() {
    let (mut client, mut server) = pair().await;
    let parts = [b"a".as_slice(), b"bc"].map(io::IoSlice::new);
    let (_, mut writer) = client.split();
    assert!(writer.is_write_vectored());
    assert_eq!(writer.write_vectored(&parts).await.unwrap(), 3);
    let (_reader, mut writer) = client.into_split();
    assert_eq!(writer.write_vectored(&parts).await.unwrap(), 3);
    let mut bytes = [0; 6];
    server.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"abcabc");
}

async fn reading_waits_while_the_other_half_writes() {
    let (client, mut server) = pair().await;
    let (mut reader, mut writer) = client.into_split();
    let reading = rt::spawn(async move {
        let mut answer = String::new();
        reader.read_to_string(&mut answer).await.unwrap();
        answer
    });
    settle().await;
    writer.write_all(b"question").await.unwrap();
    drop(writer);
    let mut question = String::new();
    server.read_to_string(&mut question).await.unwrap();
    server.write_all(question.to_uppercase().as_bytes()).await.unwrap();
    drop(server);
    assert_eq!(reading.await.unwrap(), "QUESTION");
}

async fn a_look_by_a_half_can_be_polled() {
    let (mut client, server) = pair().await;
    let (mut reader, _writer) = server.into_split();
    client.write_all(b"seen").await.unwrap();
    let mut bytes = [0; 4];
    let mut buffer = ReadBuf::new(&mut bytes);
    let count = poll_fn(|cx| reader.poll_peek(cx, &mut buffer)).await.unwrap();
    assert!(count > 0 && buffer.filled() == &b"seen"[..count]);
}

async fn generic_halves_close_when_both_are_gone() {
    let (client, mut server) = pair().await;
    let (reader, mut writer) = rt::io::split(client);
    writer.write_all(b"x").await.unwrap();
    drop(writer);
    assert_eq!(server.read(&mut [0]).await.unwrap(), 1);
    assert!(waits(server.read(&mut [0])).await);
    drop(reader);
    assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
}

behaviours! {
    borrowed_halves_read_and_write_at_once,
    dropping_borrowed_halves_closes_nothing,
    a_stream_is_split_again,
    shutting_a_borrowed_half_down_ends_writing,
    borrowed_halves_know_both_addresses,
    a_borrowed_half_looks_without_taking,
    borrowed_halves_try_without_waiting,
    owned_halves_go_to_tasks_of_their_own,
    dropping_the_owned_writing_half_ends_writing,
    dropping_the_owned_reading_half_closes_nothing,
    dropping_both_owned_halves_closes,
    a_writing_half_that_is_forgotten_leaves_writing_open,
    halves_of_one_stream_make_it_again,
    halves_of_two_streams_do_not,
    shutting_an_owned_half_down_ends_writing_once,
    owned_halves_know_both_addresses,
    an_owned_half_looks_without_taking,
    owned_halves_say_when_they_are_ready,
    halves_write_several_parts_as_one,
    reading_waits_while_the_other_half_writes,
    a_look_by_a_half_can_be_polled,
    generic_halves_close_when_both_are_gone,
}
