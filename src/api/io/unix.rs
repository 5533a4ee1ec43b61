//! What tokio has on Unix alone: file descriptors that somebody else made. They are refused here.

mod async_fd;
mod guards;

#[doc(hidden)]
pub use async_fd::AsyncFdTryNewError;
pub use async_fd::{AsyncFd, AsyncFdRegisterError};
pub use guards::{AsyncFdReadyGuard, AsyncFdReadyMutGuard, TryIoError};
