//! What a task repeats while virtual time stands still: a part of [`Livelock`](super::detail::Livelock).

use std::time::Duration;

use super::resource::Resource;
use crate::base::place::SourcePlace;
use crate::base::resource::Action;

/// An operation that a task does again and again at one instant.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Spin {
    /// The path of the task.
    pub task: String,
    /// What it does.
    pub action: Action,
    /// With what.
    pub resource: Resource,
    /// Where in the source.
    pub place: SourcePlace,
    /// How often it began it at this instant.
    pub times: u64,
    /// Since when the resource is closed, if it is.
    pub closed: Option<Closed>,
    /// The error in words, if it fails at once, every time. The resource is then the socket that does not come to be.
    pub failed: Option<String>,
}

/// A resource that is closed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Closed {
    /// The path of the task that closed it, or dropped the last of its ends; `None` if no task ran.
    pub by: Option<String>,
    /// When, in virtual time.
    pub at: Duration,
    /// How.
    pub how: Closing,
}

/// How something is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Closing {
    /// That was asked for.
    Asked,
    /// All who could send are gone.
    LastSender,
    /// All who could receive are gone.
    Receiver,
}

impl Closing {
    /// Its name in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Closing::Asked => "asked",
            Closing::LastSender => "last_sender",
            Closing::Receiver => "receiver",
        }
    }
}
