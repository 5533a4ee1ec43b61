//! Two questions over the network, asked at the same time.
//!
//! The program of [`completion_blocking`](super::completion_blocking) with an async client. The completion service is a host of
//! its own, a millisecond away: it takes a question a line, thinks for a second and answers. While one task waits for its
//! answer the other asks, so both have theirs after one second. Which answer comes first is nobody's promise: the service
//! thinks about both for as long.

use std::io;

use reweave::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use reweave::net::{TcpListener, TcpStream};
use reweave::task::spawn;
use reweave::time::{Duration, sleep};
use reweave::{host, join, println};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "completion_async",
    gallery: Gallery::Articles,
    summary: "an async client asks two questions of a service at the same time",
    bug: None,
    original: || program(both()),
    fixed: None,
    configure: |sim| sim,
};

/// How long the service thinks about any question.
const THINKS: Duration = Duration::from_secs(1);

async fn serve() {
    let listener = TcpListener::bind("0.0.0.0:80").await;
    let listener = listener.expect("nobody else has the port");
    while let Ok((client, _)) = listener.accept().await {
        drop(spawn(answer(client)));
    }
}

async fn answer(client: TcpStream) -> io::Result<()> {
    let mut client = BufReader::new(client);
    let mut prompt = String::new();
    client.read_line(&mut prompt).await?;
    sleep(THINKS).await;
    let content = match prompt.trim_end() {
        "Pick a random color" => "Periwinkle",
        "Pick a random number" => "Sure! Here is a random number: 42",
        _ => "I do not know.",
    };
    client.write_all(content.as_bytes()).await
}

async fn complete(prompt: &str) -> io::Result<String> {
    let mut service = TcpStream::connect("completions:80").await?;
    service.write_all(format!("{prompt}\n").as_bytes()).await?;
    let mut content = String::new();
    service.read_to_string(&mut content).await?;
    Ok(content)
}

async fn get_completion(prompt: &'static str) -> io::Result<()> {
    println!("start completion");
    println!("{}", complete(prompt).await?);
    Ok(())
}

async fn both() -> io::Result<()> {
    let _service = host("completions").start(serve);
    let color = spawn(get_completion("Pick a random color"));
    let number = spawn(get_completion("Pick a random number"));
    let (color, number) = join!(color, number);
    color?.and(number?)
}
