// Listen and connect.

async fn connect_succeeds_before_accept() {
    let (listener, address) = listener().await;
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"early").await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    let mut bytes = [0; 5];
    server.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"early");
}

async fn accept_gives_the_address_of_the_client() {
    let (listener, address) = listener().await;
    let client = TcpStream::connect(address).await.unwrap();
    let (server, from) = listener.accept().await.unwrap();
    assert_eq!(from, client.local_addr().unwrap());
    assert_eq!(server.peer_addr().unwrap(), from);
    assert_eq!(server.local_addr().unwrap(), address);
    assert_eq!(client.peer_addr().unwrap(), address);
}

async fn port_zero_is_any_port() {
    let (one, first) = listener().await;
    let (other, second) = listener().await;
    assert!(first.port() != 0 && second.port() != 0 && first != second);
    drop((one, other));
}

async fn an_address_in_use_is_refused() {
    let (_listener, address) = listener().await;
    assert_eq!(kind(TcpListener::bind(address).await), ErrorKind::AddrInUse);
}

async fn an_address_in_use_is_refused_with_all_addresses() {
    let (_listener, address) = listener().await;
    let all = SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port()));
    assert_eq!(kind(TcpListener::bind(all).await), ErrorKind::AddrInUse);
}

async fn the_port_of_a_listener_that_is_gone_is_free() {
    let (listener, address) = listener().await;
    drop(listener);
    assert_eq!(TcpListener::bind(address).await.unwrap().local_addr().unwrap(), address);
}

async fn where_nobody_listens_a_connection_is_refused() {
    let (listener, address) = listener().await;
    drop(listener);
    assert_eq!(kind(TcpStream::connect(address).await), ErrorKind::ConnectionRefused);
}

async fn connections_are_accepted_in_their_order() {
    let (listener, address) = listener().await;
    let mut clients = Vec::new();
    for _ in 0..5 {
        clients.push(TcpStream::connect(address).await.unwrap());
    }
    for client in &clients {
        let (_, from) = listener.accept().await.unwrap();
        assert_eq!(from, client.local_addr().unwrap());
    }
}

async fn accept_waits_for_a_connection() {
    let (listener, address) = listener().await;
    let accepting = rt::spawn(async move { listener.accept().await.unwrap().1 });
    settle().await;
    let client = TcpStream::connect(address).await.unwrap();
    assert_eq!(accepting.await.unwrap(), client.local_addr().unwrap());
}

async fn each_of_many_clients_is_served() {
    let (listener, address) = listener().await;
    rt::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            rt::spawn(async move {
                let number = stream.read_u32().await.unwrap();
                stream.write_u32(number * 2).await.unwrap();
            });
        }
    });
    let clients: Vec<_> = (0..12)
        .map(|number| {
            rt::spawn(async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.write_u32(number).await.unwrap();
                assert_eq!(stream.read_u32().await.unwrap(), number * 2);
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
}

async fn two_tasks_may_accept_from_one_listener() {
    let (listener, address) = listener().await;
    let listener = std::sync::Arc::new(listener);
    let accepting = [(); 2].map(|()| {
        let listener = listener.clone();
        rt::spawn(async move { listener.accept().await.unwrap().1 })
    });
    settle().await;
    let mut clients = Vec::new();
    for _ in 0..2 {
        let client = TcpStream::connect(address).await.unwrap();
        clients.push(client.local_addr().unwrap());
    }
    let mut accepted = Vec::new();
    for task in accepting {
        accepted.push(task.await.unwrap());
    }
    accepted.sort();
    clients.sort();
    assert_eq!(accepted, clients);
}

async fn accept_can_be_polled() {
    let (listener, address) = listener().await;
    poll_fn(|cx| {
        assert!(listener.poll_accept(cx).is_pending());
        Poll::Ready(())
    })
    .await;
    let client = TcpStream::connect(address).await.unwrap();
    let (_, from) = poll_fn(|cx| listener.poll_accept(cx)).await.unwrap();
    assert_eq!(from, client.local_addr().unwrap());
}

async fn an_accept_that_is_given_up_loses_no_connection() {
    let (listener, address) = listener().await;
    assert!(waits(listener.accept()).await);
    let client = TcpStream::connect(address).await.unwrap();
    let (_, from) = listener.accept().await.unwrap();
    assert_eq!(from, client.local_addr().unwrap());
}

async fn addresses_are_tried_in_turn() {
    let (gone, nobody) = listener().await;
    let (_listener, address) = listener().await;
    drop(gone);
    let client = TcpStream::connect(&[nobody, address][..]).await.unwrap();
    assert_eq!(client.peer_addr().unwrap(), address);
}

async fn the_error_is_that_of_the_last_address() {
    let (gone, nobody) = listener().await;
    drop(gone);
    let result = TcpStream::connect(&[nobody, nobody][..]).await;
    assert_eq!(kind(result), ErrorKind::ConnectionRefused);
}

async fn no_address_is_invalid() {
    let none: &[SocketAddr] = &[];
    assert_eq!(kind(TcpStream::connect(none).await), ErrorKind::InvalidInput);
    assert_eq!(kind(TcpListener::bind(none).await), ErrorKind::InvalidInput);
}

async fn an_address_of_somebody_else_cannot_be_bound() {
    let result = TcpListener::bind("192.0.2.1:0").await;
    assert_eq!(kind(result), ErrorKind::AddrNotAvailable);
}

async fn who_binds_the_next_address_that_is_free() {
    let (_listener, taken) = listener().await;
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let listener = TcpListener::bind(&[taken, any][..]).await.unwrap();
    assert_ne!(listener.local_addr().unwrap(), taken);
}

async fn all_addresses_hear_loopback() {
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let client = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (server, _) = listener.accept().await.unwrap();
    assert_eq!(server.local_addr().unwrap(), client.peer_addr().unwrap());
    assert!(listener.local_addr().unwrap().ip().is_unspecified());
}

async fn no_address_in_particular_is_this_machine() {
    let (_listener, address) = listener().await;
    let to = SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port()));
    let client = TcpStream::connect(to).await.unwrap();
    assert_eq!(client.peer_addr().unwrap(), address);
}

async fn ipv6_has_a_loopback_of_its_own() {
    let listener = TcpListener::bind("[::1]:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let v4 = SocketAddr::from((Ipv4Addr::LOCALHOST, address.port()));
    assert_eq!(kind(TcpStream::connect(v4).await), ErrorKind::ConnectionRefused);
    let client = TcpStream::connect(address).await.unwrap();
    assert_eq!(client.local_addr().unwrap().ip(), Ipv6Addr::LOCALHOST);
}

async fn all_of_ipv6_hears_ipv4() {
    let listener = TcpListener::bind("[::]:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let client = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (server, from) = listener.accept().await.unwrap();
    assert_eq!(from.ip(), Ipv4Addr::LOCALHOST.to_ipv6_mapped());
    assert_eq!(from.port(), client.local_addr().unwrap().port());
    assert_eq!(server.local_addr().unwrap().ip(), Ipv4Addr::LOCALHOST.to_ipv6_mapped());
}

async fn other_addresses_of_loopback_are_others() {
    let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let other = SocketAddr::from((Ipv4Addr::LOCALHOST, address.port()));
    assert_eq!(kind(TcpStream::connect(other).await), ErrorKind::ConnectionRefused);
    let _same_port = TcpListener::bind(other).await.unwrap();
    let client = TcpStream::connect(address).await.unwrap();
    assert_eq!(client.peer_addr().unwrap(), address);
}

async fn a_bound_socket_connects_from_its_address() {
    let (listener, address) = listener().await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let local = socket.local_addr().unwrap();
    let client = socket.connect(address).await.unwrap();
    assert_eq!(client.local_addr().unwrap(), local);
    assert_eq!(listener.accept().await.unwrap().1, local);
}

async fn a_socket_of_the_other_family_cannot_be_bound() {
    let socket = TcpSocket::new_v6().unwrap();
    let v4 = "127.0.0.1:0".parse().unwrap();
    assert!(socket.bind(v4).is_err());
}

async fn a_socket_is_bound_once() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    assert_eq!(kind(socket.bind("127.0.0.1:0".parse().unwrap())), ErrorKind::InvalidInput);
}

async fn a_bound_address_is_in_use_although_nobody_listens() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let local = socket.local_addr().unwrap();
    assert_eq!(kind(TcpListener::bind(local).await), ErrorKind::AddrInUse);
    assert_eq!(kind(TcpStream::connect(local).await), ErrorKind::ConnectionRefused);
    drop(socket);
    TcpListener::bind(local).await.unwrap();
}

async fn sockets_that_both_reuse_addresses_share_one_until_one_listens() {
    let [one, other] = [(); 2].map(|()| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket
    });
    one.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    other.bind(one.local_addr().unwrap()).unwrap();
    let _listener = one.listen(1).unwrap();
    assert_eq!(kind(other.listen(1)), ErrorKind::AddrInUse);
}

async fn one_side_alone_reuses_no_address() {
    for (first, second) in [(true, false), (false, true), (false, false)] {
        let [one, other] = [first, second].map(|reuse| {
            let socket = TcpSocket::new_v4().unwrap();
            socket.set_reuseaddr(reuse).unwrap();
            socket
        });
        one.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        assert_eq!(kind(other.bind(one.local_addr().unwrap())), ErrorKind::AddrInUse);
    }
}

async fn a_backlog_of_one_holds_two() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let _first = TcpStream::connect(address).await.unwrap();
    let _second = TcpStream::connect(address).await.unwrap();
    assert!(waits(TcpStream::connect(address)).await, "it is not refused: nobody answers");
}

async fn who_finds_the_backlog_full_is_served_a_second_later() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let first = TcpStream::connect(address).await.unwrap();
    let began = rt::time::Instant::now();
    let second = rt::spawn(async move { TcpStream::connect(address).await.unwrap() });
    settle().await;
    assert_eq!(listener.accept().await.unwrap().1, first.local_addr().unwrap());
    let second = second.await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(900));
    assert_eq!(listener.accept().await.unwrap().1, second.local_addr().unwrap());
}

async fn accepted_streams_have_the_options_of_their_listener() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_nodelay(true).unwrap();
    socket.set_linger(Some(Duration::from_secs(3))).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (server, _) = listener.accept().await.unwrap();
    assert!(server.nodelay().unwrap() && !client.nodelay().unwrap());
    assert_eq!(server.linger().unwrap(), Some(Duration::from_secs(3)));
    assert_eq!(client.linger().unwrap(), None);
}

async fn who_is_not_accepted_is_reset_with_the_listener() {
    let (listener, address) = listener().await;
    let mut client = TcpStream::connect(address).await.unwrap();
    drop(listener);
    settle().await;
    assert_eq!(kind(client.read(&mut [0; 8]).await), ErrorKind::ConnectionReset);
}

async fn who_closed_before_it_was_accepted_is_accepted() {
    let (listener, address) = listener().await;
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"bye").await.unwrap();
    drop(client);
    let (mut server, _) = listener.accept().await.unwrap();
    let mut heard = String::new();
    server.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "bye");
}

async fn who_reset_before_it_was_accepted_is_accepted() {
    let (listener, address) = listener().await;
    let client = TcpStream::connect(address).await.unwrap();
    let local = client.local_addr().unwrap();
    reset(client);
    settle().await;
    let (mut server, from) = listener.accept().await.unwrap();
    assert_eq!(from, local);
    assert_eq!(kind(server.peer_addr()), ErrorKind::NotConnected);
    assert_eq!(kind(server.read(&mut [0; 8]).await), ErrorKind::ConnectionReset);
}

async fn the_port_of_a_server_that_closed_first_is_kept_from_who_does_not_reuse() {
    let (listener, address) = listener().await;
    let mut client = TcpStream::connect(address).await.unwrap();
    drop(listener.accept().await.unwrap());
    assert_eq!(client.read(&mut [0; 8]).await.unwrap(), 0);
    drop((client, listener));
    settle().await;
    let socket = TcpSocket::new_v4().unwrap();
    assert_eq!(kind(socket.bind(address)), ErrorKind::AddrInUse);
    TcpListener::bind(address).await.unwrap();
}

async fn the_port_of_a_server_whose_client_closed_first_is_free() {
    let (listener, address) = listener().await;
    let client = TcpStream::connect(address).await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    drop(client);
    assert_eq!(server.read(&mut [0; 8]).await.unwrap(), 0);
    drop((server, listener));
    settle().await;
    TcpSocket::new_v4().unwrap().bind(address).unwrap();
}

async fn the_port_of_a_reset_connection_is_free() {
    let (listener, address) = listener().await;
    let client = TcpStream::connect(address).await.unwrap();
    reset(listener.accept().await.unwrap().0);
    drop((client, listener));
    settle().await;
    TcpSocket::new_v4().unwrap().bind(address).unwrap();
}

async fn a_server_that_lives_keeps_its_port_although_it_listens_no_more() {
    let (listener, address) = listener().await;
    let _client = TcpStream::connect(address).await.unwrap();
    let _server = listener.accept().await.unwrap();
    drop(listener);
    let socket = TcpSocket::new_v4().unwrap();
    assert_eq!(kind(socket.bind(address)), ErrorKind::AddrInUse);
    // As `TcpListener::bind` reuses addresses, and the one that accepted it did.
    TcpListener::bind(address).await.unwrap();
}

async fn a_time_to_live_is_kept() {
    let (listener, address) = listener().await;
    listener.set_ttl(77).unwrap();
    assert_eq!(listener.ttl().unwrap(), 77);
    assert!(listener.set_ttl(0).is_err() && listener.set_ttl(256).is_err());
    let client = TcpStream::connect(address).await.unwrap();
    client.set_ttl(9).unwrap();
    assert_eq!(client.ttl().unwrap(), 9);
}

behaviours! {
    connect_succeeds_before_accept,
    accept_gives_the_address_of_the_client,
    port_zero_is_any_port,
    an_address_in_use_is_refused,
    an_address_in_use_is_refused_with_all_addresses,
    the_port_of_a_listener_that_is_gone_is_free,
    where_nobody_listens_a_connection_is_refused,
    connections_are_accepted_in_their_order,
    accept_waits_for_a_connection,
    each_of_many_clients_is_served,
    two_tasks_may_accept_from_one_listener,
    accept_can_be_polled,
    an_accept_that_is_given_up_loses_no_connection,
    addresses_are_tried_in_turn,
    the_error_is_that_of_the_last_address,
    no_address_is_invalid,
    an_address_of_somebody_else_cannot_be_bound,
    who_binds_the_next_address_that_is_free,
    all_addresses_hear_loopback,
    no_address_in_particular_is_this_machine,
    ipv6_has_a_loopback_of_its_own,
    all_of_ipv6_hears_ipv4,
    other_addresses_of_loopback_are_others,
    a_bound_socket_connects_from_its_address,
    a_socket_of_the_other_family_cannot_be_bound,
    a_socket_is_bound_once,
    a_bound_address_is_in_use_although_nobody_listens,
    sockets_that_both_reuse_addresses_share_one_until_one_listens,
    one_side_alone_reuses_no_address,
    a_backlog_of_one_holds_two,
    who_finds_the_backlog_full_is_served_a_second_later,
    accepted_streams_have_the_options_of_their_listener,
    who_is_not_accepted_is_reset_with_the_listener,
    who_closed_before_it_was_accepted_is_accepted,
    who_reset_before_it_was_accepted_is_accepted,
    the_port_of_a_server_that_closed_first_is_kept_from_who_does_not_reuse,
    the_port_of_a_server_whose_client_closed_first_is_free,
    the_port_of_a_reset_connection_is_free,
    a_server_that_lives_keeps_its_port_although_it_listens_no_more,
    a_time_to_live_is_kept,
}
