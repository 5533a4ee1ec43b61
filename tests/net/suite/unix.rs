// Unix sockets.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use rt::io::{Interest, ReadBuf};
use rt::net::{UnixDatagram, UnixListener, UnixSocket, UnixStream};

/// A path that nobody else uses. On the real machine what is there is removed at the end.
struct Place(PathBuf);

impl Place {
    fn new() -> Place {
        static PLACES: AtomicU32 = AtomicU32::new(0);
        let number = PLACES.fetch_add(1, Ordering::Relaxed);
        let name = format!("rw-{}-{number}.sock", std::process::id());
        Place(std::env::temp_dir().join(name))
    }
}

impl AsRef<std::path::Path> for Place {
    fn as_ref(&self) -> &std::path::Path {
        &self.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(super::remove_path(&self.0));
    }
}

/// A connection by a path: of who asked for it, and of who accepted it.
async fn accepted() -> (UnixStream, UnixStream, Place) {
    let place = Place::new();
    let listener = UnixListener::bind(&place).unwrap();
    let client = UnixStream::connect(&place).await.unwrap();
    let (server, _) = listener.accept().await.unwrap();
    (client, server, place)
}

fn two() -> (UnixStream, UnixStream) {
    UnixStream::pair().unwrap()
}

async fn a_path_is_connected_to() {
    let (mut client, mut server, _place) = accepted().await;
    client.write_all(b"ping").await.unwrap();
    let mut buffer = [0; 4];
    server.read_exact(&mut buffer).await.unwrap();
    server.write_all(b"pong").await.unwrap();
    client.read_exact(&mut buffer).await.unwrap();
    assert_eq!(&buffer, b"pong");
}

async fn who_connects_has_no_name() {
    let place = Place::new();
    let listener = UnixListener::bind(&place).unwrap();
    assert_eq!(listener.local_addr().unwrap().as_pathname(), Some(place.as_ref()));
    let client = UnixStream::connect(&place).await.unwrap();
    let (server, from) = listener.accept().await.unwrap();
    assert!(from.is_unnamed() && client.local_addr().unwrap().is_unnamed());
    assert!(server.peer_addr().unwrap().is_unnamed());
    for named in [client.peer_addr().unwrap(), server.local_addr().unwrap()] {
        assert_eq!(named.as_pathname(), Some(place.as_ref()));
    }
}

async fn nothing_is_not_found() {
    assert_eq!(kind(UnixStream::connect(Place::new()).await), ErrorKind::NotFound);
}

async fn where_nobody_listens_any_more_a_connection_is_refused() {
    let place = Place::new();
    drop(UnixListener::bind(&place).unwrap());
    assert_eq!(kind(UnixStream::connect(&place).await), ErrorKind::ConnectionRefused);
}

async fn a_path_is_bound_once() {
    let place = Place::new();
    let _listener = UnixListener::bind(&place).unwrap();
    assert_eq!(kind(UnixListener::bind(&place)), ErrorKind::AddrInUse);
    assert_eq!(kind(UnixDatagram::bind(&place)), ErrorKind::AddrInUse);
}

async fn a_path_stays_in_use_until_it_is_removed() {
    let place = Place::new();
    drop(UnixListener::bind(&place).unwrap());
    assert_eq!(kind(UnixListener::bind(&place)), ErrorKind::AddrInUse);
    super::remove_path(&place.0).unwrap();
    let listener = UnixListener::bind(&place).unwrap();
    let _client = UnixStream::connect(&place).await.unwrap();
    listener.accept().await.unwrap();
}

async fn who_listens_at_a_removed_path_is_not_found() {
    let place = Place::new();
    let _listener = UnixListener::bind(&place).unwrap();
    super::remove_path(&place.0).unwrap();
    assert_eq!(kind(UnixStream::connect(&place).await), ErrorKind::NotFound);
    assert_eq!(kind(super::remove_path(&place.0)), ErrorKind::NotFound);
}

async fn connect_succeeds_before_accept() {
    let place = Place::new();
    let listener = UnixListener::bind(&place).unwrap();
    let mut client = UnixStream::connect(&place).await.unwrap();
    client.write_all(b"early").await.unwrap();
    drop(client);
    let (mut server, _) = listener.accept().await.unwrap();
    let mut heard = String::new();
    server.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "early");
}

async fn a_backlog_of_n_holds_n_more_than_one_and_then_connect_would_block() {
    let place = Place::new();
    let socket = UnixSocket::new_stream().unwrap();
    socket.bind(&place).unwrap();
    let listener = socket.listen(1).unwrap();
    let _clients = (
        UnixStream::connect(&place).await.unwrap(),
        UnixStream::connect(&place).await.unwrap(),
    );
    assert_eq!(kind(UnixStream::connect(&place).await), ErrorKind::WouldBlock);
    listener.accept().await.unwrap();
    UnixStream::connect(&place).await.unwrap();
}

async fn who_is_not_accepted_is_reset_by_the_end_of_the_listener() {
    let place = Place::new();
    let listener = UnixListener::bind(&place).unwrap();
    let mut client = UnixStream::connect(&place).await.unwrap();
    drop(listener);
    assert_eq!(kind(client.read(&mut [0]).await), ErrorKind::ConnectionReset);
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(kind(client.write(b"x").await), ErrorKind::BrokenPipe);
}

async fn an_accept_waits_and_can_be_polled() {
    let place = Place::new();
    let listener = UnixListener::bind(&place).unwrap();
    assert!(waits(listener.accept()).await);
    let _client = UnixStream::connect(&place).await.unwrap();
    let (_server, from) = poll_fn(|cx| listener.poll_accept(cx)).await.unwrap();
    assert!(from.is_unnamed());
}

async fn a_pair_is_connected() {
    let (mut one, mut other) = two();
    assert!(one.local_addr().unwrap().is_unnamed() && one.peer_addr().unwrap().is_unnamed());
    one.write_all(b"x").await.unwrap();
    assert_eq!(other.read_u8().await.unwrap(), b'x');
    other.write_all(b"y").await.unwrap();
    assert_eq!(one.read_u8().await.unwrap(), b'y');
}

async fn what_was_sent_before_the_end_is_read_and_then_the_end() {
    let (mut one, mut other) = two();
    one.write_all(b"last").await.unwrap();
    drop(one);
    let mut heard = Vec::new();
    assert_eq!(other.read_to_end(&mut heard).await.unwrap(), 4);
    assert_eq!(other.read(&mut [0]).await.unwrap(), 0);
    assert!(other.take_error().unwrap().is_none());
}

async fn the_first_write_to_one_who_is_gone_is_a_broken_pipe() {
    let (one, mut other) = two();
    drop(one);
    assert_eq!(kind(other.write(b"x").await), ErrorKind::BrokenPipe);
    assert_eq!(kind(other.write(b"x").await), ErrorKind::BrokenPipe);
    assert!(other.peer_addr().unwrap().is_unnamed());
}

async fn to_close_with_bytes_unread_is_a_reset_after_what_came() {
    let (mut one, mut other) = two();
    one.write_all(b"hi").await.unwrap();
    other.write_all(b"unread").await.unwrap();
    drop(one);
    let mut buffer = [0; 9];
    assert_eq!(other.read(&mut buffer).await.unwrap(), 2);
    assert_eq!(kind(other.read(&mut buffer).await), ErrorKind::ConnectionReset);
    assert_eq!(other.read(&mut buffer).await.unwrap(), 0);
    assert_eq!(kind(other.write(b"x").await), ErrorKind::BrokenPipe);
}

async fn a_write_leaves_the_reset_for_a_read() {
    let (one, mut other) = two();
    other.write_all(b"unread").await.unwrap();
    drop(one);
    assert_eq!(kind(other.write(b"x").await), ErrorKind::BrokenPipe);
    assert_eq!(kind(other.read(&mut [0]).await), ErrorKind::ConnectionReset);
    assert_eq!(other.read(&mut [0]).await.unwrap(), 0);
}

async fn the_reset_can_be_taken() {
    let (one, mut other) = two();
    other.write_all(b"unread").await.unwrap();
    drop(one);
    settle().await;
    let error = other.take_error().unwrap().expect("it was reset");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(other.read(&mut [0]).await.unwrap(), 0);
}

async fn a_shutdown_ends_one_direction() {
    let (mut one, mut other) = two();
    one.shutdown().await.unwrap();
    assert_eq!(other.read(&mut [0]).await.unwrap(), 0);
    other.write_all(b"x").await.unwrap();
    assert_eq!(one.read_u8().await.unwrap(), b'x');
    assert_eq!(kind(one.write(b"x").await), ErrorKind::BrokenPipe);
    assert_eq!(kind(one.write(b"").await), ErrorKind::BrokenPipe);
    one.shutdown().await.unwrap();
}

async fn a_shutdown_of_one_whose_peer_is_gone_is_no_error() {
    let (mut one, other) = two();
    drop(other);
    one.shutdown().await.unwrap();
}

async fn a_write_waits_for_room() {
    let (mut one, mut other) = two();
    let writing = rt::spawn(async move {
        one.write_all(&numbered(1 << 20)).await.unwrap();
    });
    settle().await;
    assert!(!writing.is_finished());
    let mut heard = vec![0; 1 << 20];
    other.read_exact(&mut heard).await.unwrap();
    assert!(heard == numbered(1 << 20));
    writing.await.unwrap();
}

async fn small_writes_fill_the_buffer_sooner() {
    let (one, _other) = two();
    one.writable().await.unwrap();
    let mut written = 0;
    while let Ok(count) = one.try_write(b"x") {
        written += count;
    }
    assert_eq!(written, 278);
}

async fn a_write_that_waits_fails_when_the_reader_goes() {
    let (mut one, other) = two();
    let writing = rt::spawn(async move { one.write_all(&[0; 1 << 20]).await });
    settle().await;
    drop(other);
    assert_eq!(kind(writing.await.unwrap()), ErrorKind::BrokenPipe);
}

async fn a_read_that_is_cancelled_loses_nothing() {
    let (mut one, mut other) = two();
    assert!(waits(other.read(&mut [0; 9])).await);
    one.write_all(b"kept").await.unwrap();
    assert_eq!(other.read(&mut [0; 9]).await.unwrap(), 4);
}

async fn a_stream_is_ready_to_write_and_then_to_read() {
    let (mut one, other) = two();
    let ready = other.ready(Interest::READABLE | Interest::WRITABLE).await.unwrap();
    assert!(ready.is_writable() && !ready.is_readable());
    assert_eq!(kind(other.try_read(&mut [0])), ErrorKind::WouldBlock);
    one.write_all(b"x").await.unwrap();
    other.readable().await.unwrap();
    assert_eq!(other.try_read(&mut [0; 9]).unwrap(), 1);
    assert_eq!(kind(other.try_read(&mut [0; 9])), ErrorKind::WouldBlock);
    drop(one);
    let ready = other.ready(Interest::READABLE).await.unwrap();
    assert!(ready.is_read_closed());
    assert_eq!(other.try_read(&mut [0; 9]).unwrap(), 0);
}

async fn halves_read_and_write_at_once() {
    let (mut one, mut other) = two();
    let (mut reader, mut writer) = one.split();
    other.write_all(b"echo").await.unwrap();
    other.shutdown().await.unwrap();
    assert_eq!(rt::io::copy(&mut reader, &mut writer).await.unwrap(), 4);
    writer.shutdown().await.unwrap();
    let mut heard = String::new();
    other.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "echo");
}

async fn a_writing_half_ends_its_direction_when_it_is_dropped() {
    let (one, mut other) = two();
    let (mut reader, writer) = one.into_split();
    drop(writer);
    assert_eq!(other.read(&mut [0]).await.unwrap(), 0);
    other.write_all(b"x").await.unwrap();
    assert_eq!(reader.read_u8().await.unwrap(), b'x');
}

async fn a_writing_half_that_is_forgotten_ends_nothing() {
    let (one, mut other) = two();
    let (reader, writer) = one.into_split();
    writer.forget();
    assert!(waits(other.read(&mut [0])).await);
    drop(reader);
    assert_eq!(other.read(&mut [0]).await.unwrap(), 0);
}

async fn halves_of_one_stream_are_reunited() {
    let (one, other) = two();
    let (one, other) = (one.into_split(), other.into_split());
    let error = one.0.reunite(other.1).unwrap_err();
    let mut one = error.0.reunite(one.1).unwrap();
    one.write_all(b"x").await.unwrap();
    let mut reader = other.0;
    assert_eq!(reader.read_u8().await.unwrap(), b'x');
}

async fn a_datagram_is_received_with_the_name_of_its_sender() {
    let (here, there) = (Place::new(), Place::new());
    let (one, other) = (UnixDatagram::bind(&here).unwrap(), UnixDatagram::bind(&there).unwrap());
    assert_eq!(one.send_to(b"hello", &there).await.unwrap(), 5);
    let mut buffer = [0; 3];
    let (count, from) = other.recv_from(&mut buffer).await.unwrap();
    assert_eq!((count, &buffer), (3, b"hel"));
    assert_eq!(from.as_pathname(), Some(here.as_ref()));
    let unnamed = UnixDatagram::unbound().unwrap();
    assert!(unnamed.local_addr().unwrap().is_unnamed());
    unnamed.send_to(b"", &there).await.unwrap();
    let (count, from) = other.recv_from(&mut buffer).await.unwrap();
    assert!(count == 0 && from.is_unnamed());
}

async fn a_pair_of_datagram_sockets_is_connected() {
    let (one, other) = UnixDatagram::pair().unwrap();
    one.send(b"ping").await.unwrap();
    let mut buffer = [0; 9];
    assert_eq!(other.recv(&mut buffer).await.unwrap(), 4);
    other.send(b"answer").await.unwrap();
    assert_eq!(one.recv(&mut buffer).await.unwrap(), 6);
    assert!(one.peer_addr().unwrap().is_unnamed());
}

async fn without_a_peer_a_datagram_goes_nowhere() {
    let one = UnixDatagram::unbound().unwrap();
    assert_eq!(kind(one.send(b"x").await), ErrorKind::NotConnected);
    assert_eq!(kind(one.peer_addr()), ErrorKind::NotConnected);
    assert_eq!(kind(one.send_to(b"x", Place::new()).await), ErrorKind::NotFound);
    assert_eq!(kind(one.connect(Place::new())), ErrorKind::NotFound);
}

async fn nobody_hears_datagrams_any_more() {
    let place = Place::new();
    let (one, other) = (UnixDatagram::unbound().unwrap(), UnixDatagram::bind(&place).unwrap());
    one.connect(&place).unwrap();
    drop(other);
    assert_eq!(kind(one.send_to(b"x", &place).await), ErrorKind::ConnectionRefused);
    assert_eq!(kind(one.send(b"x").await), ErrorKind::ConnectionRefused);
    assert_eq!(kind(one.send(b"x").await), ErrorKind::NotConnected);
}

async fn what_a_peer_sent_is_received_when_it_is_gone() {
    let (one, other) = UnixDatagram::pair().unwrap();
    one.send(b"last").await.unwrap();
    drop(one);
    assert_eq!(other.recv(&mut [0; 9]).await.unwrap(), 4);
    assert_eq!(kind(other.send(b"x").await), ErrorKind::ConnectionRefused);
}

async fn a_full_queue_of_datagrams_makes_a_sender_wait() {
    let place = Place::new();
    let (one, other) = (UnixDatagram::unbound().unwrap(), UnixDatagram::bind(&place).unwrap());
    one.connect(&place).unwrap();
    one.writable().await.unwrap();
    let mut sent = 0;
    while one.try_send(b"x").is_ok() {
        sent += 1;
    }
    assert_eq!(sent, 11);
    assert!(waits(one.send(b"x")).await);
    let sending = rt::spawn(async move { one.send(b"late").await });
    settle().await;
    assert!(!sending.is_finished());
    for _ in 0..11 {
        assert_eq!(other.recv(&mut [0; 9]).await.unwrap(), 1);
    }
    assert_eq!(sending.await.unwrap().unwrap(), 4);
    assert_eq!(other.recv(&mut [0; 9]).await.unwrap(), 4);
}

async fn peers_have_room_for_more() {
    let (one, other) = UnixDatagram::pair().unwrap();
    one.writable().await.unwrap();
    let mut sent = 0;
    while one.try_send(b"x").is_ok() {
        sent += 1;
    }
    assert_eq!(sent, 278);
    let sending = rt::spawn(async move { one.send(b"late").await });
    settle().await;
    assert!(!sending.is_finished());
    for _ in 0..278 {
        other.recv(&mut [0; 9]).await.unwrap();
    }
    sending.await.unwrap().unwrap();
}

async fn a_datagram_can_be_too_long() {
    let (one, other) = UnixDatagram::pair().unwrap();
    assert_eq!(one.send(&[0; 100_000]).await.unwrap(), 100_000);
    assert_eq!(other.recv(&mut [0; 9]).await.unwrap(), 9);
    let error = one.send(&[0; 213_000]).await.unwrap_err();
    assert_eq!(error.raw_os_error(), Some(90), "EMSGSIZE");
}

async fn a_connected_socket_hears_no_stranger() {
    let (here, there) = (Place::new(), Place::new());
    let (one, other) = (UnixDatagram::bind(&here).unwrap(), UnixDatagram::bind(&there).unwrap());
    one.connect(&there).unwrap();
    let stranger = UnixDatagram::unbound().unwrap();
    assert_eq!(kind(stranger.send_to(b"x", &here).await), ErrorKind::PermissionDenied);
    assert_eq!(kind(stranger.connect(&here)), ErrorKind::PermissionDenied);
    other.send_to(b"x", &here).await.unwrap();
    assert_eq!(one.recv(&mut [0; 9]).await.unwrap(), 1);
}

async fn a_socket_of_the_other_kind_is_none() {
    let (here, there) = (Place::new(), Place::new());
    let _listener = UnixListener::bind(&here).unwrap();
    let other = UnixDatagram::bind(&there).unwrap();
    let error = other.send_to(b"x", &here).await.unwrap_err();
    assert_eq!(error.raw_os_error(), Some(91), "EPROTOTYPE");
    assert_eq!(other.connect(&here).unwrap_err().raw_os_error(), Some(91));
    let error = UnixStream::connect(&there).await.unwrap_err();
    assert_eq!(error.raw_os_error(), Some(91));
}

async fn after_a_shutdown_no_datagram_is_sent() {
    let (one, other) = UnixDatagram::pair().unwrap();
    one.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(kind(one.send(b"x").await), ErrorKind::BrokenPipe);
    other.send(b"x").await.unwrap();
    assert_eq!(one.recv(&mut [0; 9]).await.unwrap(), 1);
    let (one, other) = UnixDatagram::pair().unwrap();
    one.shutdown(std::net::Shutdown::Read).unwrap();
    assert_eq!(kind(other.send(b"x").await), ErrorKind::BrokenPipe);
}

async fn datagrams_can_be_polled_and_tried() {
    let place = Place::new();
    let (one, other) = (UnixDatagram::unbound().unwrap(), UnixDatagram::bind(&place).unwrap());
    one.writable().await.unwrap();
    assert_eq!(one.try_send_to(b"a", &place).unwrap(), 1);
    assert_eq!(poll_fn(|cx| one.poll_send_to(cx, b"bc", &place)).await.unwrap(), 2);
    one.connect(&place).unwrap();
    assert_eq!(poll_fn(|cx| one.poll_send(cx, b"def")).await.unwrap(), 3);
    one.send(b"ghij").await.unwrap();
    one.send(b"k").await.unwrap();
    let mut bytes = [0; 9];
    let mut buffer = ReadBuf::new(&mut bytes);
    poll_fn(|cx| other.poll_recv_ready(cx)).await.unwrap();
    poll_fn(|cx| other.poll_recv(cx, &mut buffer)).await.unwrap();
    poll_fn(|cx| other.poll_recv_from(cx, &mut buffer)).await.unwrap();
    assert_eq!(buffer.filled(), b"abc");
    let mut all = Vec::with_capacity(32);
    assert_eq!(other.try_recv_buf(&mut all).unwrap(), 3);
    assert_eq!(other.recv_buf(&mut all).await.unwrap(), 4);
    assert_eq!(other.try_recv_buf_from(&mut all).unwrap().0, 1);
    assert_eq!(all, b"defghijk");
    assert_eq!(kind(other.try_recv(&mut [0; 9])), ErrorKind::WouldBlock);
}

async fn a_path_can_be_too_long() {
    let long = PathBuf::from("l".repeat(200));
    assert_eq!(kind(UnixListener::bind(&long)), ErrorKind::InvalidInput);
    assert_eq!(kind(UnixStream::connect(&long).await), ErrorKind::InvalidInput);
    assert_eq!(kind(UnixDatagram::bind(&long)), ErrorKind::InvalidInput);
}

async fn a_name_of_no_file_is_free_when_its_socket_is_gone() {
    let place = Place::new();
    let name = format!("\0{}", place.0.file_name().unwrap().to_str().unwrap());
    for _ in 0..2 {
        let listener = UnixListener::bind(&name).unwrap();
        let address = listener.local_addr().unwrap();
        assert_eq!(address.as_abstract_name(), Some(&name.as_bytes()[1..]));
        assert_eq!(kind(UnixListener::bind(&name)), ErrorKind::AddrInUse);
        let _client = UnixStream::connect(&name).await.unwrap();
        listener.accept().await.unwrap();
    }
    assert_eq!(kind(UnixStream::connect(&name).await), ErrorKind::ConnectionRefused);
}

async fn names_of_the_standard_library_are_taken() {
    #[cfg(target_os = "linux")]
    {
        use std::os::linux::net::SocketAddrExt;
        use std::os::unix::net::SocketAddr;

        let place = Place::new();
        let there = SocketAddr::from_pathname(&place).unwrap();
        let word = place.0.file_name().unwrap().as_encoded_bytes();
        let nowhere = SocketAddr::from_abstract_name(word).unwrap();
        for real in [there, nowhere] {
            let listener = UnixListener::bind_addr(&real.clone().into()).unwrap();
            let client = UnixStream::connect_addr(&real.clone().into()).await.unwrap();
            let (server, from) = listener.accept().await.unwrap();
            // There and back it is the same.
            let heard = client.peer_addr().unwrap();
            assert_eq!(heard.as_pathname(), real.as_pathname());
            assert_eq!(heard.as_abstract_name(), real.as_abstract_name());
            let back = SocketAddr::from(heard);
            assert_eq!(back.as_pathname(), real.as_pathname());
            assert_eq!(back.as_abstract_name(), real.as_abstract_name());
            // Who only connects has none.
            assert!(SocketAddr::from(from).is_unnamed());
            drop(server);
        }
    }
}

async fn a_socket_becomes_what_it_was_made_for() {
    let (here, there) = (Place::new(), Place::new());
    let socket = UnixSocket::new_datagram().unwrap();
    socket.bind(&here).unwrap();
    let datagram = socket.datagram().unwrap();
    assert_eq!(datagram.local_addr().unwrap().as_pathname(), Some(here.as_ref()));
    let _listener = UnixListener::bind(&there).unwrap();
    let named = Place::new();
    let socket = UnixSocket::new_stream().unwrap();
    socket.bind(&named).unwrap();
    let client = socket.connect(&there).await.unwrap();
    assert_eq!(client.local_addr().unwrap().as_pathname(), Some(named.as_ref()));
    assert!(UnixSocket::new_datagram().unwrap().listen(1).is_err());
    assert!(UnixSocket::new_stream().unwrap().datagram().is_err());
    assert!(UnixSocket::new_datagram().unwrap().connect(&there).await.is_err());
}

behaviours! {
    a_path_is_connected_to,
    who_connects_has_no_name,
    nothing_is_not_found,
    where_nobody_listens_any_more_a_connection_is_refused,
    a_path_is_bound_once,
    a_path_stays_in_use_until_it_is_removed,
    who_listens_at_a_removed_path_is_not_found,
    connect_succeeds_before_accept,
    a_backlog_of_n_holds_n_more_than_one_and_then_connect_would_block,
    who_is_not_accepted_is_reset_by_the_end_of_the_listener,
    an_accept_waits_and_can_be_polled,
    a_pair_is_connected,
    what_was_sent_before_the_end_is_read_and_then_the_end,
    the_first_write_to_one_who_is_gone_is_a_broken_pipe,
    to_close_with_bytes_unread_is_a_reset_after_what_came,
    a_write_leaves_the_reset_for_a_read,
    the_reset_can_be_taken,
    a_shutdown_ends_one_direction,
    a_shutdown_of_one_whose_peer_is_gone_is_no_error,
    a_write_waits_for_room,
    small_writes_fill_the_buffer_sooner,
    a_write_that_waits_fails_when_the_reader_goes,
    a_read_that_is_cancelled_loses_nothing,
    a_stream_is_ready_to_write_and_then_to_read,
    halves_read_and_write_at_once,
    a_writing_half_ends_its_direction_when_it_is_dropped,
    a_writing_half_that_is_forgotten_ends_nothing,
    halves_of_one_stream_are_reunited,
    a_datagram_is_received_with_the_name_of_its_sender,
    a_pair_of_datagram_sockets_is_connected,
    without_a_peer_a_datagram_goes_nowhere,
    nobody_hears_datagrams_any_more,
    what_a_peer_sent_is_received_when_it_is_gone,
    a_full_queue_of_datagrams_makes_a_sender_wait,
    peers_have_room_for_more,
    a_datagram_can_be_too_long,
    a_connected_socket_hears_no_stranger,
    a_socket_of_the_other_kind_is_none,
    after_a_shutdown_no_datagram_is_sent,
    datagrams_can_be_polled_and_tried,
    a_path_can_be_too_long,
    a_name_of_no_file_is_free_when_its_socket_is_gone,
    names_of_the_standard_library_are_taken,
    a_socket_becomes_what_it_was_made_for,
}
