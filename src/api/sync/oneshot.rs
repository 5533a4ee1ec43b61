//! A channel for one value.
//!
//! ```
//! use reweave::sync::oneshot;
//!
//! # reweave::Sim::new().run(async {
//! let (answer, question) = oneshot::channel();
//! reweave::spawn(async move { answer.send(42) });
//! assert_eq!(question.await, Ok(42));
//! # }).unwrap();
//! ```

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use super::blocking::now_or_panic;
use super::guarded::Guarded;
use super::op::{Attempt, Op, When};
use super::resource::Tag;
use super::wakers::Wakers;
use crate::api::preempt::{self, PreemptionDisabled};
use crate::base::place::caller;
use crate::base::resource::{Action, ResourceKind, Want};
use crate::record::fact::{Fact, Refusal};
use crate::record::spin::Closing;
use crate::run::context::{Here, look};

pub mod error;

use error::{RecvError, TryRecvError};

/// Makes the two ends of a channel.
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let mut tag = Tag::made_here(ResourceKind::Oneshot);
    // A wait is over when the sender is gone, so it need not be told of that.
    tag.sender_made(caller());
    let state = State {
        value: None,
        sender_gone: false,
        closed: false,
        receiver: None,
        sender: None,
        tag,
    };
    let channel = Arc::new(Guarded::made(state));
    let receiver = Receiver {
        channel: Some(channel.clone()),
        op: Op::at(caller(), Action::Receive),
    };
    (
        Sender {
            channel: Some(channel),
            op: Op::at(caller(), Action::Observe),
        },
        receiver,
    )
}

struct State<T> {
    value: Option<T>,
    /// The sender has sent, or was dropped.
    sender_gone: bool,
    /// The receiver takes no more values.
    closed: bool,
    receiver: Option<Waker>,
    sender: Option<Waker>,
    tag: Tag,
}

/// Sends the one value.
pub struct Sender<T> {
    /// `None` once the value is sent.
    channel: Option<Arc<Guarded<State<T>>>>,
    op: Op,
}

impl<T> Sender<T> {
    /// Sends the value; it never waits. That it was sent does not mean that it will be received.
    ///
    /// # Errors
    ///
    /// The value, if the receiver is gone or closed.
    #[track_caller]
    pub fn send(mut self, value: T) -> Result<(), T> {
        let _point = preempt::around();
        let channel = self.channel.take().expect(ONE_SEND);
        let mut state = channel.lock();
        state.sender_gone = true;
        if state.closed {
            look!(here => state.tag.refuses(here, Refusal::Closed));
            return Err(value);
        }
        state.tag.tell(|resource| Fact::Published { resource });
        state.value = Some(value);
        let (receiver, sender) = (state.receiver.take(), state.sender.take());
        drop(state);
        drop(sender);
        receiver.into_iter().for_each(preempt::wake);
        Ok(())
    }

    /// Waits until the receiver is gone or closed.
    ///
    /// ```
    /// use reweave::sync::oneshot;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (mut sender, receiver) = oneshot::channel::<u8>();
    /// let work = reweave::spawn(async move {
    ///     sender.closed().await;
    ///     reweave::println!("nobody wants the answer");
    /// });
    /// drop(receiver);
    /// work.await.unwrap();
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a channel that is closed stays so.
    #[track_caller]
    pub fn closed(&mut self) -> impl Future<Output = ()> {
        self.op = Op::at(caller(), Action::Observe);
        // An `async` block, so that like tokio's the future must be pinned.
        async move { std::future::poll_fn(|cx| self.poll_closed(cx)).await }
    }

    /// Whether the receiver is gone or closed.
    #[track_caller]
    pub fn is_closed(&self) -> bool {
        preempt::here();
        self.channel().lock().closed
    }

    /// [`Sender::closed`] for futures written by hand.
    ///
    /// ```
    /// use reweave::sync::oneshot;
    /// use std::future::poll_fn;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (mut sender, receiver) = oneshot::channel::<u8>();
    /// drop(receiver);
    /// poll_fn(|cx| sender.poll_closed(cx)).await;
    /// # }).unwrap();
    /// ```
    ///
    /// # Cancel safety
    ///
    /// A channel that is closed stays so. Only the task of the last call is woken.
    pub fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let channel = self.channel.as_ref().expect(ONE_SEND);
        self.op.poll(cx, channel, &mut Closed(PhantomData))
    }

    fn channel(&self) -> &Guarded<State<T>> {
        self.channel.as_ref().expect(ONE_SEND)
    }
}

const ONE_SEND: &str = "`send` consumes the sender";

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let Some(channel) = self.channel.take() else {
            return;
        };
        let _point = preempt::after();
        let mut state = channel.lock();
        state.sender_gone = true;
        if !state.closed {
            state.tag.closes(Closing::LastSender);
        }
        let at = std::ptr::from_ref(self).addr();
        state.tag.only_sender_gone(at);
        state.tag.tell(|resource| Fact::Dropped {
            resource,
            at,
            sends: true,
        });
        let (receiver, sender) = (state.receiver.take(), state.sender.take());
        drop(state);
        drop(sender);
        receiver.into_iter().for_each(preempt::wake);
    }
}

/// Receives the one value, when awaited: an error if the sender was dropped and sent nothing.
///
/// ```
/// use reweave::sync::oneshot;
///
/// # reweave::Sim::new().run(async {
/// let (sender, mut receiver) = oneshot::channel();
/// // By reference, so that it can be awaited again should this be dropped.
/// let answer = reweave::spawn(async move { (&mut receiver).await });
/// sender.send(42).unwrap();
/// assert_eq!(answer.await.unwrap(), Ok(42));
/// # }).unwrap();
/// ```
///
/// # Cancel safety
///
/// Cancel safe if a `&mut Receiver` is awaited: the value stays in the channel until the poll that returns it. A receiver
/// that is dropped closes the channel, and drops a value that was sent.
///
/// # Panics
///
/// When it is awaited again after it gave its result.
pub struct Receiver<T> {
    /// `None` once the result was given.
    channel: Option<Arc<Guarded<State<T>>>>,
    op: Op,
}

impl<T> Receiver<T> {
    /// Lets the sender send no more. A value that was sent before can still be received.
    #[track_caller]
    pub fn close(&mut self) {
        let _point = preempt::around();
        if let Some(channel) = &self.channel {
            close(channel, Closing::Asked);
        }
    }

    /// Whether it has given its result.
    pub fn is_terminated(&self) -> bool {
        self.channel.is_none()
    }

    /// Whether no value is there to be received.
    #[track_caller]
    pub fn is_empty(&self) -> bool {
        preempt::here();
        self.channel
            .as_ref()
            .is_none_or(|channel| channel.lock().value.is_none())
    }

    /// Takes the value if it is there.
    ///
    /// # Errors
    ///
    /// If it is not there yet, or never will be.
    #[track_caller]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        preempt::here();
        let channel = self.channel.as_ref().ok_or(TryRecvError::Closed)?;
        let result = look!(here => {
            let mut state = channel.lock();
            match state.is_decided() {
                true => Poll::Ready(state.take(here)),
                false => Poll::Pending,
            }
        });
        if let Poll::Ready(result) = result {
            self.channel = None;
            return result.map_err(|_| TryRecvError::Closed);
        }
        Err(TryRecvError::Empty)
    }

    /// Receives the value in code that is not async.
    ///
    /// # Errors
    ///
    /// If the sender is gone, and sent nothing.
    ///
    /// # Panics
    ///
    /// In a task, and if it would have to wait.
    #[track_caller]
    pub fn blocking_recv(self) -> Result<T, RecvError> {
        now_or_panic("oneshot::Receiver::blocking_recv", ".await", self)
    }
}

impl<T> State<T> {
    /// Whether the receiver has nothing more to wait for.
    fn is_decided(&self) -> bool {
        self.value.is_some() || self.sender_gone || self.closed
    }

    /// What the receiver gets once that is decided.
    fn take(&mut self, mut here: Option<&mut Here<'_>>) -> Result<T, RecvError> {
        let value = self.value.take().ok_or(RecvError(()))?;
        let saw = |resource| Fact::Saw { resource, back: 0 };
        self.tag.emit(here.as_deref_mut(), saw);
        self.tag.over(here);
        Ok(value)
    }
}

/// Waits for the value.
struct Receive<T>(PhantomData<T>);

impl<T> Attempt for Receive<T> {
    type State = State<T>;
    type Found = ();
    type Output = Result<T, RecvError>;

    const POINT: When = When::First;

    fn tag(state: &mut State<T>) -> &mut Tag {
        &mut state.tag
    }

    fn look(
        &mut self,
        state: &mut State<T>,
        _: Option<&mut Here<'_>>,
        _: &mut Op,
    ) -> Result<(), Want> {
        state.is_decided().then_some(()).ok_or(Want::Value)
    }

    fn complete(
        &mut self,
        (): (),
        state: &mut State<T>,
        here: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Self::Output {
        state.take(here)
    }

    fn park(
        &mut self,
        waker: Waker,
        _: bool,
        state: &mut State<T>,
        _: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Option<Waker> {
        state.receiver.replace(waker)
    }
}

/// Waits until the receiver is gone or closed.
struct Closed<T>(PhantomData<T>);

impl<T> Attempt for Closed<T> {
    type State = State<T>;
    type Found = ();
    type Output = ();

    const POINT: When = When::First;

    fn tag(state: &mut State<T>) -> &mut Tag {
        &mut state.tag
    }

    fn look(
        &mut self,
        state: &mut State<T>,
        _: Option<&mut Here<'_>>,
        _: &mut Op,
    ) -> Result<(), Want> {
        state.closed.then_some(()).ok_or(Want::Close)
    }

    fn complete(&mut self, (): (), _: &mut State<T>, _: Option<&mut Here<'_>>, _: &Op) {}

    fn park(
        &mut self,
        waker: Waker,
        _: bool,
        state: &mut State<T>,
        _: Option<&mut Here<'_>>,
        _: &Op,
    ) -> Option<Waker> {
        state.sender.replace(waker)
    }
}

fn close<T>(channel: &Guarded<State<T>>, how: Closing) -> Option<Waker> {
    let mut woken = Wakers::new();
    let mut state = channel.lock();
    if !std::mem::replace(&mut state.closed, true) && !state.sender_gone {
        state.tag.closes(how);
        woken.push(state.sender.take());
    }
    let receiver = state.receiver.take();
    drop(state);
    woken.wake();
    receiver
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    // So that the place of the wait, and of a panic, is the user's `.await`.
    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Receiver { channel, op } = &mut *self;
        let channel = channel
            .as_ref()
            .expect("a oneshot receiver was polled after completion");
        let told = op.tell_where(Some(caller()));
        let polled = op.poll(cx, channel, &mut Receive(PhantomData));
        if told {
            op.tell_where(None);
        }
        let result = ready!(polled);
        self.channel = None;
        Poll::Ready(result)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let Some(channel) = self.channel.take() else {
            return;
        };
        let _point = preempt::after();
        let _barred = PreemptionDisabled::begin();
        let waker = close(&channel, Closing::Receiver);
        let (value, _unread) = {
            let mut state = channel.lock();
            let unread = state.value.is_some().then(|| {
                state.tag.dropped_messages(1);
                state.tag.drops_unread()
            });
            (state.value.take(), unread)
        };
        drop((waker, value));
    }
}

impl<T: fmt::Debug> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}

impl<T: fmt::Debug> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("terminated", &self.is_terminated())
            .finish_non_exhaustive()
    }
}
