//! Calls that come to nothing before there is a socket: they are put on record, so that a report can name them.

use std::io;
use std::net::SocketAddr;

use super::unix_name::words;
use crate::base::place::Place;
use crate::base::resource::ResourceKind;
use crate::model::net::unix_name::UnixName;
use crate::record::event::NetworkCall;
use crate::run::context::look;
use crate::run::state::Run;

/// What is called, for a socket of which kind, and where.
#[derive(Clone, Copy)]
pub(super) struct Called {
    pub(super) call: NetworkCall,
    /// `None` if it is for none.
    pub(super) kind: Option<ResourceKind>,
    pub(super) place: Place,
}

/// To what.
#[derive(Clone, Copy)]
pub(super) enum To<'t> {
    Address(SocketAddr),
    Path(&'t UnixName),
    /// A host by its name; `None` if there is none.
    Host(Option<&'t str>),
}

impl To<'_> {
    /// The name of a socket of this kind there, as those that come to be have it.
    fn name(self, kind: Option<ResourceKind>, run: &mut Run) -> String {
        let kind = kind.map(|kind| kind.to_string());
        let to = match self {
            To::Address(address) => {
                let host = run.current_host();
                Some(run.name_of(host, address))
            }
            To::Path(path) => Some(words(path)),
            To::Host(name) => name.map(str::to_owned),
        };
        let parts: Vec<String> = kind.into_iter().chain(to).collect();
        parts.join(" ")
    }
}

impl Called {
    pub(super) fn new(
        call: NetworkCall,
        kind: impl Into<Option<ResourceKind>>,
        place: Place,
    ) -> Called {
        let kind = kind.into();
        Called { call, kind, place }
    }

    /// Puts it on record if it failed.
    #[inline]
    pub(super) fn told<T>(self, to: To<'_>, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result {
            self.tell(to, error);
        }
        result
    }

    #[cold]
    fn tell(self, to: To<'_>, error: &io::Error) {
        let Called { call, kind, place } = self;
        look!(here => {
            if let Some(here) = here {
                let name = |run: &mut Run| to.name(kind, run);
                here.run.failed(call, kind, name, error, place);
            }
        });
    }
}
