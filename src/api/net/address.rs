//! Addresses, and what can be made into some.

use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::task::Poll;
use std::time::Duration;

use super::dns::not_found;
use super::failed::{Called, To};
use super::waiting::{Answer, in_run, stand};
use crate::api::counting::poll_counted;
use crate::api::time::sleep;
use crate::base::place::caller;
use crate::record::event::NetworkCall;

/// What stands for one address or several; shaped as `tokio::net::ToSocketAddrs`.
///
/// It is implemented for [`SocketAddr`] and both its kinds, for pairs of an IP address and a port, for slices of addresses, and for
/// texts: `"127.0.0.1:80"`, `"localhost:80"`, `("localhost", 80)`. A name is looked up on the simulated network. It cannot be
/// implemented elsewhere.
///
/// ```
/// use reweave::net::lookup_host;
///
/// # reweave::Sim::new().run(async {
/// let mut found = lookup_host(("localhost", 80)).await?;
/// assert_eq!(found.next(), Some("127.0.0.1:80".parse().unwrap()));
/// # std::io::Result::Ok(())
/// # }).unwrap().unwrap();
/// ```
pub trait ToSocketAddrs: sealed::Addresses {}

mod sealed {
    use std::io;
    use std::net::SocketAddr;

    /// What [`ToSocketAddrs`](super::ToSocketAddrs) does.
    pub trait Addresses {
        /// All addresses that it stands for, in the order in which they are to be tried.
        fn addresses(&self) -> io::Result<Vec<SocketAddr>>;

        /// The name that is looked up for it, if one is.
        fn name(&self) -> Option<&str> {
            None
        }
    }
}

use sealed::Addresses;

/// Looks up the addresses that a name, or anything else that stands for some, has on the simulated network.
///
/// Of a name the IPv4 address comes first. The names that are known are `localhost`, those of the run's hosts, and of which
/// [`dns`](super::dns()) says something.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let found: Vec<_> = reweave::net::lookup_host("main:80").await?.collect();
/// assert_eq!(found[0], "10.0.0.1:80".parse().unwrap());
/// # std::io::Result::Ok(())
/// # }).unwrap().unwrap();
/// ```
///
/// # Cancel safety
///
/// Cancel safe: it changes nothing.
///
/// # Errors
///
/// `InvalidInput` for a text that has no port, or a wrong one. `Other` for a name that is not found, and outside a simulation if there is
/// a name to be looked up.
#[track_caller]
pub fn lookup_host<T: ToSocketAddrs>(
    host: T,
) -> impl Future<Output = io::Result<impl Iterator<Item = SocketAddr>>> {
    let place = caller();
    async move {
        stand(place).await;
        wait_for_answer(&host).await;
        let found = host.addresses();
        let called = Called::new(NetworkCall::LookUp, None, place);
        Ok(called.told(To::Host(host.name()), found)?.into_iter())
    }
}

/// The addresses of something, of which there is one at least, when they are known.
pub(super) async fn addresses_of(
    host: impl ToSocketAddrs,
    called: Called,
) -> io::Result<Vec<SocketAddr>> {
    wait_for_answer(&host).await;
    // A name that is not found is asked for again and again, perhaps.
    let look_up = || Poll::Ready(host.addresses());
    let addresses = poll_fn(|cx| poll_counted(cx, |_| look_up())).await;
    let addresses = addresses.and_then(|addresses| match addresses.is_empty() {
        true => Err(invalid("there is no address to be tried")),
        false => Ok(addresses),
    });
    called.told(To::Host(host.name()), addresses)
}

/// Waits as long as it takes to look it up.
async fn wait_for_answer(host: &impl ToSocketAddrs) {
    let delay = host.name().and_then(|name| {
        let delay = in_run(|here| Answer::new(Ok(here.run.network().0.lookup_delay(name))));
        delay.ok().filter(|&delay| delay > 0)
    });
    if let Some(delay) = delay {
        sleep(Duration::from_nanos(delay)).await;
    }
}

fn invalid(why: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, why)
}

/// The addresses of a name.
fn look_up(name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    if let Ok(ip) = name.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    in_run(|here| {
        let found = here.run.network().0.resolve(name);
        Answer::new(match found {
            Ok(found) => Ok(found
                .into_iter()
                .map(|ip| SocketAddr::new(ip, port))
                .collect()),
            Err(why) => Err(not_found(name, why)),
        })
    })
}

impl<T: ToSocketAddrs + ?Sized> ToSocketAddrs for &T {}

impl<T: ToSocketAddrs + ?Sized> Addresses for &T {
    fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        (**self).addresses()
    }

    fn name(&self) -> Option<&str> {
        (**self).name()
    }
}

macro_rules! stands_for_one {
    ($($Type:ty),+) => {$(
        impl ToSocketAddrs for $Type {}

        impl Addresses for $Type {
            fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
                Ok(vec![SocketAddr::from(*self)])
            }
        }
    )+};
}

stands_for_one!(
    SocketAddr,
    SocketAddrV4,
    SocketAddrV6,
    (IpAddr, u16),
    (Ipv4Addr, u16),
    (Ipv6Addr, u16)
);

impl ToSocketAddrs for &[SocketAddr] {}

impl Addresses for &[SocketAddr] {
    fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        Ok(self.to_vec())
    }
}

impl ToSocketAddrs for str {}

impl Addresses for str {
    fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        if let Ok(address) = self.parse() {
            return Ok(vec![address]);
        }
        let (name, port) = self
            .rsplit_once(':')
            .ok_or_else(|| invalid("invalid socket address"))?;
        let port = port.parse().map_err(|_| invalid("invalid port value"))?;
        look_up(name, port)
    }

    fn name(&self) -> Option<&str> {
        self.rsplit_once(':').map(|(name, _)| name)
    }
}

impl ToSocketAddrs for (&str, u16) {}

impl Addresses for (&str, u16) {
    fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        look_up(self.0, self.1)
    }

    fn name(&self) -> Option<&str> {
        Some(self.0)
    }
}

impl ToSocketAddrs for (String, u16) {}

impl Addresses for (String, u16) {
    fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        look_up(&self.0, self.1)
    }

    fn name(&self) -> Option<&str> {
        Some(&self.0)
    }
}

impl ToSocketAddrs for String {}

impl Addresses for String {
    fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        self.as_str().addresses()
    }

    fn name(&self) -> Option<&str> {
        self.as_str().name()
    }
}
