//! A packet that comes late is counted as lost, and the sender slows down for nothing.
//!
//! A transport over UDP, as QUIC is, numbers its packets. The receiver sees a number left out, counts that packet as lost, and tells the
//! sender, who sends half as fast for each report. On the way a load balancer sends each packet by one of two paths, one of them longer:
//!
//! ```text
//!   sender     1   2   3   4   5   6
//!   receiver       1   3   2   4 …         "one is lost", and there it comes
//! ```
//!
//! Nothing was lost, and the stream crawls. On a network with one path it never shows. Fixed, a packet is lost if three that were sent later have come, and
//! one that comes after all is lost no more.
//!
//! Met in: "Out of order packets cause spurious retransmit", mb, neqo issue 1472,
//! <https://github.com/mozilla/neqo/issues/1472>, and "Fixed packet_threshold spuriously fast-retransmits under rate-scaled reordering
//! displacement", length967, quinn issue 2711, <https://github.com/quinn-rs/quinn/issues/2711>.

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;

use reweave as tokio;
use tokio::net::{UdpSocket, lookup_host};
use tokio::time::{Duration, Instant, sleep};
use tokio::{FindingKind, choose, host};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "reordered_is_lost",
    gallery: Gallery::Field,
    summary: "a packet that comes late is counted as lost, and the sender slows down",
    bug: Some(FindingKind::Panic),
    original: || program(thirty_packets(0)),
    fixed: Some(|| program(thirty_packets(3))),
    configure: |sim| sim,
};

const PACKETS: u32 = 30;

/// Sends each packet on by one of two paths.
async fn balance() -> io::Result<()> {
    let balancer = UdpSocket::bind("0.0.0.0:443").await?;
    let receiver = address_of("receiver:443").await?;
    let mut packet = [0; 4];
    loop {
        balancer.recv_from(&mut packet).await?;
        let longer = Duration::from_micros(choose([0, 1500]));
        drop(tokio::spawn(async move {
            sleep(longer).await;
            let path = UdpSocket::bind("0.0.0.0:0").await?;
            path.send_to(&packet, receiver).await
        }));
    }
}

async fn address_of(name: &str) -> io::Result<SocketAddr> {
    let found = lookup_host(name).await?.next();
    found.ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// Which packets have come, and which are taken for lost.
struct Receiver {
    /// So many later ones come before a packet is lost.
    patience: u32,
    come: BTreeSet<u32>,
    lost: BTreeSet<u32>,
}

impl Receiver {
    /// Takes a packet, and says how many have become lost by that.
    fn take(&mut self, number: u32) -> u32 {
        self.come.insert(number);
        if self.patience > 0 {
            self.lost.remove(&number);
        }
        let latest = self.come.last().copied().unwrap_or_default();
        let due = 0..latest.saturating_sub(self.patience);
        let missing = due.filter(|earlier| !self.come.contains(earlier));
        let missing: BTreeSet<u32> = missing.collect();
        let newly = missing.difference(&self.lost).count();
        self.lost.extend(missing);
        newly as u32
    }
}

/// Tells the sender of each packet how many were lost before it.
async fn receive(patience: u32) -> io::Result<()> {
    let socket = UdpSocket::bind("0.0.0.0:443").await?;
    let sender = address_of("sender:443").await?;
    let mut receiver = Receiver {
        patience,
        come: BTreeSet::new(),
        lost: BTreeSet::new(),
    };
    let mut packet = [0; 4];
    loop {
        socket.recv_from(&mut packet).await?;
        let lost = receiver.take(u32::from_be_bytes(packet));
        socket.send_to(&lost.to_be_bytes(), sender).await?;
    }
}

/// Sends all packets, and waits twice as long between two for each that is lost.
async fn send() -> io::Result<Duration> {
    let socket = UdpSocket::bind("0.0.0.0:443").await?;
    let balancer = address_of("balancer:443").await?;
    let began = Instant::now();
    let mut pause = Duration::from_millis(1);
    for number in 0..PACKETS {
        socket.send_to(&number.to_be_bytes(), balancer).await?;
        sleep(pause).await;
        let mut report = [0; 4];
        while socket.try_recv(&mut report).is_ok() {
            pause *= 1 << u32::from_be_bytes(report).min(8);
        }
    }
    Ok(began.elapsed())
}

async fn thirty_packets(patience: u32) -> io::Result<()> {
    let _receiver = host("receiver").start(move || async move { drop(receive(patience).await) });
    let _balancer = host("balancer").start(|| async { drop(balance().await) });
    let took = host("sender").spawn(async {
        sleep(Duration::from_secs(1)).await;
        send().await
    });
    let took = took.await??;
    let limit = Duration::from_millis(2 * u64::from(PACKETS));
    assert!(took < limit, "nothing was lost, and it took {took:?}");
    Ok(())
}
