//! Why a task has no output.

use std::any::Any;
use std::fmt;
use std::sync::PoisonError;

use super::Id;
use crate::kernel::task::{Broken, Failure, Panic};
use crate::model::hosts::Death;
use crate::run::context::told_panic;

/// The task was aborted, or it panicked, or its host crashed.
///
/// ```
/// # let run = reweave::Sim::new().run(async {
/// let error = reweave::spawn(async { panic!("no disk") }).await.unwrap_err();
/// assert!(error.is_panic() && error.to_string().contains("no disk"));
/// assert_eq!(error.into_panic().downcast_ref(), Some(&"no disk"));
/// # });
/// # run.unwrap();
/// ```
pub struct JoinError {
    id: Id,
    failure: Failure,
}

impl JoinError {
    pub(crate) fn new(id: Id, failure: Failure) -> JoinError {
        JoinError { id, failure }
    }

    /// Whether the task was dropped before it was done: it was aborted, or cut off at the end of its run, or its host
    /// crashed. So it is true for every error that is no panic, as in tokio.
    pub fn is_cancelled(&self) -> bool {
        !self.is_panic()
    }

    /// Whether the task's host crashed.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let db = reweave::host("db");
    /// let query = db.spawn(std::future::pending::<()>());
    /// db.crash();
    /// let error = query.await.unwrap_err();
    /// assert!(error.is_host_crash() && error.is_cancelled());
    /// assert_eq!(error.to_string(), "task 2 ended when the process of its host \"db\" died");
    /// # }).unwrap();
    /// ```
    pub fn is_host_crash(&self) -> bool {
        match &self.failure {
            Failure::Broken(broken) => matches!(**broken, Broken::Crashed(..)),
            Failure::Cancelled => false,
        }
    }

    /// Whether the task panicked.
    pub fn is_panic(&self) -> bool {
        self.failure.panic().is_some()
    }

    /// What the task panicked with.
    ///
    /// # Panics
    ///
    /// If it did not panic; [`JoinError::try_into_panic`] asks first.
    #[track_caller]
    pub fn into_panic(self) -> Box<dyn Any + Send + 'static> {
        self.try_into_panic()
            .expect("`JoinError::into_panic` called, but the task was cancelled")
    }

    /// What the task panicked with.
    ///
    /// # Errors
    ///
    /// The error itself, if the task did not panic.
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send + 'static>, JoinError> {
        match self.failure {
            Failure::Broken(broken) => match *broken {
                Broken::Panicked(panic) => {
                    told_panic(panic.id);
                    let payload = panic.payload.into_inner();
                    Ok(payload.unwrap_or_else(PoisonError::into_inner))
                }
                crashed @ Broken::Crashed(..) => {
                    let failure = Failure::Broken(Box::new(crashed));
                    Err(JoinError::new(self.id, failure))
                }
            },
            Failure::Cancelled => Err(self),
        }
    }

    /// The task's id.
    pub fn id(&self) -> Id {
        self.id
    }
}

/// What a crash did to a host.
fn died(host: &str, death: Death) -> String {
    match death {
        Death::Process => format!("the process of its host {host:?} died"),
        Death::PowerLoss => format!("its host {host:?} lost its power"),
    }
}

/// The panic's message, if its payload is text.
fn text_of(panic: &Panic) -> Option<&str> {
    // A panic that gives these words follows from this one.
    told_panic(panic.id);
    let payload = panic.payload.lock().unwrap_or_else(PoisonError::into_inner);
    let is_text = payload.is::<&str>() || payload.is::<String>();
    is_text.then_some(&panic.message)
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let broken = match &self.failure {
            Failure::Cancelled => return write!(f, "task {} was cancelled", self.id),
            Failure::Broken(broken) => &**broken,
        };
        match broken {
            Broken::Crashed(host, death) => {
                write!(f, "task {} ended when {}", self.id, died(host, *death))
            }
            Broken::Panicked(panic) => {
                write!(f, "task {} panicked", self.id)?;
                match text_of(panic) {
                    Some(text) => write!(f, " with message {text:?}"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let broken = match &self.failure {
            Failure::Cancelled => return write!(f, "JoinError::Cancelled({:?})", self.id),
            Failure::Broken(broken) => &**broken,
        };
        match broken {
            Broken::Crashed(host, death) => {
                write!(
                    f,
                    "JoinError::HostCrash({:?}, {host:?}, {death:?})",
                    self.id
                )
            }
            Broken::Panicked(panic) => {
                write!(f, "JoinError::Panic({:?}, ", self.id)?;
                match text_of(panic) {
                    Some(text) => write!(f, "{text:?}, ...)"),
                    None => f.write_str("...)"),
                }
            }
        }
    }
}

impl std::error::Error for JoinError {}

impl From<JoinError> for std::io::Error {
    fn from(error: JoinError) -> std::io::Error {
        std::io::Error::other(match error.failure {
            Failure::Cancelled => "task was cancelled".to_owned(),
            Failure::Broken(broken) => match *broken {
                Broken::Panicked(_) => "task panicked".to_owned(),
                Broken::Crashed(host, death) => format!("task ended when {}", died(&host, death)),
            },
        })
    }
}
