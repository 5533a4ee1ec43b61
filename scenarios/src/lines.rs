//! The protocol of several scenarios: a line is asked, and a line is answered.

use std::future::Future;
use std::io::{self, ErrorKind};

use reweave::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use reweave::net::{TcpListener, TcpStream};
use reweave::spawn;

/// Answers every line that comes in on a port of this host, each connection in a task of its own.
pub async fn serve<H, A>(port: u16, answer: H)
where
    H: Fn(String) -> A + Clone + Send + 'static,
    A: Future<Output = String> + Send + 'static,
{
    let listener = TcpListener::bind(("0.0.0.0", port)).await;
    let listener = listener.expect("nobody else has the port");
    while let Ok((client, _)) = listener.accept().await {
        let answer = answer.clone();
        drop(spawn(async move {
            let mut client = BufReader::new(client);
            while let Some(question) = hear(&mut client).await? {
                say(&mut client, &answer(question).await).await?;
            }
            io::Result::Ok(())
        }));
    }
}

/// Asks on a connection of its own.
pub async fn ask(address: &str, question: &str) -> io::Result<String> {
    let mut server = BufReader::new(TcpStream::connect(address).await?);
    say(&mut server, question).await?;
    let answer = hear(&mut server).await?;
    answer.ok_or_else(|| ErrorKind::UnexpectedEof.into())
}

/// The next line; `None` at the end.
pub async fn hear(from: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let mut line = String::new();
    from.read_line(&mut line).await?;
    Ok(line.strip_suffix('\n').map(str::to_owned))
}

/// Sends a line.
pub async fn say(to: &mut BufReader<TcpStream>, line: &str) -> io::Result<()> {
    to.write_all(format!("{line}\n").as_bytes()).await
}
