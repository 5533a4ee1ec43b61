// Close and reset.

async fn what_was_sent_before_the_end_is_read() {
    let (mut client, mut server) = pair().await;
    client.write_all(b"last").await.unwrap();
    drop(client);
    settle().await;
    let mut bytes = [0; 2];
    assert_eq!(server.read(&mut bytes).await.unwrap(), 2);
    assert_eq!(server.read(&mut bytes).await.unwrap(), 2);
    for _ in 0..2 {
        assert_eq!(server.read(&mut bytes).await.unwrap(), 0);
    }
}

async fn the_end_wakes_a_reader() {
    let (client, mut server) = pair().await;
    let reading = rt::spawn(async move { server.read(&mut [0]).await.unwrap() });
    settle().await;
    drop(client);
    assert_eq!(reading.await.unwrap(), 0);
}

async fn shutting_down_leaves_reading_open() {
    let (mut client, mut server) = pair().await;
    client.write_all(b"ask").await.unwrap();
    client.shutdown().await.unwrap();
    let mut asked = String::new();
    server.read_to_string(&mut asked).await.unwrap();
    server.write_all(b"answer").await.unwrap();
    drop(server);
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert_eq!((asked.as_str(), answer.as_str()), ("ask", "answer"));
}

async fn after_shutting_down_a_write_is_a_broken_pipe() {
    let (mut client, _server) = pair().await;
    client.shutdown().await.unwrap();
    for _ in 0..2 {
        assert_eq!(kind(client.write(b"x").await), ErrorKind::BrokenPipe);
    }
}

async fn shutting_down_twice_is_shutting_down() {
    let (mut client, mut server) = pair().await;
    client.shutdown().await.unwrap();
    client.shutdown().await.unwrap();
    assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
}

async fn the_first_write_to_a_peer_that_closed_succeeds_and_a_later_one_fails() {
    let (client, mut server) = pair().await;
    drop(client);
    settle().await;
    assert_eq!(server.write(b"x").await.unwrap(), 1);
    settle().await;
    assert_eq!(kind(server.write(b"x").await), ErrorKind::BrokenPipe);
    assert_eq!(kind(server.write(b"x").await), ErrorKind::BrokenPipe);
}

async fn reading_goes_on_at_the_end_after_a_write_was_refused() {
    let (mut client, mut server) = pair().await;
    client.write_all(b"last").await.unwrap();
    drop(client);
    settle().await;
    server.write_all(b"x").await.unwrap();
    settle().await;
    let mut bytes = [0; 8];
    assert_eq!(server.read(&mut bytes).await.unwrap(), 4);
    assert_eq!(server.read(&mut bytes).await.unwrap(), 0);
}

async fn closing_with_bytes_unread_is_a_reset() {
    let (mut client, mut server) = pair().await;
    client.write_all(b"unread").await.unwrap();
    settle().await;
    assert_eq!(server.peek(&mut [0]).await.unwrap(), 1);
    server.write_all(b"read").await.unwrap();
    drop(server);
    settle().await;
    let mut bytes = [0; 8];
    assert_eq!(client.read(&mut bytes).await.unwrap(), 4);
    assert_eq!(kind(client.read(&mut bytes).await), ErrorKind::ConnectionReset);
    assert_eq!(client.read(&mut bytes).await.unwrap(), 0);
    assert_eq!(kind(client.write(b"x").await), ErrorKind::BrokenPipe);
}

async fn a_linger_of_zero_is_a_reset() {
    let (client, mut server) = pair().await;
    reset(client);
    settle().await;
    assert_eq!(kind(server.read(&mut [0]).await), ErrorKind::ConnectionReset);
    assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
}

async fn bytes_that_came_before_a_reset_are_read_before_its_error() {
    let (mut client, mut server) = pair().await;
    client.write_all(b"first").await.unwrap();
    settle().await;
    reset(client);
    settle().await;
    let mut bytes = [0; 8];
    assert_eq!(server.read(&mut bytes).await.unwrap(), 5);
    assert_eq!(kind(server.read(&mut bytes).await), ErrorKind::ConnectionReset);
    assert_eq!(server.read(&mut bytes).await.unwrap(), 0);
}

async fn a_write_is_told_of_the_reset_once_too() {
    let (client, mut server) = pair().await;
    reset(client);
    settle().await;
    assert_eq!(kind(server.write(b"x").await), ErrorKind::ConnectionReset);
    assert_eq!(kind(server.write(b"x").await), ErrorKind::BrokenPipe);
    assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
}

async fn who_takes_the_error_leaves_the_end() {
    let (client, mut server) = pair().await;
    assert!(server.take_error().unwrap().is_none());
    reset(client);
    settle().await;
    let error = server.take_error().unwrap().unwrap();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert!(server.take_error().unwrap().is_none());
    assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
}

async fn a_reset_wakes_a_reader() {
    let (client, mut server) = pair().await;
    let reading = rt::spawn(async move { kind(server.read(&mut [0]).await) });
    settle().await;
    reset(client);
    assert_eq!(reading.await.unwrap(), ErrorKind::ConnectionReset);
}

async fn a_reset_wakes_a_writer() {
    let (mut client, server) = pair().await;
    let writing = rt::spawn(async move { kind(client.write_all(&vec![7; super::MUCH]).await) });
    settle().await;
    drop(server);
    assert_eq!(writing.await.unwrap(), ErrorKind::ConnectionReset);
}

async fn shutting_down_after_a_reset_is_fine() {
    let (client, mut server) = pair().await;
    reset(client);
    settle().await;
    server.shutdown().await.unwrap();
    assert_eq!(kind(server.read(&mut [0]).await), ErrorKind::ConnectionReset);
    server.shutdown().await.unwrap();
}

async fn shutting_down_after_both_sides_closed_is_fine() {
    let (mut client, mut server) = pair().await;
    client.shutdown().await.unwrap();
    server.shutdown().await.unwrap();
    settle().await;
    client.shutdown().await.unwrap();
    server.shutdown().await.unwrap();
}

async fn a_closed_connection_has_no_peer() {
    let (mut client, mut server) = pair().await;
    client.shutdown().await.unwrap();
    settle().await;
    assert!(client.peer_addr().is_ok() && server.peer_addr().is_ok());
    server.shutdown().await.unwrap();
    settle().await;
    assert_eq!(kind(client.peer_addr()), ErrorKind::NotConnected);
    assert_eq!(kind(server.peer_addr()), ErrorKind::NotConnected);
    assert!(client.local_addr().is_ok());
}

async fn a_reset_connection_has_no_peer() {
    let (client, server) = pair().await;
    reset(client);
    settle().await;
    assert_eq!(kind(server.peer_addr()), ErrorKind::NotConnected);
    assert!(server.local_addr().is_ok());
}

async fn both_sides_may_shut_down_and_read_the_end() {
    let (mut client, mut server) = pair().await;
    client.write_all(b"from client").await.unwrap();
    server.write_all(b"from server").await.unwrap();
    client.shutdown().await.unwrap();
    server.shutdown().await.unwrap();
    let (mut one, mut other) = (String::new(), String::new());
    client.read_to_string(&mut one).await.unwrap();
    server.read_to_string(&mut other).await.unwrap();
    assert_eq!((one.as_str(), other.as_str()), ("from server", "from client"));
}

async fn data_for_who_closed_reset_it() {
    let (mut client, server) = pair().await;
    drop(server);
    settle().await;
    client.write_all(b"x").await.unwrap();
    settle().await;
    // It had read the end before it was reset.
    assert_eq!(client.take_error().unwrap().map(|error| error.kind()), Some(ErrorKind::BrokenPipe));
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
}

async fn much_that_was_written_is_sent_after_the_close() {
    let (mut client, mut server) = pair().await;
    let mut sent = 0;
    let bytes = numbered(super::MUCH);
    client.writable().await.unwrap();
    while let Ok(count) = client.try_write(&bytes[sent..]) {
        sent += count;
    }
    drop(client.shutdown().await);
    drop(client);
    let mut came = Vec::new();
    server.read_to_end(&mut came).await.unwrap();
    assert!(came == bytes[..sent]);
}

async fn the_end_comes_after_what_still_waits_for_room() {
    let (mut client, mut server) = pair().await;
    let writing = rt::spawn(async move {
        client.write_all(&numbered(super::MUCH)).await.unwrap();
        client.shutdown().await.unwrap();
        client.read(&mut [0]).await.unwrap()
    });
    let mut came = Vec::new();
    server.read_to_end(&mut came).await.unwrap();
    assert!(came == numbered(super::MUCH));
    drop(server);
    assert_eq!(writing.await.unwrap(), 0);
}

async fn a_task_that_is_aborted_closes_its_connection() {
    let (mut client, server) = pair().await;
    let holding = rt::spawn(async move {
        let _server = server;
        std::future::pending::<()>().await;
    });
    settle().await;
    holding.abort();
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
}

async fn a_reset_while_the_other_shuts_down_is_a_reset() {
    let (mut client, server) = pair().await;
    client.shutdown().await.unwrap();
    settle().await;
    reset(server);
    settle().await;
    assert_eq!(kind(client.read(&mut [0]).await), ErrorKind::ConnectionReset);
}

behaviours! {
    what_was_sent_before_the_end_is_read,
    the_end_wakes_a_reader,
    shutting_down_leaves_reading_open,
    after_shutting_down_a_write_is_a_broken_pipe,
    shutting_down_twice_is_shutting_down,
    the_first_write_to_a_peer_that_closed_succeeds_and_a_later_one_fails,
    reading_goes_on_at_the_end_after_a_write_was_refused,
    closing_with_bytes_unread_is_a_reset,
    a_linger_of_zero_is_a_reset,
    bytes_that_came_before_a_reset_are_read_before_its_error,
    a_write_is_told_of_the_reset_once_too,
    who_takes_the_error_leaves_the_end,
    a_reset_wakes_a_reader,
    a_reset_wakes_a_writer,
    shutting_down_after_a_reset_is_fine,
    shutting_down_after_both_sides_closed_is_fine,
    a_closed_connection_has_no_peer,
    a_reset_connection_has_no_peer,
    both_sides_may_shut_down_and_read_the_end,
    data_for_who_closed_reset_it,
    much_that_was_written_is_sent_after_the_close,
    the_end_comes_after_what_still_waits_for_room,
    a_task_that_is_aborted_closes_its_connection,
    a_reset_while_the_other_shuts_down_is_a_reset,
}
