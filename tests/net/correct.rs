//! Correct programs under all faults of the network: nothing is found in them.
//!
//! Twenty small servers and clients as people write them for tokio, by the documentation of the network and not by its model. What can be waited for in vain
//! has a timeout, what may have been done already is asked for again under the same key, and what is kept for later is looked at before it is used.
//! A finding in one of them is a bug of Reweave, or shows that the program is not correct: then it is mended here, with the reason.

mod datagrams;
mod requests;
mod services;
mod streams;

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reweave as tokio;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio::{FindingKind, Sim, explore};

/// How long a caller waits for one answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Nothing at all may be found, but for what is no mistake where a server is cut off by the end of the test, or a lock waits for the network.
fn correct<F>(program: fn() -> F)
where
    F: Future<Output = ()> + 'static,
{
    let mut sim = Sim::new();
    for &kind in FindingKind::ALL {
        sim = match kind {
            FindingKind::UnawaitedTask | FindingKind::DroppedMessages | FindingKind::LongHold => {
                sim.allow(kind)
            }
            _ => sim.deny(kind),
        };
    }
    sim.clone().run(program()).unwrap();
    let found = explore(program).sim(sim).faults("network");
    let found = found.seeds(0..super::seeds()).run();
    assert!(!found.failed(), "{found}");
}

/// The answer, or an error if it takes too long.
async fn in_time<T>(answer: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(PATIENCE, answer).await?
}

/// Tries until it succeeds, with a pause after each failure.
async fn retry<T, F>(mut attempt: impl FnMut() -> F) -> T
where
    F: Future<Output = io::Result<T>>,
{
    loop {
        match in_time(attempt()).await {
            Ok(value) => return value,
            Err(_) => sleep(Duration::from_millis(300)).await,
        }
    }
}

/// Serves each connection in a task of its own. What goes wrong with one concerns nobody else.
async fn serve<F>(port: u16, mut answer: impl FnMut(TcpStream) -> F)
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind(("0.0.0.0", port)).await.unwrap();
    let mut clients = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((client, _)) = accepted {
                    clients.spawn(answer(client));
                }
            }
            Some(served) = clients.join_next() => drop(served.unwrap()),
        }
    }
}

/// What a host keeps on its disk.
type Disk<T> = Arc<Mutex<T>>;

fn disk<T: Default>() -> Disk<T> {
    Arc::default()
}

/// Each of these programs as a test.
macro_rules! programs {
    ($($name:ident),+ $(,)?) => {
        mod programs {
            $(
                #[test]
                fn $name() {
                    super::super::correct(super::$name);
                }
            )+
        }
    };
}
use programs;
