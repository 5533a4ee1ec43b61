//! What is on its way between hosts, as a test sees it.

use std::fmt;
use std::time::Duration;

#[cfg(doc)]
use super::links::{clog, hold};
use crate::run::context;

/// A packet that is on its way, or is [held](hold) or [clogged](clog).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InFlight {
    /// The host that sent it.
    pub from: String,
    /// The host to which it goes.
    pub to: String,
    /// How many bytes of the user's it has: none if it is one that makes, keeps or ends a connection.
    pub bytes: usize,
    /// In how long it arrives; `None` while it is held or clogged, and if it has not left yet, because the task that sent it still runs.
    pub arrives_in: Option<Duration>,
}

impl fmt::Debug for InFlight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let InFlight {
            from,
            to,
            bytes,
            arrives_in,
        } = self;
        write!(f, "{from} > {to}, {bytes} bytes")?;
        match arrives_in {
            Some(arrives_in) => write!(f, ", in {arrives_in:?}"),
            None => f.write_str(", not on its way yet"),
        }
    }
}

/// What is on its way between hosts, in the order of its arrival; then what is held.
///
/// ```
/// use reweave::net::{self, TcpStream};
///
/// # reweave::Sim::new().run(async {
/// let _db = reweave::host("db");
/// net::hold("main", "db");
/// let connecting = reweave::spawn(TcpStream::connect("db:5432"));
/// reweave::task::yield_now().await;
/// # reweave::time::sleep(reweave::time::Duration::from_secs(1)).await;
/// assert_eq!(net::in_flight().len(), 1);
/// # connecting.abort();
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn in_flight() -> Vec<InFlight> {
    context::with("net::in_flight", |cx| {
        let mut run = cx.run();
        let (network, now) = run.network();
        let all = network.in_flight();
        let all = all.map(|(at, packet)| (at, packet.from, packet.to, packet.load.bytes()));
        let mut all: Vec<_> = all.collect();
        // Those that are held are last; the order of arrival holds among those of one instant.
        all.sort_by_key(|&(at, ..)| at.unwrap_or(u64::MAX));
        let name = |host| run.machine_name(host).to_owned();
        let told = all.into_iter().map(|(at, from, to, bytes)| InFlight {
            from: name(from),
            to: name(to),
            bytes,
            arrives_in: at.map(|at| Duration::from_nanos(at.saturating_sub(now))),
        });
        told.collect()
    })
}
