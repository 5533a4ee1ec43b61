//! `Send`, `Sync`, `Unpin` and the traits of every type in here, compiled: what tokio, tokio-stream and tokio-util claim of
//! theirs.

use std::cell::Cell;

use futures::io::{AsyncBufRead, AsyncRead, AsyncWrite};
use futures::sink::Sink;
use futures::stream::FusedStream;
use futures::task::{LocalSpawn, Spawn};
use reweave::io::{
    BufReader, BufStream, BufWriter, Chain, DuplexStream, Empty, Join, ReadHalf, Repeat,
    SimplexStream, Sink as Swallow, Stderr, Stdin, Stdout, Take, WriteHalf,
};
use reweave::runtime::{EnterGuard, Handle, Id, RuntimeFlavor, RuntimeMetrics, TryCurrentError};
use reweave::stream::wrappers::{
    BroadcastStream, IntervalStream, ReceiverStream, UnboundedReceiverStream, WatchStream, errors,
};
use reweave::sync::mpsc::{
    PollSendError, PollSender, Receiver, UnboundedReceiver, UnboundedSender,
};
use reweave::time::Interval;
use static_assertions::{assert_impl_all as yes, assert_not_impl_any as no};

type YY = u32;
type YN = Cell<u32>;

yes!(Receiver<YN>: FusedStream, Send, Sync, Unpin);
yes!(UnboundedReceiver<YN>: FusedStream, Send, Sync, Unpin);
yes!(Interval: FusedStream);
yes!(ReceiverStream<YN>: FusedStream, Send, Sync, Unpin);
yes!(UnboundedReceiverStream<YN>: FusedStream, Send, Sync, Unpin);
yes!(IntervalStream: FusedStream, Send, Sync, Unpin);
yes!(WatchStream<YY>: FusedStream, Send, Sync, Unpin);
yes!(BroadcastStream<YN>: FusedStream, Send, Sync, Unpin);
yes!(errors::BroadcastStreamRecvError: Send, Sync, Clone, Eq, std::error::Error);

yes!(UnboundedSender<YN>: Sink<YN>, Send, Sync, Unpin);
yes!(PollSender<YN>: Sink<YN>, Send, Sync, Unpin, Clone);
yes!(PollSendError<YY>: Send, Sync, std::error::Error);

yes!(DuplexStream: AsyncRead, AsyncWrite, Send, Sync, Unpin);
yes!(SimplexStream: AsyncRead, AsyncWrite, Send, Sync, Unpin);
yes!(ReadHalf<SimplexStream>: AsyncRead, Send, Sync, Unpin);
no!(ReadHalf<SimplexStream>: AsyncWrite);
yes!(WriteHalf<SimplexStream>: AsyncWrite, Send, Sync, Unpin);
no!(WriteHalf<SimplexStream>: AsyncRead);
yes!(Empty: AsyncBufRead, AsyncWrite);
yes!(Swallow: AsyncWrite);
yes!(Repeat: AsyncRead);
yes!(BufReader<DuplexStream>: AsyncBufRead, AsyncWrite);
yes!(BufWriter<DuplexStream>: AsyncRead, AsyncWrite);
yes!(BufStream<DuplexStream>: AsyncBufRead, AsyncWrite);
yes!(Chain<Stdin, Empty>: AsyncBufRead);
yes!(Take<Stdin>: AsyncBufRead);
yes!(Join<Stdin, Stdout>: AsyncBufRead, AsyncWrite);
yes!(Stdin: AsyncBufRead, Send, Sync, Unpin);
yes!(Stdout: AsyncWrite, Send, Sync, Unpin);
yes!(Stderr: AsyncWrite, Send, Sync, Unpin);

yes!(Handle: Spawn, LocalSpawn, Send, Sync, Unpin, Clone, std::panic::UnwindSafe);
yes!(RuntimeMetrics: Send, Sync, Unpin, Clone);
yes!(EnterGuard<'static>: Sync, Unpin);
no!(EnterGuard<'static>: Send);
yes!(Id: Send, Sync, Copy, std::hash::Hash, std::fmt::Display);
yes!(RuntimeFlavor: Send, Sync, Copy, Eq);
yes!(TryCurrentError: Send, Sync, std::error::Error);
