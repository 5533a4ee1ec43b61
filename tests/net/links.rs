//! Links between hosts: what is lost, late, kept, doubled or cut in two, and what connections make of it.

mod clogged;
mod cut;
mod drawn;
mod endings;
mod faults;
mod gone;
mod hard;
mod in_force;
mod late;
mod refused;
mod resets;
mod silence;

use reweave::net::{TcpListener, TcpStream};
use reweave::time::{Duration, Instant};
use reweave::{Run, Sim};

/// Both ends of a connection from `main` to the host `db`, of which the first is used by `main`.
pub struct Pair {
    pub client: TcpStream,
    pub db: reweave::host::Host,
    pub server: reweave::task::JoinHandle<TcpStream>,
}

/// A server on `db` that takes one connection and hands it back.
pub async fn connected() -> Pair {
    let db = reweave::host("db");
    let server = db.spawn(async {
        let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
        listener.accept().await.unwrap().0
    });
    reweave::time::sleep(Duration::from_millis(10)).await;
    let client = TcpStream::connect("db:80").await.unwrap();
    Pair { client, db, server }
}

/// How long something takes.
pub async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let begun = Instant::now();
    let done = work.await;
    (done, begun.elapsed())
}

/// The plain run.
pub fn plain<T: 'static>(work: impl Future<Output = T> + 'static) -> Run<T> {
    Sim::new()
        .max_virtual_time(Duration::from_secs(100_000))
        .run(work)
}

/// That it lies within a tenth.
#[track_caller]
pub fn about(took: Duration, expected: f64) {
    let took = took.as_secs_f64();
    assert!(
        (took - expected).abs() <= expected / 10.0,
        "about {expected} s were expected, it took {took} s"
    );
}
