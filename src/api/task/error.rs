//! Why a task has no output.

use std::any::Any;
use std::fmt;
use std::sync::PoisonError;

use super::Id;
use crate::kernel::task::{Failure, Panic};
use crate::run::context::told_panic;

/// The task was aborted, or it panicked.
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

    /// Whether the task was aborted, or cut off at the end of its run.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.failure, Failure::Cancelled)
    }

    /// Whether the task panicked.
    pub fn is_panic(&self) -> bool {
        matches!(self.failure, Failure::Panicked(_))
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
            Failure::Panicked(panic) => {
                told_panic(panic.id);
                let payload = panic.payload.into_inner();
                Ok(payload.unwrap_or_else(PoisonError::into_inner))
            }
            Failure::Cancelled => Err(self),
        }
    }

    /// The task's id.
    pub fn id(&self) -> Id {
        self.id
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
        match &self.failure {
            Failure::Cancelled => write!(f, "task {} was cancelled", self.id),
            Failure::Panicked(panic) => {
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
        match &self.failure {
            Failure::Cancelled => write!(f, "JoinError::Cancelled({:?})", self.id),
            Failure::Panicked(panic) => {
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
        let words = match error.failure {
            Failure::Cancelled => "task was cancelled",
            Failure::Panicked(_) => "task panicked",
        };
        std::io::Error::other(words)
    }
}
