//! What a process would be that was started. There is none, so none of this ever runs.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::process::{ExitStatus, Output};
use std::task::{Context, Poll};

use crate::api::io::async_read::AsyncRead;
use crate::api::io::async_write::AsyncWrite;
use crate::api::io::read_buf::ReadBuf;

/// A process that was started. There is none: [`Command::spawn`](super::Command::spawn) refuses.
#[derive(Debug)]
pub struct Child {
    /// What it reads.
    pub stdin: Option<ChildStdin>,
    /// What it writes.
    pub stdout: Option<ChildStdout>,
    /// What it writes about errors.
    pub stderr: Option<ChildStderr>,
    never: Infallible,
}

impl Child {
    /// Its number.
    pub fn id(&self) -> Option<u32> {
        match self.never {}
    }

    /// Kills it, and does not wait until it is dead.
    ///
    /// # Errors
    ///
    /// None, for there is no process.
    pub fn start_kill(&mut self) -> io::Result<()> {
        match self.never {}
    }

    /// Kills it, and waits until it is dead.
    ///
    /// # Errors
    ///
    /// None, for there is no process.
    pub async fn kill(&mut self) -> io::Result<()> {
        match self.never {}
    }

    /// Waits until it is done.
    ///
    /// # Errors
    ///
    /// None, for there is no process.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        match self.never {}
    }

    /// How it ended, if it did.
    ///
    /// # Errors
    ///
    /// None, for there is no process.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        match self.never {}
    }

    /// Waits until it is done, and gives what it wrote.
    ///
    /// # Errors
    ///
    /// None, for there is no process.
    pub async fn wait_with_output(self) -> io::Result<Output> {
        match self.never {}
    }
}

/// What a process reads. There is none.
#[derive(Debug)]
pub struct ChildStdin(Infallible);

/// What a process writes. There is none.
#[derive(Debug)]
pub struct ChildStdout(Infallible);

/// What a process writes about errors. There is none.
#[derive(Debug)]
pub struct ChildStderr(Infallible);

impl AsyncWrite for ChildStdin {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        match self.0 {}
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.0 {}
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.0 {}
    }
}

impl AsyncRead for ChildStdout {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.0 {}
    }
}

impl AsyncRead for ChildStderr {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.0 {}
    }
}

also_writes!([] ChildStdin);
also_reads!([] ChildStdout, [] ChildStderr);
