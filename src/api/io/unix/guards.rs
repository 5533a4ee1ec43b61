//! What says that a file descriptor is ready: there is none.

use std::fmt;
use std::io;
use std::os::fd::AsRawFd;
use std::task::{Context, Poll};

use super::async_fd::AsyncFd;
use crate::api::io::interest::Interest;
use crate::api::io::ready::Ready;

/// Would say that an [`AsyncFd`] is ready. There is none.
#[must_use = "readiness is either cleared or retained"]
pub struct AsyncFdReadyGuard<'a, T: AsRawFd> {
    of: &'a AsyncFd<T>,
}

/// Would say that an [`AsyncFd`] is ready, and let it be changed. There is none.
#[must_use = "readiness is either cleared or retained"]
pub struct AsyncFdReadyMutGuard<'a, T: AsRawFd> {
    of: &'a mut AsyncFd<T>,
}

/// What gives them.
impl<T: AsRawFd> AsyncFd<T> {
    /// Never run.
    pub fn poll_read_ready<'a>(
        &'a self,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyGuard<'a, T>>> {
        match self.never {}
    }

    /// Never run.
    pub fn poll_read_ready_mut<'a>(
        &'a mut self,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyMutGuard<'a, T>>> {
        match self.never {}
    }

    /// Never run.
    pub fn poll_write_ready<'a>(
        &'a self,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyGuard<'a, T>>> {
        match self.never {}
    }

    /// Never run.
    pub fn poll_write_ready_mut<'a>(
        &'a mut self,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyMutGuard<'a, T>>> {
        match self.never {}
    }

    /// Never run.
    pub async fn ready(&self, _: Interest) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        match self.never {}
    }

    /// Never run.
    pub async fn ready_mut(&mut self, _: Interest) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        match self.never {}
    }

    /// Never run.
    pub async fn readable(&self) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        match self.never {}
    }

    /// Never run.
    pub async fn readable_mut(&mut self) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        match self.never {}
    }

    /// Never run.
    pub async fn writable(&self) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        match self.never {}
    }

    /// Never run.
    pub async fn writable_mut(&mut self) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        match self.never {}
    }
}

impl<'a, T: AsRawFd> AsyncFdReadyGuard<'a, T> {
    /// Never run.
    pub fn try_io<R>(
        &mut self,
        _: impl FnOnce(&'a AsyncFd<T>) -> io::Result<R>,
    ) -> Result<io::Result<R>, TryIoError> {
        match self.of.never {}
    }

    /// Never run.
    pub fn get_ref(&self) -> &'a AsyncFd<T> {
        self.of
    }

    /// Never run.
    pub fn get_inner(&self) -> &'a T {
        self.of.get_ref()
    }
}

impl<T: AsRawFd> AsyncFdReadyMutGuard<'_, T> {
    /// Never run.
    pub fn try_io<R>(
        &mut self,
        _: impl FnOnce(&mut AsyncFd<T>) -> io::Result<R>,
    ) -> Result<io::Result<R>, TryIoError> {
        match self.of.never {}
    }

    /// Never run.
    pub fn get_ref(&self) -> &AsyncFd<T> {
        self.of
    }

    /// Never run.
    pub fn get_mut(&mut self) -> &mut AsyncFd<T> {
        self.of
    }

    /// Never run.
    pub fn get_inner(&self) -> &T {
        self.of.get_ref()
    }

    /// Never run.
    pub fn get_inner_mut(&mut self) -> &mut T {
        self.of.get_mut()
    }
}

/// What both have.
macro_rules! guards {
    ($($Guard:ident),+) => {$(
        impl<T: AsRawFd> $Guard<'_, T> {
            /// Never run.
            pub fn clear_ready(&mut self) {
                match self.of.never {}
            }

            /// Never run.
            pub fn clear_ready_matching(&mut self, _: Ready) {
                match self.of.never {}
            }

            /// Never run.
            pub fn retain_ready(&mut self) {
                match self.of.never {}
            }

            /// Never run.
            pub fn ready(&self) -> Ready {
                match self.of.never {}
            }
        }

        impl<T: AsRawFd + fmt::Debug> fmt::Debug for $Guard<'_, T> {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.of.never {}
            }
        }
    )+};
}

guards!(AsyncFdReadyGuard, AsyncFdReadyMutGuard);

/// Would say that a descriptor was not ready after all. There is none.
#[derive(Debug)]
pub struct TryIoError(());
