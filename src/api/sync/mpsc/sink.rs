//! Senders as sinks: `futures::Sink` for what goes into a channel.
//!
//! An [`UnboundedSender`] is a sink itself, because it never waits. A [`Sender`] waits for room, and has to keep that wait
//! from one poll to the next: a [`PollSender`] does, under the name and with the methods that tokio-util gives it.
//!
//! ```text
//!                        poll_reserve                     room
//!        ┌──► Idle ─────────────────────► Acquiring ───────────────┐
//!   send_item │                              │                     ▼
//!        └────┼──────────────────────────────┼────────────── ReadyToSend
//!             │ close                        │ close, or the       │ close, then send_item
//!             ▼                              ▼ receiver closed     ▼ or abort_send
//!           Closed ◄─────────────────────────┴─────────────────────┘
//! ```

use std::error::Error;
use std::fmt;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::Sink;

use super::error::SendError;
use super::{OwnedPermit, Sender, UnboundedSender};
use crate::api::stream::exclusive::Exclusive;
use crate::api::task::coop;

/// A sink that never waits for room. Closing it leaves the channel open: that ends when all senders are dropped.
impl<T> Sink<T> for UnboundedSender<T> {
    type Error = SendError<T>;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        // Charged, or a stream that is always ready would fill it for ever.
        ready!(coop::poll_proceed(cx)).made_progress();
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, value: T) -> Result<(), Self::Error> {
        self.send(value)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        coop::poll_uncharged(cx).map(Ok)
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }
}

/// The channel, or the sender, is closed.
#[derive(Debug)]
pub struct PollSendError<T>(Option<T>);

impl<T> PollSendError<T> {
    /// The value that could not be sent; `None` if the error came before there was one.
    pub fn into_inner(self) -> Option<T> {
        self.0
    }
}

impl<T> fmt::Display for PollSendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("channel closed")
    }
}

impl<T: fmt::Debug> Error for PollSendError<T> {}

type Acquiring<T> = Pin<Box<dyn Future<Output = Result<OwnedPermit<T>, SendError<()>>> + Send>>;

enum State<T> {
    Idle,
    /// Waits in line for room.
    Acquiring(Exclusive<Acquiring<T>>),
    ReadyToSend(OwnedPermit<T>),
    Closed,
}

/// A [`Sender`] that can be polled, and is a sink.
///
/// ```
/// use futures::{SinkExt, StreamExt, stream};
/// use reweave::sync::mpsc::{self, PollSender};
///
/// # reweave::Sim::new().run(async {
/// let (sender, receiver) = mpsc::channel(1);
/// reweave::spawn(async move {
///     let mut sink = PollSender::new(sender);
///     sink.send_all(&mut stream::iter([1, 2, 3]).map(Ok)).await.unwrap();
/// });
/// assert_eq!(receiver.collect::<Vec<_>>().await, [1, 2, 3]);
/// # }).unwrap();
/// ```
pub struct PollSender<T> {
    /// `None` once it was closed.
    sender: Option<Sender<T>>,
    state: State<T>,
}

impl<T: Send + 'static> PollSender<T> {
    /// Makes a sender into one that can be polled.
    pub fn new(sender: Sender<T>) -> Self {
        PollSender {
            sender: Some(sender),
            state: State::Idle,
        }
    }

    /// Waits for room for one value, and keeps it for [`PollSender::send_item`].
    ///
    /// # Errors
    ///
    /// If the receiver is gone or closed, or this sender was [closed](PollSender::close); it stays so.
    ///
    /// ```
    /// use reweave::sync::mpsc::{self, PollSender};
    /// use std::future::poll_fn;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (sender, mut receiver) = mpsc::channel(1);
    /// let mut sender = PollSender::new(sender);
    /// poll_fn(|cx| sender.poll_reserve(cx)).await.unwrap();
    /// sender.send_item(1).unwrap();
    /// assert_eq!(receiver.recv().await, Some(1));
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// The wait is kept in the sender: it goes on with the next call, until [`PollSender::abort_send`].
    pub fn poll_reserve(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), PollSendError<T>>> {
        if let State::Idle = self.state
            && let Some(sender) = self.sender.clone()
        {
            self.state = State::Acquiring(Exclusive::new(Box::pin(sender.reserve_owned())));
        }
        if let State::Acquiring(acquiring) = &mut self.state {
            self.state = match ready!(acquiring.get_mut().as_mut().poll(cx)) {
                Ok(permit) => State::ReadyToSend(permit),
                Err(_) => State::Closed,
            };
        }
        Poll::Ready(match self.state {
            State::ReadyToSend(_) => Ok(()),
            _ => Err(PollSendError(None)),
        })
    }

    /// Sends into the room that was kept.
    ///
    /// # Errors
    ///
    /// The value, if this sender is closed and kept no room.
    ///
    /// # Panics
    ///
    /// Without a [`PollSender::poll_reserve`] before, that gave `Ready(Ok(()))`.
    #[track_caller]
    pub fn send_item(&mut self, value: T) -> Result<(), PollSendError<T>> {
        match mem::replace(&mut self.state, State::Closed) {
            State::ReadyToSend(permit) => {
                drop(permit.send(value));
                self.rest();
                Ok(())
            }
            State::Closed => Err(PollSendError(Some(value))),
            unready => {
                self.state = unready;
                panic!(
                    "`PollSender::send_item` was called without room: call `poll_reserve` before, until it \
                     gives `Ready(Ok(()))`"
                )
            }
        }
    }

    /// Nothing is under way, unless it is closed.
    fn rest(&mut self) {
        self.state = match self.sender {
            Some(_) => State::Idle,
            None => State::Closed,
        };
    }

    /// Whether this sender is closed. The channel may be open.
    pub fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed) || self.sender.is_none()
    }

    /// The sender within; `None` once this one was closed.
    pub fn get_ref(&self) -> Option<&Sender<T>> {
        self.sender.as_ref()
    }

    /// Sends no more. Room that is kept can still be used with [`PollSender::send_item`], once, or given back with
    /// [`PollSender::abort_send`]. The channel ends when all its senders are gone.
    pub fn close(&mut self) {
        self.sender = None;
        if !matches!(self.state, State::ReadyToSend(_)) {
            self.state = State::Closed;
        }
    }

    /// Leaves the queue, or gives back the room that was kept; says whether there was one or the other.
    pub fn abort_send(&mut self) -> bool {
        let under_way = matches!(self.state, State::Acquiring(_) | State::ReadyToSend(_));
        if under_way {
            self.rest();
        }
        under_way
    }
}

/// The clone is idle, or closed if this one is.
impl<T> Clone for PollSender<T> {
    fn clone(&self) -> PollSender<T> {
        let sender = self.sender.clone();
        let state = match sender {
            Some(_) => State::Idle,
            None => State::Closed,
        };
        PollSender { sender, state }
    }
}

/// A sink that waits for room. Flushing does not wait for the receiver; closing is [`PollSender::close`].
impl<T: Send + 'static> Sink<T> for PollSender<T> {
    type Error = PollSendError<T>;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.poll_reserve(cx)
    }

    fn start_send(mut self: Pin<&mut Self>, value: T) -> Result<(), Self::Error> {
        self.send_item(value)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        coop::poll_uncharged(cx).map(Ok)
    }

    fn poll_close(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.close();
        Poll::Ready(Ok(()))
    }
}

impl<T> fmt::Debug for PollSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Idle => "idle",
            State::Acquiring(_) => "waits for room",
            State::ReadyToSend(_) => "has room",
            State::Closed => "closed",
        };
        f.debug_struct("PollSender")
            .field("state", &state)
            .finish_non_exhaustive()
    }
}
