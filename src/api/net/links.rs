//! Links between hosts, as a test sees and changes them.

use std::num::NonZeroU64;
use std::time::Duration;

use crate::api::host::Host;
use crate::base::chance::Chance;
use crate::base::ids::HostNo;
use crate::base::span::nanos;
use crate::model::net::link::Link as Is;
use crate::run::context::{self, Context};
use crate::run::state::Run;

pub use crate::model::net::link::Latency;

impl AsRef<str> for Host {
    /// Its name, by which links are called.
    fn as_ref(&self) -> &str {
        self.name()
    }
}

/// The hosts at the ends of a link.
///
/// # Errors
///
/// What is wrong, if there is no host of that name, or both are the same.
fn ends(called: &str, run: &Run, from: &str, to: &str) -> Result<(HostNo, HostNo), String> {
    let call = || format!("net::{called}({from:?}, {to:?})");
    let ends = (host_called(call, run, from)?, host_called(call, run, to)?);
    match ends.0 == ends.1 {
        true => Err(format!(
            "`{}`: a host has no link to itself: name two hosts",
            call()
        )),
        false => Ok(ends),
    }
}

/// The host of this name, which a call gives.
///
/// # Errors
///
/// What is wrong, if there is none. The caller panics with it outside of closures, so that the place is the user's.
pub(super) fn host_called(
    call: impl Fn() -> String,
    run: &Run,
    name: &str,
) -> Result<HostNo, String> {
    run.host_named(name).ok_or_else(|| {
        let known: Vec<&str> = run.all_hosts().map(|host| run.machine_name(host)).collect();
        format!(
            "`{}`: there is no host {name:?} in this run; its hosts are {}",
            call(),
            known.join(", ")
        )
    })
}

/// Does something with a link, in both directions or one.
#[track_caller]
fn with_ends(
    called: &str,
    from: &str,
    to: &str,
    both: bool,
    mut act: impl FnMut(&mut Run, (HostNo, HostNo)),
) {
    let done = context::with(&format!("net::{called}"), |cx: &Context| {
        let mut run = cx.run();
        let ends = ends(called, &run, from, to)?;
        if run.is_dead() {
            return Ok(());
        }
        act(&mut run, ends);
        if both {
            act(&mut run, (ends.1, ends.0));
        }
        Ok::<(), String>(())
    });
    if let Err(wrong) = done {
        panic!("{wrong}");
    }
}

fn cut(run: &mut Run, ends: (HostNo, HostNo)) {
    run.cut_link(ends);
}

/// Cuts the link between two hosts, in both directions: from now on what leaves is lost. What is on its way already arrives.
///
/// Connections go on, late, when the link is [healed](heal) before they give up: see the [table](crate::net#when-packets-are-lost).
/// A host is called by its name, `main` being that of the test, or by its [`Host`].
///
/// ```
/// use reweave::net;
///
/// # reweave::Sim::new().run(async {
/// let db = reweave::host("db");
/// net::partition("main", &db);
/// net::heal();
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// If there is no host of that name, or both are the same; outside a simulation.
#[track_caller]
pub fn partition(a: impl AsRef<str>, b: impl AsRef<str>) {
    with_ends("partition", a.as_ref(), b.as_ref(), true, cut);
}

/// Cuts a link in one direction: what the first host sends to the second is lost.
///
/// # Panics
///
/// As [`partition`].
#[track_caller]
pub fn partition_one_way(from: impl AsRef<str>, to: impl AsRef<str>) {
    with_ends("partition_one_way", from.as_ref(), to.as_ref(), false, cut);
}

/// Draws one of two sides for each host, and cuts every link between the sides. Returns the names of the hosts on the second side: by
/// default all are on the first, and nothing is cut.
///
/// ```
/// use reweave::net;
///
/// # reweave::Sim::new().run(async {
/// let hosts = ["a", "b", "c"].map(reweave::host);
/// let others = net::partition_halves();
/// assert!(others.len() <= hosts.len() + 1);
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn partition_halves() -> Vec<String> {
    context::with("net::partition_halves", |cx| {
        let mut run = cx.run();
        if run.is_dead() {
            return Vec::new();
        }
        let (here, there) = run.draw_halves();
        for &a in &here {
            for &b in &there {
                run.cut_link((a, b));
                run.cut_link((b, a));
            }
        }
        let name = |&host| run.machine_name(host).to_owned();
        there.iter().map(name).collect()
    })
}

/// Heals all links: none is cut or [clogged](clog) any more. What was clogged leaves; what was lost is sent again when its sender
/// next tries.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn heal() {
    context::with("net::heal", |cx| {
        let mut run = cx.run();
        if !run.is_dead() {
            run.heal_links();
        }
    });
}

/// Heals the link between two hosts, in both directions: it is not cut any more.
///
/// # Panics
///
/// As [`partition`].
#[track_caller]
pub fn heal_between(a: impl AsRef<str>, b: impl AsRef<str>) {
    with_ends("heal_between", a.as_ref(), b.as_ref(), true, Run::mend_link);
}

/// Keeps what leaves between two hosts, in both directions, until it is [released](release). Nobody takes it for lost, however long that is.
///
/// # Panics
///
/// As [`partition`].
#[track_caller]
pub fn hold(a: impl AsRef<str>, b: impl AsRef<str>) {
    with_ends("hold", a.as_ref(), b.as_ref(), true, Run::hold_link);
}

/// Lets leave what was [held](hold), in the order in which it was sent.
///
/// # Panics
///
/// As [`partition`].
#[track_caller]
pub fn release(a: impl AsRef<str>, b: impl AsRef<str>) {
    with_ends("release", a.as_ref(), b.as_ref(), true, Run::release_link);
}

/// Clogs the link between two hosts for a while, in both directions: what is sent meanwhile leaves when it is over, or
/// when all is [healed](heal).
///
/// # Panics
///
/// As [`partition`].
#[track_caller]
pub fn clog(a: impl AsRef<str>, b: impl AsRef<str>, lasts: Duration) {
    let lasts = nanos(lasts);
    with_ends("clog", a.as_ref(), b.as_ref(), true, |run, ends| {
        run.clog_link(ends, lasts);
    });
}

/// What the link between two hosts is like, in both directions, to be changed from now on.
///
/// ```
/// use reweave::net::{self, Latency};
/// use reweave::time::Duration;
///
/// # reweave::Sim::new().run(async {
/// let db = reweave::host("db");
/// net::link("main", &db)
///     .latency(Latency::heavy_tail(Duration::from_millis(5)))
///     .loss(0.01);
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// As [`partition`].
#[track_caller]
pub fn link(a: impl AsRef<str>, b: impl AsRef<str>) -> Link {
    let mut links = Vec::with_capacity(2);
    with_ends("link", a.as_ref(), b.as_ref(), true, |_, ends| {
        links.push(Some(ends))
    });
    Link { links }
}

/// [`link`] in one direction.
///
/// # Panics
///
/// As [`partition`].
#[track_caller]
pub fn link_one_way(from: impl AsRef<str>, to: impl AsRef<str>) -> Link {
    let mut links = Vec::with_capacity(1);
    with_ends(
        "link_one_way",
        from.as_ref(),
        to.as_ref(),
        false,
        |_, ends| {
            links.push(Some(ends));
        },
    );
    Link { links }
}

/// What all links are like between which nothing was said by [`link`], those of hosts to come, too.
///
/// # Panics
///
/// Outside a simulation.
#[track_caller]
pub fn all_links() -> Link {
    context::with("net::all_links", |_| Link { links: vec![None] })
}

/// Links to be changed; made by [`link`], [`link_one_way`] and [`all_links`]. Each method takes effect at once, for packets that leave
/// from then on.
#[derive(Debug)]
pub struct Link {
    links: Vec<Option<(HostNo, HostNo)>>,
}

impl Link {
    #[track_caller]
    fn change(self, change: impl Fn(&mut Is)) -> Link {
        context::with("net::Link", |cx| {
            let mut run = cx.run();
            if run.is_dead() {
                return;
            }
            for &link in &self.links {
                run.change_link(link, &change);
            }
        });
        self
    }

    /// How long packets take; a millisecond unless set.
    ///
    /// # Panics
    ///
    /// Outside a simulation, as all of these methods.
    #[track_caller]
    pub fn latency(self, latency: Latency) -> Link {
        self.change(|link| link.latency = latency)
    }

    /// How many bytes a second go over it; as many as there are unless set. Packets then leave one after the other.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn bandwidth(self, bytes_a_second: u64) -> Link {
        let bandwidth = NonZeroU64::new(bytes_a_second);
        assert!(
            bandwidth.is_some(),
            "`Link::bandwidth(0)`: nothing would ever arrive: use `net::hold` or `net::partition` for that"
        );
        self.change(|link| link.bandwidth = bandwidth)
    }

    /// The largest packet, in bytes; 1,500 unless set. A larger datagram goes in fragments, and is lost if one of them is.
    ///
    /// # Panics
    ///
    /// If it is less than 68, which every link must carry (RFC 791).
    #[track_caller]
    pub fn mtu(self, bytes: usize) -> Link {
        assert!(
            bytes >= 68,
            "`Link::mtu({bytes})`: every link carries packets of 68 bytes (RFC 791)"
        );
        self.change(|link| link.mtu = bytes)
    }

    /// The probability that a packet is lost; 0 unless set. Streams send again, and so are late; datagrams are gone.
    ///
    /// # Panics
    ///
    /// If it is not from 0 to 1.
    #[track_caller]
    pub fn loss(self, p: f64) -> Link {
        let loss = chance("Link::loss", p);
        self.change(|link| link.loss = loss)
    }

    /// The probability that a datagram arrives twice; 0 unless set.
    ///
    /// # Panics
    ///
    /// If it is not from 0 to 1.
    #[track_caller]
    pub fn duplication(self, p: f64) -> Link {
        let duplication = chance("Link::duplication", p);
        self.change(|link| link.duplication = duplication)
    }

    /// The probability that a datagram is late, so that others overtake it; 0 unless set.
    ///
    /// # Panics
    ///
    /// If it is not from 0 to 1.
    #[track_caller]
    pub fn reordering(self, p: f64) -> Link {
        let reordering = chance("Link::reordering", p);
        self.change(|link| link.reordering = reordering)
    }

    /// The probability that what was written to a stream at once arrives in two parts; 0 unless set. It finds readers that take a
    /// read for a message.
    ///
    /// # Panics
    ///
    /// If it is not from 0 to 1.
    #[track_caller]
    pub fn segmentation(self, p: f64) -> Link {
        let segmentation = chance("Link::segmentation", p);
        self.change(|link| link.segmentation = segmentation)
    }
}

/// The chance of a probability that was given to a method.
///
/// # Panics
///
/// If it is not from 0 to 1.
#[track_caller]
pub(super) fn chance(method: &str, p: f64) -> Chance {
    assert!(
        (0.0..=1.0).contains(&p),
        "`{method}` needs a probability from 0 to 1, got {p}"
    );
    Chance::of(p)
}
