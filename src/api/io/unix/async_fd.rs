//! A file descriptor, refused.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

use crate::api::io::interest::Interest;

/// A file descriptor of somebody else's: refused, because when the operating system says that it is ready, no seed decides.
///
/// Code with an `AsyncFd` compiles, so that the rest of its crate can be tested; whoever makes one gets an error of kind
/// `Unsupported` that says so. There is none to call anything on, so no method but those that make one is ever run.
///
/// In a test, use [`duplex`](crate::io::duplex()) for what the descriptor would be, behind a trait or a type parameter; or read a
/// real one in [`spawn_blocking`](crate::task::spawn_blocking), which a run does wait for, and which no seed repeats.
///
/// ```
/// use reweave::io::ErrorKind;
/// use reweave::io::unix::AsyncFd;
///
/// # reweave::Sim::new().run(async {
/// let error = AsyncFd::new(std::io::stdin()).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Unsupported);
/// # }).unwrap();
/// ```
pub struct AsyncFd<T: AsRawFd> {
    inner: T,
    pub(super) never: Infallible,
}

impl<T: AsRawFd> AsyncFd<T> {
    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`.
    ///
    /// # Safety
    ///
    /// tokio asks here that nobody else closes the descriptor. It is not touched.
    pub unsafe fn register(inner: T) -> Result<AsyncFd<T>, AsyncFdRegisterError<T>> {
        AsyncFd::try_new(inner)
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`.
    ///
    /// # Safety
    ///
    /// As [`register`](AsyncFd::register).
    pub unsafe fn register_with_interest(
        inner: T,
        interest: Interest,
    ) -> Result<AsyncFd<T>, AsyncFdRegisterError<T>> {
        AsyncFd::try_with_interest(inner, interest)
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`.
    pub fn new(inner: T) -> io::Result<AsyncFd<T>> {
        Ok(AsyncFd::try_new(inner)?)
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`.
    pub fn with_interest(inner: T, interest: Interest) -> io::Result<AsyncFd<T>> {
        Ok(AsyncFd::try_with_interest(inner, interest)?)
    }

    /// Refuses, and gives back what it was given.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`.
    pub fn try_new(inner: T) -> Result<AsyncFd<T>, AsyncFdRegisterError<T>> {
        AsyncFd::try_with_interest(inner, Interest::READABLE | Interest::WRITABLE)
    }

    /// Refuses, and gives back what it was given.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`.
    pub fn try_with_interest(inner: T, _: Interest) -> Result<AsyncFd<T>, AsyncFdRegisterError<T>> {
        Err(AsyncFdRegisterError { inner })
    }

    /// What is inside.
    pub fn get_ref(&self) -> &T {
        &self.inner
    }

    /// What is inside, to change it.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.inner
    }

    /// Gives back what is inside.
    pub fn into_inner(self) -> T {
        self.inner
    }

    /// Never run.
    pub async fn async_io<R>(
        &self,
        _: Interest,
        _: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        match self.never {}
    }

    /// Never run.
    pub async fn async_io_mut<R>(
        &mut self,
        _: Interest,
        _: impl FnMut(&mut T) -> io::Result<R>,
    ) -> io::Result<R> {
        match self.never {}
    }

    /// Never run.
    pub fn try_io<R>(&self, _: Interest, _: impl FnOnce(&T) -> io::Result<R>) -> io::Result<R> {
        match self.never {}
    }

    /// Never run.
    pub fn try_io_mut<R>(
        &mut self,
        _: Interest,
        _: impl FnOnce(&mut T) -> io::Result<R>,
    ) -> io::Result<R> {
        match self.never {}
    }
}

impl<T: AsRawFd> AsRawFd for AsyncFd<T> {
    fn as_raw_fd(&self) -> RawFd {
        match self.never {}
    }
}

impl<T: AsRawFd> AsFd for AsyncFd<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self.never {}
    }
}

impl<T: AsRawFd + fmt::Debug> fmt::Debug for AsyncFd<T> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.never {}
    }
}

/// Why there is no [`AsyncFd`], and what it would have been made of.
pub struct AsyncFdRegisterError<T> {
    inner: T,
}

/// The name that it had before.
#[doc(hidden)]
pub type AsyncFdTryNewError<T> = AsyncFdRegisterError<T>;

impl<T> AsyncFdRegisterError<T> {
    /// What was given, and the error.
    pub fn into_parts(self) -> (T, io::Error) {
        (self.inner, refusal())
    }
}

/// What a user reads.
const REFUSED: &str = "`AsyncFd` is refused in a simulation: when a file descriptor of the operating system is ready, no seed decides. \
    Give the code under test a `reweave::io::duplex` instead";

fn refusal() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, REFUSED)
}

impl<T> fmt::Display for AsyncFdRegisterError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REFUSED)
    }
}

impl<T> fmt::Debug for AsyncFdRegisterError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&refusal(), f)
    }
}

impl<T> Error for AsyncFdRegisterError<T> {}

impl<T> From<AsyncFdRegisterError<T>> for io::Error {
    fn from(_: AsyncFdRegisterError<T>) -> io::Error {
        refusal()
    }
}
