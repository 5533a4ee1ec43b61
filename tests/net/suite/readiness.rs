// Readiness, and what does not wait.

use rt::io::{Interest, Ready};

/// Both ends, of which the one that was accepted has been tried, so that it counts as ready only if it is.
async fn tried() -> (TcpStream, TcpStream) {
    let (client, server) = pair().await;
    assert_eq!(kind(server.try_read(&mut [0])), ErrorKind::WouldBlock);
    (client, server)
}

async fn a_connected_stream_is_writable_and_not_readable() {
    let (client, _server) = pair().await;
    client.writable().await.unwrap();
    assert!(waits(client.readable()).await);
}

async fn an_accepted_stream_counts_as_readable_until_it_is_tried() {
    let (_client, server) = pair().await;
    server.readable().await.unwrap();
    assert_eq!(kind(server.try_read(&mut [0])), ErrorKind::WouldBlock);
    assert!(waits(server.readable()).await);
}

async fn what_comes_makes_it_readable() {
    let (mut client, server) = tried().await;
    let readable = rt::spawn(async move {
        server.readable().await.unwrap();
        server.try_read(&mut [0; 8]).unwrap()
    });
    settle().await;
    client.write_all(b"abc").await.unwrap();
    assert_eq!(readable.await.unwrap(), 3);
}

async fn it_stays_readable_while_nobody_reads() {
    let (mut client, server) = tried().await;
    client.write_all(b"abc").await.unwrap();
    for _ in 0..3 {
        server.readable().await.unwrap();
    }
}

async fn it_is_readable_until_a_try_finds_nothing() {
    let (mut client, server) = tried().await;
    client.write_all(b"abc").await.unwrap();
    server.readable().await.unwrap();
    assert_eq!(server.try_read(&mut [0; 8]).unwrap(), 3);
    // Nobody has found out yet that there is no more.
    server.readable().await.unwrap();
    assert_eq!(kind(server.try_read(&mut [0; 8])), ErrorKind::WouldBlock);
    assert!(waits(server.readable()).await);
}

async fn a_read_that_found_less_than_it_could_take_has_found_all() {
    let (mut client, mut server) = tried().await;
    client.write_all(b"abc").await.unwrap();
    settle().await;
    assert_eq!(server.read(&mut [0; 8]).await.unwrap(), 3);
    assert!(waits(server.readable()).await);
}

async fn the_end_makes_it_readable_for_good() {
    let (client, server) = tried().await;
    drop(client);
    for _ in 0..2 {
        let ready = server.ready(Interest::READABLE).await.unwrap();
        assert!(ready.is_readable() && ready.is_read_closed());
        assert_eq!(server.try_read(&mut [0; 8]).unwrap(), 0);
    }
}

async fn a_reset_makes_it_everything() {
    let (client, server) = tried().await;
    reset(client);
    settle().await;
    let ready = server.ready(Interest::READABLE | Interest::WRITABLE).await.unwrap();
    assert!(ready.is_readable() && ready.is_writable());
    assert!(ready.is_read_closed() && ready.is_write_closed());
    assert_eq!(kind(server.try_read(&mut [0; 8])), ErrorKind::ConnectionReset);
}

async fn an_error_can_be_waited_for() {
    let (client, server) = tried().await;
    let waiting = rt::spawn(async move { server.ready(Interest::ERROR).await.unwrap().is_error() });
    settle().await;
    assert!(!waiting.is_finished());
    reset(client);
    assert!(waiting.await.unwrap());
}

async fn ready_says_what_of_it_holds() {
    let (mut client, server) = tried().await;
    let both = Interest::READABLE | Interest::WRITABLE;
    assert_eq!(server.ready(both).await.unwrap(), Ready::WRITABLE);
    client.write_all(b"x").await.unwrap();
    settle().await;
    assert_eq!(server.ready(both).await.unwrap(), Ready::READABLE | Ready::WRITABLE);
}

async fn a_full_stream_is_not_writable() {
    let (client, mut server) = pair().await;
    client.writable().await.unwrap();
    let bytes = vec![7; 1 << 20];
    // The system goes on to find room for what it moved on.
    loop {
        while client.try_write(&bytes).is_ok() {}
        settle().await;
        if client.try_write(&bytes).is_err() {
            break;
        }
    }
    assert!(waits(client.writable()).await);
    let reading = async {
        let mut bytes = vec![0; 1 << 20];
        while server.read(&mut bytes).await.unwrap() > 0 {}
    };
    rt::select! {
        writable = client.writable() => writable.unwrap(),
        () = reading => panic!("nothing was closed"),
    }
    assert!(client.try_write(b"x").is_ok());
}

async fn several_tasks_wait_for_one_stream() {
    let (mut client, server) = tried().await;
    let server = std::sync::Arc::new(server);
    let waiting = [(); 3].map(|()| {
        let server = server.clone();
        rt::spawn(async move { server.readable().await.unwrap() })
    });
    settle().await;
    client.write_all(b"x").await.unwrap();
    for task in waiting {
        task.await.unwrap();
    }
}

async fn one_waits_to_read_and_another_to_write() {
    let (client, server) = tried().await;
    let client = std::sync::Arc::new(client);
    let reader = client.clone();
    let reading = rt::spawn(async move { reader.readable().await.unwrap() });
    client.writable().await.unwrap();
    assert!(!reading.is_finished());
    server.try_write(b"x").unwrap();
    reading.await.unwrap();
}

async fn readiness_can_be_polled() {
    let (mut client, server) = tried().await;
    poll_fn(|cx| {
        assert!(server.poll_read_ready(cx).is_pending());
        Poll::Ready(())
    })
    .await;
    client.write_all(b"x").await.unwrap();
    poll_fn(|cx| server.poll_read_ready(cx)).await.unwrap();
    poll_fn(|cx| server.poll_write_ready(cx)).await.unwrap();
}

async fn a_wait_that_is_given_up_is_no_wait() {
    let (mut client, server) = tried().await;
    assert!(waits(server.readable()).await);
    client.write_all(b"x").await.unwrap();
    server.readable().await.unwrap();
    assert_eq!(server.try_read(&mut [0; 8]).unwrap(), 1);
}

async fn several_buffers_are_filled_in_turn() {
    let (mut client, server) = tried().await;
    client.write_all(b"abcde").await.unwrap();
    server.readable().await.unwrap();
    let (mut one, mut other) = ([0; 2], [0; 8]);
    let mut buffers = [io::IoSliceMut::new(&mut one), io::IoSliceMut::new(&mut other)];
    assert_eq!(server.try_read_vectored(&mut buffers).unwrap(), 5);
    assert_eq!(kind(server.try_read_vectored(&mut buffers)), ErrorKind::WouldBlock);
    assert_eq!((&one, &other[..3]), (b"ab", b"cde".as_slice()));
}

async fn a_vector_grows_by_what_is_there() {
    let (mut client, server) = tried().await;
    let mut bytes = Vec::with_capacity(16);
    assert_eq!(kind(server.try_read_buf(&mut bytes)), ErrorKind::WouldBlock);
    client.write_all(b"abc").await.unwrap();
    server.readable().await.unwrap();
    assert_eq!(server.try_read_buf(&mut bytes).unwrap(), 3);
    assert_eq!(bytes, b"abc");
}

async fn several_parts_are_tried_as_one() {
    let (client, mut server) = pair().await;
    client.writable().await.unwrap();
    let parts = [b"ab".as_slice(), b"cde"].map(io::IoSlice::new);
    assert_eq!(client.try_write_vectored(&parts).unwrap(), 5);
    let mut bytes = [0; 5];
    server.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"abcde");
}

async fn try_io_calls_only_what_may_succeed() {
    let (mut client, server) = tried().await;
    let not_called = server.try_io(Interest::READABLE, || -> io::Result<()> { panic!("not ready") });
    assert_eq!(kind(not_called), ErrorKind::WouldBlock);
    client.write_all(b"x").await.unwrap();
    server.readable().await.unwrap();
    assert_eq!(server.try_io(Interest::READABLE, || Ok(7)).unwrap(), 7);
}

async fn what_try_io_finds_not_ready_is_not_until_more_comes() {
    let (mut client, server) = tried().await;
    client.write_all(b"x").await.unwrap();
    server.readable().await.unwrap();
    let would_block = || -> io::Result<()> { Err(ErrorKind::WouldBlock.into()) };
    assert_eq!(kind(server.try_io(Interest::READABLE, would_block)), ErrorKind::WouldBlock);
    assert!(waits(server.readable()).await);
    client.write_all(b"x").await.unwrap();
    server.readable().await.unwrap();
}

async fn async_io_calls_until_it_succeeds() {
    let (mut client, server) = tried().await;
    rt::spawn(async move {
        for _ in 0..3 {
            settle().await;
            client.write_all(b"x").await.unwrap();
        }
        settle().await;
    });
    let mut calls = 0;
    let answer = server.async_io(Interest::READABLE, || {
        calls += 1;
        match calls {
            1 | 2 => Err(ErrorKind::WouldBlock.into()),
            calls => Ok(calls),
        }
    });
    assert_eq!(answer.await.unwrap(), 3);
}

/// Polls it once: what it gives, or nothing if that is over.
async fn in_one_poll<F: Future>(future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// More than what a task may complete in one poll.
const MANY: usize = 200;

async fn to_wait_until_it_is_ready_takes_nothing_of_the_budget() {
    let (client, _server) = pair().await;
    let found = in_one_poll(async {
        for _ in 0..MANY {
            client.writable().await.unwrap();
            client.ready(Interest::WRITABLE).await.unwrap();
        }
    });
    assert!(found.await.is_some());
}

async fn to_poll_whether_it_is_ready_is_charged() {
    let (client, _server) = pair().await;
    let found = in_one_poll(async {
        for _ in 0..MANY {
            poll_fn(|cx| client.poll_write_ready(cx)).await.unwrap();
        }
    });
    assert!(found.await.is_none());
}

async fn async_io_is_charged_for_what_succeeds() {
    let (client, _server) = pair().await;
    let mut done = 0;
    let found = in_one_poll(async {
        for _ in 0..MANY {
            client.async_io(Interest::WRITABLE, || Ok(())).await.unwrap();
            done += 1;
        }
    });
    assert!(found.await.is_none());
    assert!(done > MANY / 4, "{done}");
}

async fn a_stream_that_shut_down_is_writable_and_fails() {
    let (mut client, _server) = pair().await;
    client.shutdown().await.unwrap();
    settle().await;
    client.writable().await.unwrap();
    assert_eq!(kind(client.try_write(b"x")), ErrorKind::BrokenPipe);
}

async fn a_stream_whose_both_directions_are_closed_says_so() {
    let (mut client, mut server) = tried().await;
    client.shutdown().await.unwrap();
    server.shutdown().await.unwrap();
    settle().await;
    let ready = server.ready(Interest::READABLE | Interest::WRITABLE).await.unwrap();
    assert!(ready.is_read_closed() && ready.is_write_closed());
}

behaviours! {
    a_connected_stream_is_writable_and_not_readable,
    an_accepted_stream_counts_as_readable_until_it_is_tried,
    what_comes_makes_it_readable,
    it_stays_readable_while_nobody_reads,
    it_is_readable_until_a_try_finds_nothing,
    a_read_that_found_less_than_it_could_take_has_found_all,
    the_end_makes_it_readable_for_good,
    a_reset_makes_it_everything,
    an_error_can_be_waited_for,
    ready_says_what_of_it_holds,
    a_full_stream_is_not_writable,
    several_tasks_wait_for_one_stream,
    one_waits_to_read_and_another_to_write,
    readiness_can_be_polled,
    a_wait_that_is_given_up_is_no_wait,
    several_buffers_are_filled_in_turn,
    a_vector_grows_by_what_is_there,
    several_parts_are_tried_as_one,
    try_io_calls_only_what_may_succeed,
    what_try_io_finds_not_ready_is_not_until_more_comes,
    async_io_calls_until_it_succeeds,
    to_wait_until_it_is_ready_takes_nothing_of_the_budget,
    to_poll_whether_it_is_ready_is_charged,
    async_io_is_charged_for_what_succeeds,
    a_stream_that_shut_down_is_writable_and_fails,
    a_stream_whose_both_directions_are_closed_says_so,
}
