//! Waiting to be interrupted.

use std::future::Future;
use std::io;

use super::listener::Listener;
use super::unix::SignalKind;
use crate::base::place::caller;

/// Waits until the process is interrupted: until its host gets SIGINT, which a terminal sends for Ctrl-C.
///
/// From its first poll on the signal is handled, so that the process does not die of it; it hears what is sent after that.
///
/// ```
/// use reweave::signal::{ctrl_c, unix::SignalKind};
/// use reweave::time::{Duration, sleep};
///
/// # reweave::Sim::new().run(async {
/// let shop = reweave::host("shop").start(|| async { ctrl_c().await.unwrap() });
/// sleep(Duration::from_secs(1)).await;
/// shop.signal(SignalKind::interrupt());
/// sleep(Duration::from_secs(1)).await;
/// assert!(!shop.is_running());
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// Cancel safe, but each call listens anew: a signal that comes between two calls is heard by neither. To hear each, keep a
/// [`Signal`](super::unix::Signal).
///
/// # Errors
///
/// In a destructor of a host that has crashed.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn ctrl_c() -> impl Future<Output = io::Result<()>> {
    let place = caller();
    async move {
        let signal = SignalKind::interrupt().known("signal::ctrl_c");
        let mut listener = Listener::new("signal::ctrl_c", signal, place)?;
        listener.heard(place).await;
        Ok(())
    }
}
