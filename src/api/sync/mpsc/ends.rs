//! What the ends of a channel can do whether it is bounded or not.
//!
//! Both kinds have types of their own, as tokio has, which hold on to the same channel within. What only one kind can
//! do stands beside its types.
//!
//! ```text
//!   Sender       UnboundedSender       { tx: Tx }       all but sending, which may wait or never does
//!   WeakSender   WeakUnboundedSender   { tx: WeakTx }   all
//!   Receiver     UnboundedReceiver     { rx: Rx }       all but the count of slots, which only a bounded channel has
//! ```

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::bounded::{Receiver, Sender, WeakSender};
use super::error::TryRecvError;
use super::unbounded::{UnboundedReceiver, UnboundedSender, WeakUnboundedSender};
use crate::api::preempt;
use crate::api::sync::blocking::now_or_panic;
use crate::base::place::caller;

/// Implements for senders, weak or not, that they are counted.
macro_rules! counted {
    ($Sender:ident) => {
        impl<T> $Sender<T> {
            /// How many senders there are.
            #[track_caller]
            pub fn strong_count(&self) -> usize {
                preempt::here();
                self.tx.chan.senders()
            }

            /// How many weak senders there are.
            pub fn weak_count(&self) -> usize {
                self.tx.chan.weak_senders()
            }
        }

        impl<T> Clone for $Sender<T> {
            #[track_caller]
            fn clone(&self) -> $Sender<T> {
                $Sender {
                    tx: self.tx.clone(),
                }
            }
        }
    };
}

/// Implements for the ends of one kind of channel what those of both kinds can do.
macro_rules! ends {
    ($Sender:ident, $WeakSender:ident, $Receiver:ident) => {
        impl<T> $Sender<T> {
            /// Waits until the receiver is gone or closed.
            ///
            /// ```
            /// use reweave::sync::mpsc;
            ///
            /// # reweave::Sim::new().run(async {
            /// let (sender, receiver) = mpsc::unbounded_channel::<u8>();
            /// let producer = reweave::spawn(async move {
            ///     sender.closed().await;
            ///     reweave::println!("nobody wants more");
            /// });
            /// drop(receiver);
            /// producer.await.unwrap();
            /// # }).unwrap();
            /// ```
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: a channel that is closed stays so.
            #[track_caller]
            pub fn closed(&self) -> impl Future<Output = ()> {
                self.tx.chan.closed(caller())
            }

            /// Whether the receiver is gone or closed.
            #[track_caller]
            pub fn is_closed(&self) -> bool {
                preempt::here();
                self.tx.chan.is_closed()
            }

            /// Whether both send into one channel.
            pub fn same_channel(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.tx.chan, &other.tx.chan)
            }

            /// A sender that does not keep the channel open.
            pub fn downgrade(&self) -> $WeakSender<T> {
                $WeakSender {
                    tx: self.tx.downgrade(),
                }
            }
        }

        counted!($Sender);

        impl<T> fmt::Debug for $Sender<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($Sender))
                    .field("closed", &self.is_closed())
                    .finish_non_exhaustive()
            }
        }

        impl<T> $WeakSender<T> {
            /// A sender, unless all are gone.
            #[track_caller]
            pub fn upgrade(&self) -> Option<$Sender<T>> {
                let _point = preempt::around();
                Some($Sender {
                    tx: self.tx.upgrade()?,
                })
            }
        }

        counted!($WeakSender);

        impl<T> fmt::Debug for $WeakSender<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($WeakSender))
                    .finish_non_exhaustive()
            }
        }

        impl<T> $Receiver<T> {
            /// Waits for a message. `None` once no more will come. A wait that is dropped loses no message.
            ///
            /// ```
            /// use reweave::sync::mpsc;
            ///
            /// # reweave::Sim::new().run(async {
            /// let (sender, mut receiver) = mpsc::unbounded_channel();
            /// sender.send(1).unwrap();
            /// drop(sender);
            /// assert_eq!(receiver.recv().await, Some(1));
            /// assert_eq!(receiver.recv().await, None);
            /// # }).unwrap();
            /// ```
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: a message leaves the channel in the poll that returns it, and in no other.
            #[track_caller]
            pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
                self.rx.recv(caller())
            }

            /// Waits for messages, and takes up to `limit` of those that are there into `buffer`. Says how many: 0 once
            /// no more will come, or if the limit is 0. A wait that is dropped loses no message.
            ///
            /// ```
            /// use reweave::sync::mpsc;
            ///
            /// # reweave::Sim::new().run(async {
            /// let (sender, mut receiver) = mpsc::unbounded_channel();
            /// (1..=3).for_each(|n| sender.send(n).unwrap());
            /// let mut buffer = Vec::new();
            /// assert_eq!(receiver.recv_many(&mut buffer, 2).await, 2);
            /// assert_eq!(buffer, [1, 2]);
            /// # }).unwrap();
            /// ```
            ///
            /// # Cancel safety
            ///
            /// Cancel safe: messages leave the channel in the poll that returns their number, and in no other.
            #[track_caller]
            pub fn recv_many(
                &mut self,
                buffer: &mut Vec<T>,
                limit: usize,
            ) -> impl Future<Output = usize> {
                self.rx.recv_many(caller(), buffer, limit)
            }

            /// Takes a message if one is there.
            ///
            /// # Errors
            ///
            /// If none is there yet, or none will come any more.
            #[track_caller]
            pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
                preempt::here();
                self.rx.try_recv(caller())
            }

            /// Receives in code that is not async.
            ///
            /// # Panics
            ///
            /// In a task, and if it would have to wait.
            #[track_caller]
            pub fn blocking_recv(&mut self) -> Option<T> {
                let called = concat!("mpsc::", stringify!($Receiver), "::blocking_recv");
                now_or_panic(called, "recv().await", self.recv())
            }

            /// [`Self::recv_many`] in code that is not async.
            ///
            /// # Panics
            ///
            /// In a task, and if it would have to wait.
            #[track_caller]
            pub fn blocking_recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
                let called = concat!("mpsc::", stringify!($Receiver), "::blocking_recv_many");
                now_or_panic(called, "recv_many(..).await", self.recv_many(buffer, limit))
            }

            /// Lets nobody send any more. What was sent, and what permits still send, can be received.
            #[track_caller]
            pub fn close(&mut self) {
                let _point = preempt::around();
                self.rx.close();
            }

            /// Whether it was closed, or all senders are gone. There may still be messages.
            #[track_caller]
            pub fn is_closed(&self) -> bool {
                preempt::here();
                self.rx.is_closed()
            }

            /// Whether no message is there.
            #[track_caller]
            pub fn is_empty(&self) -> bool {
                preempt::here();
                self.rx.len() == 0
            }

            /// How many messages are there.
            #[track_caller]
            pub fn len(&self) -> usize {
                preempt::here();
                self.rx.len()
            }

            /// [`Self::recv`] for futures written by hand. Only the task of the last call is woken.
            ///
            /// ```
            /// use reweave::sync::mpsc;
            /// use std::future::poll_fn;
            ///
            /// # reweave::Sim::new().run(async {
            /// let (sender, mut receiver) = mpsc::unbounded_channel();
            /// sender.send(1).unwrap();
            /// assert_eq!(poll_fn(|cx| receiver.poll_recv(cx)).await, Some(1));
            /// # }).unwrap();
            /// ```
            ///
            /// # Cancel safety
            ///
            /// A message leaves the channel in the poll that returns it.
            #[track_caller]
            pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
                self.rx.poll_recv(cx, caller())
            }

            /// [`Self::recv_many`] for futures written by hand. Only the task of the last call is woken.
            ///
            /// ```
            /// use reweave::sync::mpsc;
            /// use std::future::poll_fn;
            ///
            /// # reweave::Sim::new().run(async {
            /// let (sender, mut receiver) = mpsc::unbounded_channel();
            /// (1..=3).for_each(|n| sender.send(n).unwrap());
            /// let mut buffer = Vec::new();
            /// assert_eq!(poll_fn(|cx| receiver.poll_recv_many(cx, &mut buffer, 9)).await, 3);
            /// # }).unwrap();
            /// ```
            ///
            /// # Cancel safety
            ///
            /// Messages leave the channel in the poll that returns their number.
            #[track_caller]
            pub fn poll_recv_many(
                &mut self,
                cx: &mut Context<'_>,
                buffer: &mut Vec<T>,
                limit: usize,
            ) -> Poll<usize> {
                self.rx.poll_recv_many(cx, caller(), buffer, limit)
            }

            /// How many senders there are.
            pub fn sender_strong_count(&self) -> usize {
                self.rx.chan.senders()
            }

            /// How many weak senders there are.
            pub fn sender_weak_count(&self) -> usize {
                self.rx.chan.weak_senders()
            }
        }

        impl<T> fmt::Debug for $Receiver<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($Receiver))
                    .field("len", &self.len())
                    .field("closed", &self.is_closed())
                    .finish()
            }
        }
    };
}

ends!(Sender, WeakSender, Receiver);
ends!(UnboundedSender, WeakUnboundedSender, UnboundedReceiver);
