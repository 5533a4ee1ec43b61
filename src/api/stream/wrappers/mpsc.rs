//! Receivers of `mpsc` channels, wrapped.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;
use futures::stream::FusedStream;

use crate::api::sync::mpsc::{Receiver, UnboundedReceiver};

macro_rules! wrapper {
    ($(#[$doc:meta])* $Wrapper:ident($Receiver:ident)) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $Wrapper<T> {
            inner: $Receiver<T>,
        }

        impl<T> $Wrapper<T> {
            /// The stream of what this receiver receives.
            pub fn new(receiver: $Receiver<T>) -> Self {
                $Wrapper { inner: receiver }
            }

            /// The receiver again.
            pub fn into_inner(self) -> $Receiver<T> {
                self.inner
            }

            /// Refuses further messages. The stream ends after those that were sent before.
            pub fn close(&mut self) {
                self.inner.close();
            }
        }

        impl<T> Stream for $Wrapper<T> {
            type Item = T;

            fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
                Pin::new(&mut self.inner).poll_next(cx)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.inner.size_hint()
            }
        }

        impl<T> FusedStream for $Wrapper<T> {
            fn is_terminated(&self) -> bool {
                self.inner.is_terminated()
            }
        }

        impl<T> AsRef<$Receiver<T>> for $Wrapper<T> {
            fn as_ref(&self) -> &$Receiver<T> {
                &self.inner
            }
        }

        impl<T> AsMut<$Receiver<T>> for $Wrapper<T> {
            fn as_mut(&mut self) -> &mut $Receiver<T> {
                &mut self.inner
            }
        }

        impl<T> From<$Receiver<T>> for $Wrapper<T> {
            fn from(receiver: $Receiver<T>) -> Self {
                $Wrapper::new(receiver)
            }
        }
    };
}

wrapper! {
    /// A [`Receiver`] as a stream. The receiver is one itself; the wrapper is for code that is written for tokio too.
    ///
    /// ```
    /// use futures::StreamExt;
    /// use reweave::stream::wrappers::ReceiverStream;
    /// use reweave::sync::mpsc;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (sender, receiver) = mpsc::channel(2);
    /// sender.send("tea").await.unwrap();
    /// drop(sender);
    /// let orders: Vec<&str> = ReceiverStream::new(receiver).collect().await;
    /// assert_eq!(orders, ["tea"]);
    /// # }).unwrap();
    /// ```
    ReceiverStream(Receiver)
}

wrapper! {
    /// An [`UnboundedReceiver`] as a stream. The receiver is one itself; the wrapper is for code that is written for
    /// tokio too.
    ///
    /// ```
    /// use futures::StreamExt;
    /// use reweave::stream::wrappers::UnboundedReceiverStream;
    /// use reweave::sync::mpsc;
    ///
    /// # reweave::Sim::new().run(async {
    /// let (sender, receiver) = mpsc::unbounded_channel();
    /// sender.send("tea").unwrap();
    /// drop(sender);
    /// let orders: Vec<&str> = UnboundedReceiverStream::new(receiver).collect().await;
    /// assert_eq!(orders, ["tea"]);
    /// # }).unwrap();
    /// ```
    UnboundedReceiverStream(UnboundedReceiver)
}
