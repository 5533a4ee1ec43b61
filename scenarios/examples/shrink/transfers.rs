//! A replicated count, over a network that loses packets: each transfer is asked for again until it is acknowledged, and so is each copy
//! of it. Nobody looks whether a transfer was there before, so one whose acknowledgement is lost or late is counted twice.
//!
//! Without faults all is well.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use reweave::net::UdpSocket;
use reweave::task::JoinSet;
use reweave::time::{Duration, timeout};
use reweave::{host, spawn};

const SERVERS: [&str; 3] = ["north", "east", "south"];
const CLIENTS: [&str; 3] = ["ann", "bob", "cid"];
const TRANSFERS: u32 = 12;
const PORT: u16 = 80;

/// The program.
pub async fn transfers() {
    let counts: Vec<Arc<AtomicU32>> = SERVERS.iter().map(|_| Arc::default()).collect();
    for (nth, name) in SERVERS.into_iter().enumerate() {
        // It survives a crash.
        let count = counts[nth].clone();
        host(name).start(move || serve(nth, count.clone()));
    }
    let clients = CLIENTS.into_iter().zip(SERVERS);
    let clients: Vec<_> = clients
        .map(|(name, server)| host(name).spawn(ask_for_all(server)))
        .collect();
    for client in clients {
        client.await.expect("no client panics");
    }
    let counted: Vec<u32> = counts.iter().map(|count| count.load(Relaxed)).collect();
    let asked = CLIENTS.len() as u32 * TRANSFERS;
    assert!(
        counted.iter().all(|&count| count == asked),
        "transfers were counted twice"
    );
}

async fn ask_for_all(server: &'static str) {
    for number in 0..TRANSFERS {
        ask(server, &format!("new {number}")).await;
    }
}

/// Asks until there is an answer.
async fn ask(server: &str, question: &str) {
    loop {
        if let Ok(Ok(())) = timeout(Duration::from_secs(1), ask_once(server, question)).await {
            return;
        }
    }
}

async fn ask_once(server: &str, question: &str) -> io::Result<()> {
    let socket = UdpSocket::bind(("0.0.0.0", 0)).await?;
    socket.send_to(question.as_bytes(), (server, PORT)).await?;
    let mut answer = [0; 16];
    socket.recv_from(&mut answer).await?;
    Ok(())
}

async fn serve(at: usize, count: Arc<AtomicU32>) {
    let socket = UdpSocket::bind(("0.0.0.0", PORT)).await;
    let socket = Arc::new(socket.expect("the port is free"));
    let mut buffer = [0; 16];
    loop {
        let Ok((length, client)) = socket.recv_from(&mut buffer).await else {
            continue;
        };
        let question = String::from_utf8_lossy(&buffer[..length]).into_owned();
        let (socket, count) = (socket.clone(), count.clone());
        drop(spawn(async move {
            count.fetch_add(1, Relaxed);
            if let Some(number) = question.strip_prefix("new ") {
                let mut copies = JoinSet::new();
                for other in (0..SERVERS.len()).filter(|&other| other != at) {
                    let copy = format!("copy {number}");
                    copies.spawn(async move { ask(SERVERS[other], &copy).await });
                }
                copies.join_all().await;
            }
            let _ = socket.send_to(b"done", client).await;
        }));
    }
}
