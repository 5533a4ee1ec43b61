//! Connections.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::store::Store;

/// Serves all who connect, each in a task of its own.
///
/// # Errors
///
/// If the listener fails.
pub async fn serve(listener: TcpListener) -> io::Result<()> {
    let store = Arc::new(Store::default());
    loop {
        let (client, _) = listener.accept().await?;
        let store = store.clone();
        tokio::spawn(async move {
            // That a client has gone away is no news.
            let _ = answer_all(client, &store).await;
        });
    }
}

async fn answer_all(client: TcpStream, store: &Store) -> io::Result<()> {
    let (from, mut to) = client.into_split();
    let mut lines = BufReader::new(from).lines();
    while let Some(line) = lines.next_line().await? {
        let answer = store.answer(&line).await;
        to.write_all(format!("{answer}\n").as_bytes()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    /// Sends all lines, says that they are all, and reads the answers.
    async fn ask(address: std::net::SocketAddr, lines: &str) -> io::Result<String> {
        let mut server = TcpStream::connect(address).await?;
        server.write_all(lines.as_bytes()).await?;
        server.shutdown().await?;
        let mut answers = String::new();
        server.read_to_string(&mut answers).await?;
        Ok(answers)
    }

    /// Sixty-five runs, and in some of them the clients' requests are interleaved between the locks of the store.
    #[tokio::test]
    async fn what_two_clients_count_is_counted() -> io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = tokio::spawn(serve(listener));
        let (one, two) = tokio::join!(ask(address, "INCR n\n"), ask(address, "INCR n\n"));
        let mut counted = [one?, two?];
        counted.sort();
        assert_eq!(counted, ["VALUE 1\n", "VALUE 2\n"]);
        server.abort();
        Ok(())
    }
}
