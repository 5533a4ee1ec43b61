// What the files of the suite have in common: it is included before each.

#[allow(unused_imports)]
use std::future::poll_fn;
#[allow(unused_imports)]
use std::io::{self, ErrorKind};
#[allow(unused_imports)]
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
#[allow(unused_imports)]
use std::task::Poll;
use std::time::Duration;

#[allow(unused_imports)]
use rt::io::{AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use rt::net::{TcpListener, TcpStream};
#[allow(unused_imports)]
use rt::net::{TcpSocket, UdpSocket};
#[allow(unused_imports)]
use rt::time::{sleep, timeout};

/// A listener on a port of this machine, and its address.
#[allow(dead_code)]
async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Both ends of a connection: of who asked for it, and of who accepted it.
#[allow(dead_code)]
async fn pair() -> (TcpStream, TcpStream) {
    let (listener, address) = listener().await;
    let client = TcpStream::connect(address).await.unwrap();
    let (server, _) = listener.accept().await.unwrap();
    (client, server)
}

/// As long as it takes a real machine until what was sent has come, and the runtime knows of it.
#[allow(dead_code)]
async fn settle() {
    sleep(Duration::from_millis(20)).await;
}

/// Whether the future is not done after a moment in which nothing else happens.
#[allow(dead_code)]
async fn waits<F: Future>(future: F) -> bool {
    timeout(Duration::from_millis(50), future).await.is_err()
}

/// The kind of the error.
#[allow(dead_code)]
fn kind<T: std::fmt::Debug>(result: io::Result<T>) -> ErrorKind {
    result.unwrap_err().kind()
}

/// Bytes of which each tells where it stands.
#[allow(dead_code)]
fn numbered(count: usize) -> Vec<u8> {
    (0..count).map(|n| (n % 251) as u8).collect()
}

/// Resets the connection from this end.
#[allow(dead_code)]
fn reset(stream: TcpStream) {
    stream.set_zero_linger().unwrap();
    drop(stream);
}
