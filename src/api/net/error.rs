//! Errors that a real network does not have, in words.

use std::io::{self, ErrorKind};

use crate::api::runtime::error::Over;
use crate::base::ids::RunId;
use crate::model::net::owner::NotHere;
use crate::model::net::udp::CannotSend;
use crate::run::context::Here;

/// There is no run on this thread.
pub(super) fn outside() -> io::Error {
    io::Error::other(
        "the network is used outside a simulation: there is none on this thread. Call it from a future given to \
         `reweave::Sim::run` or `reweave::explore`, or from a `#[reweave::test]`",
    )
}

/// The run that is under way, if it is the one to which a socket belongs.
#[inline]
pub(super) fn reach<'h, 'r>(
    here: Option<&'h mut Here<'r>>,
    run: RunId,
) -> io::Result<&'h mut Here<'r>> {
    match here {
        Some(here) if here.cx.id() == run && !here.run.is_dead() => Ok(here),
        here => Err(out_of_reach(here.as_deref(), run)),
    }
}

/// Why a socket of that run cannot be reached.
#[cold]
fn out_of_reach(here: Option<&Here<'_>>, run: RunId) -> io::Error {
    match here {
        None => outside(),
        Some(here) if here.cx.id() == run => taken_away(),
        Some(_) => Over::error(
            ErrorKind::Other,
            "the socket was made in another simulation, which is over: a connection does not outlive its run",
        ),
    }
}

/// The task cannot have the socket: what it is told.
#[cold]
pub(super) fn not_here(why: NotHere) -> io::Error {
    match why {
        NotHere::TakenAway => taken_away(),
        NotHere::Foreign(owner, user) => io::Error::other(format!(
            "the socket belongs to host `{owner}`, and was used by a task of host `{user}`: give that a connection of its own",
        )),
    }
}

/// The host took the socket away when it died.
pub(super) fn taken_away() -> io::Error {
    Over::error(
        ErrorKind::NotConnected,
        "the host of the socket died, and closed it",
    )
}

/// A real socket is to be had, or given.
pub(super) fn no_real_socket(what: &str) -> io::Error {
    let why = "is refused: no seed decides when a real socket is ready, so there are none in a simulation. Bind or connect within the simulation";
    io::Error::new(ErrorKind::Unsupported, format!("`{what}` {why}"))
}

/// What Linux calls it, where there is no kind of its own for it.
pub(super) fn cannot_send(why: CannotSend) -> io::Error {
    match why {
        CannotSend::Kind(kind) => kind.into(),
        CannotSend::NoDestination => io::Error::from_raw_os_error(89),
        CannotSend::TooLong => io::Error::from_raw_os_error(90),
        CannotSend::OtherKind => io::Error::from_raw_os_error(91),
        CannotSend::OtherFamily => io::Error::from_raw_os_error(97),
    }
}
