//! W12, gossip: each host sends three others a datagram of 100 bytes every second of virtual time, and takes what comes. A unit is a datagram that
//! arrived.
//!
//! `size.tasks` is the number of hosts, `size.rounds` that of seconds. What a datagram costs does not depend on how many hosts there are.
//!
//! turmoil is left out: it goes to every host at every tick, which for 500 hosts and seconds of virtual time takes minutes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::contestants::recorded::Recorded;
use crate::contestants::reweave::Reweave;
use crate::workloads::{Entrant, Workload};
use crate::{Contestant, Done, Size};

/// The workload.
pub const WORKLOAD: Workload = Workload {
    name: "w12",
    unit: "datagram",
    units: |size| (size.tasks * size.rounds * FRIENDS) as u64,
    entrants: &[
        Entrant::new("reweave", reweave::<Reweave>),
        Entrant::new("recorded", reweave::<Recorded>).handicapped(4),
    ],
};

const FRIENDS: usize = 3;
const PAUSE: Duration = Duration::from_secs(1);
const DATAGRAM: [u8; 100] = [7; 100];
const OPEN: &str = "the network of this program loses nothing";

/// Whom a host tells in a round: others, in no order that anybody would see.
fn friends(host: usize, round: usize, hosts: usize) -> impl Iterator<Item = String> {
    (0..FRIENDS).map(move |friend| {
        let mixed = ((host * 31 + round) * 37 + friend).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let distance = 1 + (mixed >> 32) % (hosts - 1);
        format!("host-{}", (host + distance) % hosts)
    })
}

fn reweave<C: Contestant>(size: Size) -> Done {
    use reweave::net::UdpSocket;

    let arrived = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&arrived);
    C::run(1, move |_| {
        let arrived = Arc::clone(&counted);
        async move {
            let telling: Vec<_> = (0..size.tasks)
                .map(|host| {
                    let arrived = Arc::clone(&arrived);
                    reweave::host(format!("host-{host}")).spawn(async move {
                        let socket = Arc::new(UdpSocket::bind("0.0.0.0:7000").await.expect(OPEN));
                        let ear = Arc::clone(&socket);
                        let hears = reweave::spawn(async move {
                            let mut bytes = [0; 100];
                            while ear.recv_from(&mut bytes).await.is_ok() {
                                arrived.fetch_add(1, Relaxed);
                            }
                        });
                        for round in 0..size.rounds {
                            reweave::time::sleep(PAUSE).await;
                            for friend in friends(host, round, size.tasks) {
                                let to = (friend.as_str(), 7000);
                                socket.send_to(&DATAGRAM, to).await.expect(OPEN);
                            }
                        }
                        reweave::time::sleep(PAUSE).await;
                        hears.abort();
                    })
                })
                .collect();
            for told in telling {
                told.await.expect(OPEN);
            }
        }
    });
    Done::units(arrived.load(Relaxed))
}
