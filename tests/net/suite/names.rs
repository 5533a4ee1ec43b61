// Names and addresses, and the options of sockets.

use rt::net::{ToSocketAddrs, lookup_host};

/// What something stands for.
async fn found(host: impl ToSocketAddrs) -> Vec<SocketAddr> {
    lookup_host(host).await.unwrap().collect()
}

fn v4(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn v6(port: u16) -> SocketAddr {
    (Ipv6Addr::LOCALHOST, port).into()
}

async fn an_address_stands_for_itself() {
    assert_eq!(found(v4(80)).await, [v4(80)]);
    assert_eq!(found(&v6(80)).await, [v6(80)]);
}

async fn an_address_of_each_family_stands_for_itself() {
    let (SocketAddr::V4(one), SocketAddr::V6(other)) = (v4(1), v6(2)) else {
        panic!("one is of each family");
    };
    assert_eq!(found(one).await, [v4(1)]);
    assert_eq!(found(other).await, [v6(2)]);
}

async fn an_ip_with_a_port_stands_for_an_address() {
    assert_eq!(found((std::net::IpAddr::from(Ipv4Addr::LOCALHOST), 80)).await, [v4(80)]);
    assert_eq!(found((Ipv4Addr::LOCALHOST, 80)).await, [v4(80)]);
    assert_eq!(found((Ipv6Addr::LOCALHOST, 80)).await, [v6(80)]);
}

async fn a_slice_stands_for_all_in_it() {
    assert_eq!(found(&[v4(1), v6(2), v4(1)][..]).await, [v4(1), v6(2), v4(1)]);
    assert!(found(&[][..]).await.is_empty());
}

async fn a_text_is_parsed() {
    assert_eq!(found("127.0.0.1:80").await, [v4(80)]);
    assert_eq!(found("[::1]:80").await, [v6(80)]);
    assert_eq!(found(String::from("127.0.0.1:81")).await, [v4(81)]);
}

async fn an_ip_in_a_text_is_parsed() {
    assert_eq!(found(("127.0.0.1", 80)).await, [v4(80)]);
    assert_eq!(found(("::1", 80)).await, [v6(80)]);
    assert_eq!(found((String::from("::1"), 80)).await, [v6(80)]);
}

async fn localhost_is_this_machine() {
    for found in [found("localhost:80").await, found(("localhost", 80)).await] {
        assert!(!found.is_empty());
        assert!(found.iter().all(|address| address.ip().is_loopback() && address.port() == 80));
        assert!(found.contains(&v4(80)));
    }
}

async fn a_name_in_capitals_is_the_same() {
    assert!(found("LocalHost:80").await.contains(&v4(80)));
}

async fn a_text_without_a_port_is_invalid() {
    assert_eq!(lookup_host("localhost").await.err().unwrap().kind(), ErrorKind::InvalidInput);
}

async fn a_port_that_is_none_is_invalid() {
    for text in ["localhost:", "localhost:http", "localhost:65536", "localhost:-1"] {
        let error = lookup_host(text).await.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{text}");
    }
}

async fn a_name_that_nobody_bears_is_not_found() {
    let error = lookup_host(("nobody.invalid", 80)).await.err().unwrap();
    assert_ne!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().starts_with("failed to lookup address information"));
}

async fn a_name_can_be_connected_to() {
    let (listener, address) = listener().await;
    let client = TcpStream::connect(("localhost", address.port())).await.unwrap();
    assert_eq!(listener.accept().await.unwrap().1, client.local_addr().unwrap());
}

async fn a_name_can_be_bound() {
    let listener = TcpListener::bind("localhost:0").await.unwrap();
    assert!(listener.local_addr().unwrap().ip().is_loopback());
}

async fn a_name_that_nobody_bears_cannot_be_connected_to_or_bound() {
    assert!(TcpStream::connect(("nobody.invalid", 80)).await.is_err());
    assert!(TcpListener::bind(("nobody.invalid", 80)).await.is_err());
}

async fn a_socket_begins_with_no_options() {
    let socket = TcpSocket::new_v4().unwrap();
    assert!(!socket.reuseaddr().unwrap() && !socket.keepalive().unwrap());
    assert!(!socket.nodelay().unwrap());
    assert_eq!(socket.linger().unwrap(), None);
    assert!(socket.take_error().unwrap().is_none());
    #[cfg(unix)]
    assert!(!socket.reuseport().unwrap());
}

async fn options_are_kept() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.set_keepalive(true).unwrap();
    socket.set_nodelay(true).unwrap();
    assert!(socket.reuseaddr().unwrap() && socket.keepalive().unwrap());
    assert!(socket.nodelay().unwrap());
    #[cfg(unix)]
    {
        socket.set_reuseport(true).unwrap();
        assert!(socket.reuseport().unwrap());
    }
    socket.set_zero_linger().unwrap();
    assert_eq!(socket.linger().unwrap(), Some(Duration::ZERO));
}

async fn options_of_the_packets_are_kept() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_tos_v4(0x10).unwrap();
    assert_eq!(socket.tos_v4().unwrap(), 0x10);
    let socket = TcpSocket::new_v6().unwrap();
    socket.set_tclass_v6(0x20).unwrap();
    assert_eq!(socket.tclass_v6().unwrap(), 0x20);
}

async fn buffer_sizes_are_told_doubled() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_send_buffer_size(20_000).unwrap();
    socket.set_recv_buffer_size(30_000).unwrap();
    assert_eq!(socket.send_buffer_size().unwrap(), 40_000);
    assert_eq!(socket.recv_buffer_size().unwrap(), 60_000);
}

async fn buffer_sizes_have_a_least() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_send_buffer_size(1).unwrap();
    socket.set_recv_buffer_size(1).unwrap();
    assert_eq!(socket.send_buffer_size().unwrap(), 4_608);
    assert_eq!(socket.recv_buffer_size().unwrap(), 2_304);
}

async fn an_unbound_socket_has_no_address_in_particular() {
    let socket = TcpSocket::new_v4().unwrap();
    assert_eq!(socket.local_addr().unwrap(), (Ipv4Addr::UNSPECIFIED, 0).into());
    let socket = TcpSocket::new_v6().unwrap();
    assert_eq!(socket.local_addr().unwrap(), (Ipv6Addr::UNSPECIFIED, 0).into());
}

async fn a_socket_that_listens_unbound_is_bound_to_all() {
    let listener = TcpSocket::new_v4().unwrap().listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    assert!(address.ip().is_unspecified() && address.port() != 0);
}

async fn a_connected_stream_has_the_options_of_its_socket() {
    let (_listener, address) = listener().await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_nodelay(true).unwrap();
    socket.set_linger(Some(Duration::from_millis(2_900))).unwrap();
    let stream = socket.connect(address).await.unwrap();
    assert!(stream.nodelay().unwrap());
    assert_eq!(stream.linger().unwrap(), Some(Duration::from_secs(2)));
    stream.set_nodelay(false).unwrap();
    stream.set_linger(None).unwrap();
    assert!(!stream.nodelay().unwrap());
    assert_eq!(stream.linger().unwrap(), None);
}

behaviours! {
    an_address_stands_for_itself,
    an_address_of_each_family_stands_for_itself,
    an_ip_with_a_port_stands_for_an_address,
    a_slice_stands_for_all_in_it,
    a_text_is_parsed,
    an_ip_in_a_text_is_parsed,
    localhost_is_this_machine,
    a_name_in_capitals_is_the_same,
    a_text_without_a_port_is_invalid,
    a_port_that_is_none_is_invalid,
    a_name_that_nobody_bears_is_not_found,
    a_name_can_be_connected_to,
    a_name_can_be_bound,
    a_name_that_nobody_bears_cannot_be_connected_to_or_bound,
    a_socket_begins_with_no_options,
    options_are_kept,
    options_of_the_packets_are_kept,
    buffer_sizes_are_told_doubled,
    buffer_sizes_have_a_least,
    an_unbound_socket_has_no_address_in_particular,
    a_socket_that_listens_unbound_is_bound_to_all,
    a_connected_stream_has_the_options_of_its_socket,
}
