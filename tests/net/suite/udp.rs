// UDP.

use rt::io::{Interest, ReadBuf};

/// A socket on a port of this machine, and its address.
async fn socket() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

/// Two sockets that are connected to each other.
async fn two() -> (UdpSocket, UdpSocket) {
    let ((one, first), (other, second)) = (socket().await, socket().await);
    one.connect(second).await.unwrap();
    other.connect(first).await.unwrap();
    (one, other)
}

/// A port on which nobody is.
async fn nobody() -> SocketAddr {
    socket().await.1
}

async fn a_datagram_is_received_with_the_address_of_its_sender() {
    let ((one, first), (other, second)) = (socket().await, socket().await);
    assert_eq!(one.send_to(b"hello", second).await.unwrap(), 5);
    let mut buffer = [0; 9];
    assert_eq!(other.recv_from(&mut buffer).await.unwrap(), (5, first));
    assert_eq!(&buffer[..5], b"hello");
}

async fn an_answer_finds_its_way_back() {
    let ((one, _), (other, second)) = (socket().await, socket().await);
    one.send_to(b"ping", second).await.unwrap();
    let (_, from) = other.recv_from(&mut [0; 4]).await.unwrap();
    other.send_to(b"pong", from).await.unwrap();
    let mut buffer = [0; 4];
    assert_eq!(one.recv_from(&mut buffer).await.unwrap(), (4, second));
    assert_eq!(&buffer, b"pong");
}

async fn each_datagram_is_received_by_itself_and_in_order() {
    let (one, other) = two().await;
    for text in ["a", "bc", "def"] {
        one.send(text.as_bytes()).await.unwrap();
    }
    let mut buffer = [0; 9];
    for text in ["a", "bc", "def"] {
        let count = other.recv(&mut buffer).await.unwrap();
        assert_eq!(&buffer[..count], text.as_bytes());
    }
}

async fn what_the_buffer_has_no_room_for_is_lost() {
    let (one, other) = two().await;
    one.send(b"abcdef").await.unwrap();
    one.send(b"next").await.unwrap();
    let mut buffer = [0; 4];
    assert_eq!(other.recv(&mut buffer).await.unwrap(), 4);
    assert_eq!(&buffer, b"abcd");
    assert_eq!(other.recv(&mut buffer).await.unwrap(), 4);
    assert_eq!(&buffer, b"next");
}

async fn a_buffer_without_room_takes_a_datagram_nevertheless() {
    let (one, other) = two().await;
    one.send(b"lost").await.unwrap();
    one.send(b"kept").await.unwrap();
    assert_eq!(other.recv(&mut []).await.unwrap(), 0);
    let mut buffer = [0; 4];
    other.recv(&mut buffer).await.unwrap();
    assert_eq!(&buffer, b"kept");
}

async fn a_datagram_may_be_empty() {
    let (one, other) = two().await;
    assert_eq!(one.send(b"").await.unwrap(), 0);
    one.send(b"x").await.unwrap();
    let mut buffer = [0; 4];
    assert_eq!(other.recv(&mut buffer).await.unwrap(), 0);
    assert_eq!(other.recv(&mut buffer).await.unwrap(), 1);
}

async fn the_longest_datagram_has_65507_bytes() {
    let (one, other) = two().await;
    let long = numbered(65_507);
    assert_eq!(one.send(&long).await.unwrap(), 65_507);
    let mut buffer = vec![0; 70_000];
    assert_eq!(other.recv(&mut buffer).await.unwrap(), 65_507);
    assert_eq!(&buffer[..65_507], &long[..]);
    let error = one.send(&[0; 65_508]).await.unwrap_err();
    assert_eq!(error.raw_os_error(), Some(90), "EMSGSIZE");
    let to = other.local_addr().unwrap();
    let error = one.send_to(&[0; 100_000], to).await.unwrap_err();
    assert_eq!(error.raw_os_error(), Some(90), "EMSGSIZE");
}

async fn the_longest_datagram_by_ipv6_has_65527_bytes() {
    let one = UdpSocket::bind("[::1]:0").await.unwrap();
    let other = UdpSocket::bind("[::1]:0").await.unwrap();
    one.connect(other.local_addr().unwrap()).await.unwrap();
    assert_eq!(one.send(&numbered(65_527)).await.unwrap(), 65_527);
    assert_eq!(one.send(&[0; 65_528]).await.unwrap_err().raw_os_error(), Some(90));
    let mut buffer = vec![0; 70_000];
    assert_eq!(other.recv(&mut buffer).await.unwrap(), 65_527);
}

async fn without_a_peer_there_is_nowhere_to_send() {
    let (one, _) = socket().await;
    let error = one.send(b"x").await.unwrap_err();
    assert_eq!(error.raw_os_error(), Some(89), "EDESTADDRREQ");
    assert_eq!(one.try_send(b"x").unwrap_err().raw_os_error(), Some(89));
    assert_eq!(kind(one.peer_addr()), ErrorKind::NotConnected);
}

async fn no_datagram_goes_to_port_zero() {
    let (one, _) = socket().await;
    assert_eq!(kind(one.send_to(b"x", "127.0.0.1:0").await), ErrorKind::InvalidInput);
}

async fn an_ipv4_socket_sends_nothing_to_ipv6() {
    let (one, _) = socket().await;
    let error = one.send_to(b"x", "[::1]:9").await.unwrap_err();
    assert_eq!(error.raw_os_error(), Some(97), "EAFNOSUPPORT");
    let error = one.connect("[::1]:9").await.unwrap_err();
    assert_eq!(error.raw_os_error(), Some(97), "EAFNOSUPPORT");
}

async fn a_socket_for_all_addresses_hears_both_families() {
    let all = UdpSocket::bind("[::]:0").await.unwrap();
    let port = all.local_addr().unwrap().port();
    let (one, first) = socket().await;
    one.send_to(b"4", (Ipv4Addr::LOCALHOST, port)).await.unwrap();
    let (_, from) = all.recv_from(&mut [0; 4]).await.unwrap();
    let mapped = Ipv4Addr::LOCALHOST.to_ipv6_mapped();
    assert_eq!(from, (mapped, first.port()).into());
    all.send_to(b"back", from).await.unwrap();
    assert_eq!(one.recv(&mut [0; 4]).await.unwrap(), 4);
    let six = UdpSocket::bind("[::1]:0").await.unwrap();
    six.send_to(b"6", (Ipv6Addr::LOCALHOST, port)).await.unwrap();
    let (_, from) = all.recv_from(&mut [0; 4]).await.unwrap();
    assert_eq!(from, six.local_addr().unwrap());
}

async fn an_ipv6_loopback_socket_does_not_reach_ipv4() {
    let six = UdpSocket::bind("[::1]:0").await.unwrap();
    let sent = six.send_to(b"x", "127.0.0.1:9").await;
    assert_eq!(kind(sent), ErrorKind::NetworkUnreachable);
}

async fn to_all_nobody_sends_without_leave() {
    let (one, _) = socket().await;
    let sent = one.send_to(b"x", "255.255.255.255:9").await;
    assert_eq!(kind(sent), ErrorKind::PermissionDenied);
    assert!(!one.broadcast().unwrap());
    one.set_broadcast(true).unwrap();
    assert!(one.broadcast().unwrap());
}

async fn an_address_is_bound_once() {
    let (_one, first) = socket().await;
    assert_eq!(kind(UdpSocket::bind(first).await), ErrorKind::AddrInUse);
    let all = (Ipv4Addr::UNSPECIFIED, first.port());
    assert_eq!(kind(UdpSocket::bind(all).await), ErrorKind::AddrInUse);
}

async fn an_address_of_nobody_cannot_be_bound() {
    assert_eq!(kind(UdpSocket::bind("203.0.113.1:0").await), ErrorKind::AddrNotAvailable);
}

async fn a_port_is_free_when_its_socket_is_gone() {
    let (one, first) = socket().await;
    drop(one);
    assert_eq!(UdpSocket::bind(first).await.unwrap().local_addr().unwrap(), first);
}

async fn ports_of_udp_and_tcp_are_apart() {
    let (_listener, address) = listener().await;
    let socket = UdpSocket::bind(address).await.unwrap();
    assert_eq!(socket.local_addr().unwrap(), address);
}

async fn a_connected_socket_hears_only_its_peer() {
    let (one, other) = two().await;
    let (stranger, _) = socket().await;
    let to = other.local_addr().unwrap();
    stranger.send_to(b"stranger", to).await.unwrap();
    one.send(b"peer").await.unwrap();
    let mut buffer = [0; 9];
    let (count, from) = other.recv_from(&mut buffer).await.unwrap();
    assert_eq!((&buffer[..count], from), (&b"peer"[..], one.local_addr().unwrap()));
    assert_eq!(kind(other.try_recv(&mut buffer)), ErrorKind::WouldBlock);
}

async fn what_came_before_it_was_connected_is_received() {
    let ((one, _), (other, second)) = (socket().await, socket().await);
    one.send_to(b"early", second).await.unwrap();
    settle().await;
    other.connect(nobody().await).await.unwrap();
    assert_eq!(other.recv(&mut [0; 9]).await.unwrap(), 5);
}

async fn a_connected_socket_may_send_elsewhere() {
    let (one, _other) = two().await;
    let (third, to) = socket().await;
    one.send_to(b"x", to).await.unwrap();
    let (_, from) = third.recv_from(&mut [0; 9]).await.unwrap();
    assert_eq!(from, one.local_addr().unwrap());
}

async fn a_socket_may_be_connected_anew() {
    let (one, other) = two().await;
    let (third, to) = socket().await;
    one.connect(to).await.unwrap();
    assert_eq!(one.peer_addr().unwrap(), to);
    one.send(b"x").await.unwrap();
    assert_eq!(third.recv(&mut [0; 9]).await.unwrap(), 1);
    settle().await;
    assert_eq!(kind(other.try_recv(&mut [0; 9])), ErrorKind::WouldBlock);
}

async fn to_connect_finds_the_own_address() {
    let one = UdpSocket::bind("0.0.0.0:0").await.unwrap();
    let port = one.local_addr().unwrap().port();
    one.connect("127.0.0.1:9").await.unwrap();
    assert_eq!(one.local_addr().unwrap(), (Ipv4Addr::LOCALHOST, port).into());
    assert_eq!(one.peer_addr().unwrap(), (Ipv4Addr::LOCALHOST, 9).into());
}

async fn a_connected_socket_is_refused_once_by_a_receive() {
    let (one, _) = socket().await;
    one.connect(nobody().await).await.unwrap();
    assert_eq!(one.send(b"x").await.unwrap(), 1);
    assert_eq!(kind(one.recv(&mut [0; 9]).await), ErrorKind::ConnectionRefused);
    assert!(waits(one.recv(&mut [0; 9])).await);
}

async fn a_connected_socket_is_refused_once_by_a_send() {
    let (one, _) = socket().await;
    one.connect(nobody().await).await.unwrap();
    one.send(b"x").await.unwrap();
    assert_eq!(kind(one.send(b"y").await), ErrorKind::ConnectionRefused);
    assert_eq!(one.send(b"z").await.unwrap(), 1);
}

async fn the_refusal_can_be_taken() {
    let (one, _) = socket().await;
    one.connect(nobody().await).await.unwrap();
    one.send(b"x").await.unwrap();
    settle().await;
    let error = one.take_error().unwrap().expect("it was refused");
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert!(one.take_error().unwrap().is_none());
}

async fn a_socket_that_is_not_connected_is_never_refused() {
    let (one, _) = socket().await;
    let to = nobody().await;
    for _ in 0..3 {
        assert_eq!(one.send_to(b"x", to).await.unwrap(), 1);
        settle().await;
    }
    assert!(one.take_error().unwrap().is_none());
    assert_eq!(kind(one.try_recv(&mut [0; 9])), ErrorKind::WouldBlock);
}

async fn a_refusal_from_elsewhere_is_not_told() {
    let (one, _other) = two().await;
    let to = nobody().await;
    one.send_to(b"x", to).await.unwrap();
    settle().await;
    assert!(one.take_error().unwrap().is_none());
}

async fn a_refusal_comes_before_what_came() {
    let (one, other) = two().await;
    other.send(b"last words").await.unwrap();
    drop(other);
    one.send(b"x").await.unwrap();
    settle().await;
    assert_eq!(kind(one.recv(&mut [0; 99]).await), ErrorKind::ConnectionRefused);
    assert_eq!(one.recv(&mut [0; 99]).await.unwrap(), 10);
}

async fn a_peer_may_come_late() {
    let (one, first) = socket().await;
    let to = nobody().await;
    one.connect(to).await.unwrap();
    one.send(b"too early").await.unwrap();
    assert_eq!(kind(one.recv(&mut [0; 9]).await), ErrorKind::ConnectionRefused);
    let other = UdpSocket::bind(to).await.unwrap();
    one.send(b"now").await.unwrap();
    assert_eq!(other.recv_from(&mut [0; 9]).await.unwrap(), (3, first));
}

async fn what_there_is_no_room_for_is_lost_and_nobody_told() {
    let ((one, _), (other, second)) = (socket().await, socket().await);
    for number in 0..2_000_u32 {
        assert_eq!(one.send_to(&number.to_be_bytes(), second).await.unwrap(), 4);
    }
    settle().await;
    let mut buffer = [0; 4];
    let mut received = 0;
    while let Ok(count) = other.try_recv(&mut buffer) {
        assert_eq!((count, u32::from_be_bytes(buffer)), (4, received), "the first ones are kept");
        received += 1;
    }
    assert!((100..1_000).contains(&received), "{received}");
    one.send_to(b"room", second).await.unwrap();
    assert_eq!(other.recv(&mut buffer).await.unwrap(), 4);
}

async fn a_peek_leaves_the_datagram_there() {
    let (one, other) = two().await;
    one.send(b"abcd").await.unwrap();
    one.send(b"next").await.unwrap();
    let mut buffer = [0; 2];
    assert_eq!(other.peek(&mut buffer).await.unwrap(), 2);
    assert_eq!(other.try_peek(&mut buffer).unwrap(), 2);
    let from = one.local_addr().unwrap();
    assert_eq!(other.peek_from(&mut buffer).await.unwrap(), (2, from));
    assert_eq!(other.try_peek_from(&mut buffer).unwrap(), (2, from));
    assert_eq!(other.peek_sender().await.unwrap(), from);
    assert_eq!(other.try_peek_sender().unwrap(), from);
    let mut all = [0; 4];
    assert_eq!(other.recv(&mut all).await.unwrap(), 4);
    assert_eq!(&all, b"abcd");
}

async fn buffers_that_grow_are_appended_to() {
    let (one, other) = two().await;
    for text in ["a", "bc", "def", "ghij"] {
        one.send(text.as_bytes()).await.unwrap();
    }
    let from = one.local_addr().unwrap();
    let mut buffer = Vec::with_capacity(32);
    assert_eq!(other.recv_buf(&mut buffer).await.unwrap(), 1);
    assert_eq!(other.recv_buf_from(&mut buffer).await.unwrap(), (2, from));
    assert_eq!(other.try_recv_buf(&mut buffer).unwrap(), 3);
    assert_eq!(other.try_recv_buf_from(&mut buffer).unwrap(), (4, from));
    assert_eq!(buffer, b"abcdefghij");
}

async fn what_is_not_there_would_block() {
    let (one, _other) = two().await;
    let mut buffer = [0; 4];
    assert_eq!(kind(one.try_recv(&mut buffer)), ErrorKind::WouldBlock);
    assert_eq!(kind(one.try_recv_from(&mut buffer)), ErrorKind::WouldBlock);
    assert_eq!(kind(one.try_peek(&mut buffer)), ErrorKind::WouldBlock);
    assert_eq!(kind(one.try_peek_sender()), ErrorKind::WouldBlock);
}

async fn a_receive_waits_until_something_comes() {
    let (one, other) = two().await;
    let receiving = rt::spawn(async move {
        let mut buffer = [0; 9];
        let count = other.recv(&mut buffer).await.unwrap();
        buffer[..count].to_vec()
    });
    settle().await;
    one.send(b"late").await.unwrap();
    assert_eq!(receiving.await.unwrap(), b"late");
}

async fn a_receive_that_is_cancelled_loses_nothing() {
    let (one, other) = two().await;
    assert!(waits(other.recv(&mut [0; 9])).await);
    one.send(b"kept").await.unwrap();
    assert_eq!(other.recv(&mut [0; 9]).await.unwrap(), 4);
}

async fn two_tasks_may_receive_from_one_socket() {
    let (one, other) = two().await;
    let other = std::sync::Arc::new(other);
    let receiving = [(); 2].map(|()| {
        let other = other.clone();
        rt::spawn(async move {
            let mut buffer = [0; 1];
            other.recv(&mut buffer).await.unwrap();
            buffer[0]
        })
    });
    settle().await;
    one.send(b"a").await.unwrap();
    one.send(b"b").await.unwrap();
    let mut received = Vec::new();
    for task in receiving {
        received.push(task.await.unwrap());
    }
    received.sort();
    assert_eq!(received, b"ab");
}

async fn a_socket_is_ready_to_send_and_then_to_receive() {
    let (one, other) = two().await;
    let both = Interest::READABLE | Interest::WRITABLE;
    let ready = other.ready(both).await.unwrap();
    assert!(ready.is_writable() && !ready.is_readable());
    assert!(waits(other.readable()).await);
    one.send(b"x").await.unwrap();
    other.readable().await.unwrap();
    other.writable().await.unwrap();
    assert_eq!(other.try_recv(&mut [0; 9]).unwrap(), 1);
}

async fn it_stays_ready_until_a_receive_finds_nothing() {
    let (one, other) = two().await;
    one.send(b"x").await.unwrap();
    other.readable().await.unwrap();
    other.try_recv(&mut [0; 9]).unwrap();
    other.readable().await.unwrap();
    assert_eq!(kind(other.try_recv(&mut [0; 9])), ErrorKind::WouldBlock);
    assert!(waits(other.readable()).await);
}

async fn an_error_is_ready_to_be_looked_for() {
    let (one, _) = socket().await;
    one.connect(nobody().await).await.unwrap();
    one.send(b"x").await.unwrap();
    let ready = one.ready(Interest::ERROR).await.unwrap();
    assert!(ready.is_error());
    // A receive that does not wait looks only for datagrams.
    assert_eq!(kind(one.try_recv(&mut [0; 9])), ErrorKind::WouldBlock);
    assert!(one.take_error().unwrap().is_some());
}

async fn a_closure_is_called_when_it_is_ready() {
    let (one, other) = two().await;
    let none = other.try_io(Interest::READABLE, || -> io::Result<()> { panic!("it is not ready") });
    assert_eq!(kind(none), ErrorKind::WouldBlock);
    one.send(b"x").await.unwrap();
    let mut calls = 0;
    let called = other.async_io(Interest::READABLE, || {
        calls += 1;
        Ok(calls)
    });
    assert_eq!(called.await.unwrap(), 1);
}

async fn all_can_be_polled() {
    let (one, other) = two().await;
    let (from, to) = (one.local_addr().unwrap(), other.local_addr().unwrap());
    poll_fn(|cx| one.poll_send_ready(cx)).await.unwrap();
    assert_eq!(poll_fn(|cx| one.poll_send(cx, b"first")).await.unwrap(), 5);
    assert_eq!(poll_fn(|cx| one.poll_send_to(cx, b"second", to)).await.unwrap(), 6);
    poll_fn(|cx| other.poll_recv_ready(cx)).await.unwrap();
    assert_eq!(poll_fn(|cx| other.poll_peek_sender(cx)).await.unwrap(), from);
    let mut bytes = [0; 9];
    let mut buffer = ReadBuf::new(&mut bytes);
    poll_fn(|cx| other.poll_peek(cx, &mut buffer)).await.unwrap();
    assert_eq!(poll_fn(|cx| other.poll_peek_from(cx, &mut buffer)).await.unwrap(), from);
    assert_eq!(buffer.filled(), b"firstfirs");
    buffer.clear();
    poll_fn(|cx| other.poll_recv(cx, &mut buffer)).await.unwrap();
    assert_eq!(poll_fn(|cx| other.poll_recv_from(cx, &mut buffer)).await.unwrap(), from);
    assert_eq!(buffer.filled(), b"firstseco");
}

async fn options_of_a_socket_are_kept() {
    let (one, _) = socket().await;
    assert_eq!((one.ttl().unwrap(), one.multicast_ttl_v4().unwrap()), (64, 1));
    assert!(one.multicast_loop_v4().unwrap());
    one.set_ttl(9).unwrap();
    one.set_multicast_ttl_v4(8).unwrap();
    one.set_multicast_loop_v4(false).unwrap();
    one.set_tos_v4(0x10).unwrap();
    assert_eq!((one.ttl().unwrap(), one.multicast_ttl_v4().unwrap()), (9, 8));
    assert!(!one.multicast_loop_v4().unwrap());
    assert_eq!(one.tos_v4().unwrap(), 0x10);
    for ttl in [0, 256] {
        assert_eq!(kind(one.set_ttl(ttl)), ErrorKind::InvalidInput);
    }
    assert_eq!(kind(one.set_multicast_ttl_v4(256)), ErrorKind::InvalidInput);
}

async fn a_socket_can_send_to_itself() {
    let (one, first) = socket().await;
    one.send_to(b"echo", first).await.unwrap();
    assert_eq!(one.recv_from(&mut [0; 9]).await.unwrap(), (4, first));
}

async fn a_name_can_be_sent_to() {
    let ((one, first), (other, second)) = (socket().await, socket().await);
    one.send_to(b"x", ("127.0.0.1", second.port())).await.unwrap();
    assert_eq!(other.recv_from(&mut [0; 9]).await.unwrap(), (1, first));
    assert_eq!(kind(one.send_to(b"x", &[][..]).await), ErrorKind::InvalidInput);
}

behaviours! {
    a_datagram_is_received_with_the_address_of_its_sender,
    an_answer_finds_its_way_back,
    each_datagram_is_received_by_itself_and_in_order,
    what_the_buffer_has_no_room_for_is_lost,
    a_buffer_without_room_takes_a_datagram_nevertheless,
    a_datagram_may_be_empty,
    the_longest_datagram_has_65507_bytes,
    the_longest_datagram_by_ipv6_has_65527_bytes,
    without_a_peer_there_is_nowhere_to_send,
    no_datagram_goes_to_port_zero,
    an_ipv4_socket_sends_nothing_to_ipv6,
    a_socket_for_all_addresses_hears_both_families,
    an_ipv6_loopback_socket_does_not_reach_ipv4,
    to_all_nobody_sends_without_leave,
    an_address_is_bound_once,
    an_address_of_nobody_cannot_be_bound,
    a_port_is_free_when_its_socket_is_gone,
    ports_of_udp_and_tcp_are_apart,
    a_connected_socket_hears_only_its_peer,
    what_came_before_it_was_connected_is_received,
    a_connected_socket_may_send_elsewhere,
    a_socket_may_be_connected_anew,
    to_connect_finds_the_own_address,
    a_connected_socket_is_refused_once_by_a_receive,
    a_connected_socket_is_refused_once_by_a_send,
    the_refusal_can_be_taken,
    a_socket_that_is_not_connected_is_never_refused,
    a_refusal_from_elsewhere_is_not_told,
    a_refusal_comes_before_what_came,
    a_peer_may_come_late,
    what_there_is_no_room_for_is_lost_and_nobody_told,
    a_peek_leaves_the_datagram_there,
    buffers_that_grow_are_appended_to,
    what_is_not_there_would_block,
    a_receive_waits_until_something_comes,
    a_receive_that_is_cancelled_loses_nothing,
    two_tasks_may_receive_from_one_socket,
    a_socket_is_ready_to_send_and_then_to_receive,
    it_stays_ready_until_a_receive_finds_nothing,
    an_error_is_ready_to_be_looked_for,
    a_closure_is_called_when_it_is_ready,
    all_can_be_polled,
    options_of_a_socket_are_kept,
    a_socket_can_send_to_itself,
    a_name_can_be_sent_to,
}
