//! What names stand for: addresses, changes, failures and delays.

use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::time::Duration;

use super::waiting::{Answer, in_run};
use crate::base::span::nanos;
use crate::model::net::dns::{NotFound, Said};

/// A name of the network, to say what it stands for from now on, on all hosts; given by [`dns`](super::dns()).
///
/// Without a word about it a host's name stands for the host's addresses, and any other is not found. What is said lasts until it is said
/// otherwise, or [forgotten](Name::forget), or the run ends. A connection that is there stays.
#[derive(Clone, Debug)]
pub struct Name {
    name: String,
}

/// Why a name is not found, as `getaddrinfo` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LookupFailure {
    /// Nobody knows the name (`EAI_NONAME`).
    Unknown,
    /// The name is known, and has no address (`EAI_NODATA`).
    NoAddress,
    /// Nobody can be asked now (`EAI_AGAIN`): it may go away.
    TryAgain,
    /// Who is asked cannot answer (`EAI_FAIL`).
    Fails,
}

/// A name of the network, to say what it stands for.
///
/// ```
/// use reweave::net::{dns, lookup_host};
/// use reweave::net::name::LookupFailure;
///
/// # reweave::Sim::new().run(async {
/// // A service with two addresses, of which clients try one after the other.
/// dns("db").set_addresses(["10.0.0.2".parse().unwrap(), "10.0.0.3".parse().unwrap()])?;
/// assert_eq!(lookup_host("db:5432").await?.count(), 2);
///
/// dns("db").set_failure(LookupFailure::TryAgain)?;
/// assert!(lookup_host("db:5432").await.is_err());
///
/// dns("db").forget()?;
/// # std::io::Result::Ok(())
/// # }).unwrap().unwrap();
/// ```
pub fn dns(name: impl Into<String>) -> Name {
    let name = name.into();
    Name { name }
}

impl Name {
    /// From now on it stands for these addresses, in the order in which they are to be tried.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if there is no address, or the name is empty, an address, or `localhost`, which each host is for itself. Outside a
    /// simulation, one that says so.
    pub fn set_addresses(&self, addresses: impl IntoIterator<Item = IpAddr>) -> io::Result<()> {
        let addresses: Vec<IpAddr> = addresses.into_iter().collect();
        if addresses.is_empty() {
            let why = "to have no address is `set_failure(LookupFailure::NoAddress)`";
            return Err(self.invalid(why));
        }
        self.say(|said| said.answer = Some(Ok(addresses)))
    }

    /// From now on it is not found, for this reason.
    ///
    /// # Errors
    ///
    /// As [`set_addresses`](Name::set_addresses).
    pub fn set_failure(&self, why: LookupFailure) -> io::Result<()> {
        let why = match why {
            LookupFailure::Unknown => NotFound::Unknown,
            LookupFailure::NoAddress => NotFound::NoAddress,
            LookupFailure::TryAgain => NotFound::TryAgain,
            LookupFailure::Fails => NotFound::Fails,
        };
        self.say(|said| said.answer = Some(Err(why)))
    }

    /// From now on the answer takes so long, whatever it is. It is what holds then, not when it was asked for.
    ///
    /// ```
    /// use reweave::net::{dns, lookup_host};
    /// use reweave::time::Instant;
    /// use std::time::Duration;
    ///
    /// # reweave::Sim::new().run(async {
    /// let delay = Duration::from_secs(5);
    /// dns("main").set_delay(delay)?;
    /// let began = Instant::now();
    /// lookup_host("main:80").await?;
    /// assert_eq!(began.elapsed(), delay);
    /// # std::io::Result::Ok(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// As [`set_addresses`](Name::set_addresses).
    pub fn set_delay(&self, delay: Duration) -> io::Result<()> {
        self.say(|said| said.delay = nanos(delay))
    }

    /// Forgets what was said of it: it is as at the beginning.
    ///
    /// # Errors
    ///
    /// Outside a simulation, one that says so.
    pub fn forget(&self) -> io::Result<()> {
        in_run(|here| {
            here.run.network().0.forget_name(&self.name);
            Answer::new(Ok(()))
        })
    }

    fn say(&self, say: impl FnOnce(&mut Said)) -> io::Result<()> {
        let name = self.name.strip_suffix('.').unwrap_or(&self.name);
        if name.is_empty() || name.eq_ignore_ascii_case("localhost") {
            return Err(self.invalid("it is never looked up on the network"));
        }
        if name.parse::<IpAddr>().is_ok() {
            return Err(self.invalid("an address stands for itself"));
        }
        in_run(|here| {
            say(here.run.network().0.said_of(name));
            Answer::new(Ok(()))
        })
    }

    fn invalid(&self, why: &str) -> io::Error {
        let told = format!("`dns({:?})`: {why}", self.name);
        io::Error::new(ErrorKind::InvalidInput, told)
    }
}

/// What whoever looks up a name is told that is not found.
pub(super) fn not_found(name: &str, why: NotFound) -> io::Error {
    let why = match why {
        NotFound::NoHost => {
            return io::Error::other(format!(
                "failed to lookup address information: no host of this run is called `{name}`: \
                 `reweave::host` makes one"
            ));
        }
        NotFound::Unknown => "Name or service not known",
        NotFound::NoAddress => "No address associated with hostname",
        NotFound::TryAgain => "Temporary failure in name resolution",
        NotFound::Fails => "Non-recoverable failure in name resolution",
    };
    io::Error::other(format!("failed to lookup address information: {why}"))
}
