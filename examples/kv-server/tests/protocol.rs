//! The server as its clients see it: on tokio, and on Reweave with the feature `sim`.

#[cfg(feature = "sim")]
extern crate reweave as tokio;

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

async fn server() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(kv_server::serve(listener));
    Ok(address)
}

struct Client(BufReader<TcpStream>);

impl Client {
    async fn connect(address: SocketAddr) -> io::Result<Client> {
        Ok(Client(BufReader::new(TcpStream::connect(address).await?)))
    }

    async fn ask(&mut self, line: &str) -> io::Result<String> {
        self.0.write_all(format!("{line}\n").as_bytes()).await?;
        let mut answer = String::new();
        self.0.read_line(&mut answer).await?;
        Ok(answer.trim_end().into())
    }
}

#[tokio::test]
async fn what_is_set_is_there_until_it_is_deleted() -> io::Result<()> {
    let mut client = Client::connect(server().await?).await?;
    for (line, answer) in [
        ("GET name", "NONE"),
        ("SET name Ada Lovelace", "OK"),
        ("GET name", "VALUE Ada Lovelace"),
        ("INCR name", "ERROR `Ada Lovelace` is no number"),
        ("DEL name", "OK"),
        ("DEL name", "NONE"),
        ("INCR n", "VALUE 1"),
        ("INCR n", "VALUE 2"),
        ("HELLO world", "ERROR `HELLO` is not known"),
    ] {
        assert_eq!(client.ask(line).await?, answer, "{line}");
    }
    Ok(())
}

#[tokio::test]
async fn clients_see_what_others_set() -> io::Result<()> {
    let address = server().await?;
    let mut one = Client::connect(address).await?;
    let mut two = Client::connect(address).await?;
    assert_eq!(one.ask("SET a 1").await?, "OK");
    assert_eq!(two.ask("GET a").await?, "VALUE 1");
    drop(one);
    assert_eq!(two.ask("GET a").await?, "VALUE 1");
    Ok(())
}

/// With the planted bug it passes on tokio as well: there nothing comes between two locks that are free.
#[tokio::test]
async fn ten_clients_count_to_ten() -> io::Result<()> {
    let address = server().await?;
    let clients: Vec<_> = (0..10)
        .map(|_| tokio::spawn(async move { Client::connect(address).await?.ask("INCR n").await }))
        .collect();
    for client in clients {
        client.await??;
    }
    let mut last = Client::connect(address).await?;
    assert_eq!(last.ask("GET n").await?, "VALUE 10");
    Ok(())
}
