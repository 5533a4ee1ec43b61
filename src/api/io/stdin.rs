//! Standard input, scripted.
//!
//! The lines come from [`Sim::stdin`](crate::Sim::stdin), and each at its own virtual time if wished. All handles
//! read the same script, which ends like a closed terminal.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use super::async_buf_read::AsyncBufRead;
use super::async_read::AsyncRead;
use super::calling::poll_fn_at;
use super::read_buf::ReadBuf;
use crate::api::task::coop;
use crate::base::ids::RunId;
use crate::base::place::{Place, caller};
use crate::model::stdin::ReaderNo;
use crate::run::context;

/// A handle to the scripted standard input; made by [`stdin`].
///
/// It implements `AsyncRead` and `AsyncBufRead`, so that the combinators of those traits apply; [`Stdin::next_line`] is the
/// short way. What one handle has taken from the script and not yet passed on is lost to the others, and dropped with it.
#[derive(Debug, Default)]
pub struct Stdin {
    /// What was taken from the script and not yet read.
    buffer: Vec<u8>,
    read: usize,
    waiting: Waiting,
}

/// Waits for a line that comes later.
#[derive(Debug, Default)]
struct Waiting(Option<(RunId, ReaderNo)>);

impl Waiting {
    fn wait(&mut self, at: u64, waker: &Waker) {
        // Cloned and dropped with nothing borrowed: a waker may be the user's.
        let waker = waker.clone();
        let old = context::try_with(|cx| {
            let known = self.0.filter(|(run, _)| *run == cx.id());
            let known = known.map(|(_, reader)| reader);
            let (reader, old) = cx.run().wait_for_stdin(known, at, waker);
            self.0 = Some((cx.id(), reader));
            old
        });
        drop(old);
    }

    fn stop(&mut self) {
        let waiting = self.0.take();
        let old = context::try_with(|cx| {
            let (_, reader) = waiting.filter(|(run, _)| *run == cx.id())?;
            cx.run().stop_waiting_for_stdin(reader)
        });
        drop(old);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A handle to the scripted standard input.
///
/// ```
/// use reweave::time::Duration;
///
/// let sim = reweave::Sim::new().stdin(["ada"]).stdin_at(Duration::from_secs(5), "7");
/// let run = sim.run(async {
///     let mut input = reweave::io::stdin();
///     let name = input.next_line().await.unwrap();
///     let age = input.next_line().await.unwrap();
///     (name, age, input.next_line().await.unwrap())
/// });
/// assert_eq!(run.elapsed(), Duration::from_secs(5));
/// assert_eq!(run.unwrap(), (Some("ada".to_owned()), Some("7".to_owned()), None));
/// ```
pub fn stdin() -> Stdin {
    Stdin::default()
}

impl Stdin {
    /// The next line without its end; `None` at the end of the script. Waits until the virtual time of the line, if it was
    /// given one.
    ///
    /// ```
    /// let run = reweave::Sim::new().stdin(["one", "two"]).run(async {
    ///     let (mut input, mut lines) = (reweave::io::stdin(), 0);
    ///     while input.next_line().await.unwrap().is_some() {
    ///         lines += 1;
    ///     }
    ///     lines
    /// });
    /// assert_eq!(run.unwrap(), 2);
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a line leaves the script in the poll that returns it. A call that is dropped while it waits has taken
    /// nothing.
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn next_line(&mut self) -> impl Future<Output = io::Result<Option<String>>> {
        let place = caller();
        async move {
            let mut line = String::new();
            let read = self.read_line_at(&mut line, place).await?;
            if line.ends_with('\n') {
                line.pop();
            }
            Ok((read > 0).then_some(line))
        }
    }

    /// Appends the next line with its end (a line feed); gives its length in bytes, 0 at the end of the script.
    ///
    /// Of a line that was read in part through `AsyncRead` it gives the rest; bytes of a character that was cut in two by
    /// that become `U+FFFD`.
    ///
    /// ```
    /// let run = reweave::Sim::new().stdin(["one", "two"]).run(async {
    ///     let (mut input, mut text) = (reweave::io::stdin(), String::new());
    ///     assert_eq!(input.read_line(&mut text).await.unwrap(), 4);
    ///     assert_eq!(input.read_line(&mut text).await.unwrap(), 4);
    ///     text
    /// });
    /// assert_eq!(run.unwrap(), "one\ntwo\n");
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a call that is dropped while it waits has taken nothing from the script and added nothing to `line`.
    /// tokio's `AsyncBufReadExt::read_line` is not, so code that has to run on tokio must not rely on it.
    ///
    /// # Errors
    ///
    /// None at present; the signature is tokio's.
    ///
    /// # Panics
    ///
    /// Outside a simulation.
    #[track_caller]
    pub fn read_line(&mut self, line: &mut String) -> impl Future<Output = io::Result<usize>> {
        self.read_line_at(line, caller())
    }

    async fn read_line_at(&mut self, line: &mut String, place: Place) -> io::Result<usize> {
        poll_fn_at(place, |cx| self.poll_line(cx)).await;
        let rest = self.buffer.split_off(0);
        let text = String::from_utf8_lossy(&rest[std::mem::take(&mut self.read)..]);
        line.push_str(&text);
        Ok(text.len())
    }

    /// Makes sure that the buffer holds the rest of a line, unless the script is at its end.
    fn poll_line(&mut self, task: &mut Context<'_>) -> Poll<()> {
        if self.read < self.buffer.len() {
            return Poll::Ready(());
        }
        let claim = ready!(coop::poll_proceed(task));
        let next = context::with("io::stdin", |cx| cx.run().read_stdin());
        match next {
            Err(at) => {
                self.waiting.wait(at, task.waker());
                Poll::Pending
            }
            Ok(line) => {
                claim.made_progress();
                self.waiting.stop();
                self.buffer = line
                    .map(|line| line + "\n")
                    .unwrap_or_default()
                    .into_bytes();
                self.read = 0;
                Poll::Ready(())
            }
        }
    }
}

impl AsyncBufRead for Stdin {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        ready!(this.poll_line(cx));
        Poll::Ready(Ok(&this.buffer[this.read..]))
    }

    fn consume(mut self: Pin<&mut Self>, amt: usize) {
        self.read = (self.read + amt).min(self.buffer.len());
    }
}

impl AsyncRead for Stdin {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let there = ready!(self.as_mut().poll_fill_buf(cx))?;
        let amount = there.len().min(buf.remaining());
        buf.put_slice(&there[..amount]);
        self.consume(amount);
        Poll::Ready(Ok(()))
    }
}

also_reads!([] Stdin);
also_buffers!([] Stdin);
