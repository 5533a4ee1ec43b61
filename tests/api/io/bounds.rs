//! `Send`, `Sync` and `Unpin` of what is public, and of what methods return: what tokio claims of its own.

use std::cell::Cell;
use std::marker::PhantomPinned;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;

use reweave::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt, AsyncWrite,
    AsyncWriteExt, BufReader, BufStream, BufWriter, Chain, DuplexStream, Empty, Interest, Join,
    Lines, ReadBuf, ReadHalf, Ready, Repeat, SimplexStream, Sink, Split, Stderr, Stdin, Stdout,
    Take, WriteHalf, duplex, split,
};
use static_assertions::{assert_impl_all as yes, assert_not_impl_any as no, assert_obj_safe};

type YN = Cell<u8>;
type NN = Rc<u8>;

assert_obj_safe!(AsyncRead, AsyncWrite, AsyncBufRead, AsyncSeek);

yes!(DuplexStream: AsyncRead, AsyncWrite, Send, Sync, Unpin);
yes!(SimplexStream: AsyncRead, AsyncWrite, Send, Sync, Unpin);
yes!(Stdin: AsyncRead, Send, Sync, Unpin);
yes!(Stdout: AsyncWrite, Send, Sync, Unpin);
yes!(Stderr: AsyncWrite, Send, Sync, Unpin);
yes!(Empty: AsyncBufRead, AsyncSeek, AsyncWrite, Send, Sync, Unpin, UnwindSafe, RefUnwindSafe);
yes!(Sink: AsyncWrite, Send, Sync, Unpin);
yes!(Repeat: AsyncRead, Send, Sync, Unpin);
yes!(ReadBuf<'static>: Send, Sync, Unpin, bytes::BufMut);
yes!(Interest: Send, Sync, Copy, Eq);
yes!(Ready: Send, Sync, Copy, Ord);

/// An adaptor is what its stream is.
macro_rules! as_its_stream {
    ($($Adaptor:ident),+) => {$(
        yes!($Adaptor<u8>: Send, Sync, Unpin);
        yes!($Adaptor<YN>: Send, Unpin);
        no!($Adaptor<YN>: Sync);
        no!($Adaptor<NN>: Send, Sync);
        no!($Adaptor<PhantomPinned>: Unpin);
    )+};
}

as_its_stream!(BufReader, BufWriter, BufStream, Lines, Split, Take);

yes!(Chain<u8, u8>: Send, Sync, Unpin);
no!(Chain<u8, NN>: Send, Sync);
no!(Chain<PhantomPinned, u8>: Unpin);
no!(Chain<u8, PhantomPinned>: Unpin);
yes!(Join<u8, u8>: Send, Sync, Unpin);
no!(Join<NN, u8>: Send, Sync);
no!(Join<PhantomPinned, u8>: Unpin);
no!(Join<u8, PhantomPinned>: Unpin);
yes!(ReadHalf<u8>: Send, Sync, Unpin);
yes!(WriteHalf<u8>: Send, Sync, Unpin);
no!(ReadHalf<NN>: Send, Sync);
no!(WriteHalf<NN>: Send, Sync);
yes!(ReadHalf<PhantomPinned>: Unpin);
yes!(WriteHalf<PhantomPinned>: Unpin);

fn goes_anywhere<T: Send + Sync>(_: T) {}

/// What is called of a stream that is only known by its traits may go to other threads with it.
fn methods_of<S>(mut stream: S)
where
    S: AsyncBufRead + AsyncSeek + AsyncWrite + Send + Sync + Unpin,
{
    let (mut bytes, mut text) = (Vec::new(), String::new());
    goes_anywhere(stream.read(&mut [0]));
    goes_anywhere(stream.read_buf(&mut bytes));
    goes_anywhere(stream.read_exact(&mut [0]));
    goes_anywhere(stream.read_u16());
    goes_anywhere(stream.read_f64_le());
    goes_anywhere(stream.read_to_end(&mut bytes));
    goes_anywhere(stream.read_to_string(&mut text));
    goes_anywhere(stream.read_until(0, &mut bytes));
    goes_anywhere(stream.read_line(&mut text));
    goes_anywhere(stream.fill_buf());
    goes_anywhere(stream.write(b""));
    goes_anywhere(stream.write_vectored(&[]));
    goes_anywhere(stream.write_buf(&mut &b""[..]));
    goes_anywhere(stream.write_all_buf(&mut &b""[..]));
    goes_anywhere(stream.write_all(b""));
    goes_anywhere(stream.write_u16(1));
    goes_anywhere(stream.write_f64_le(1.0));
    goes_anywhere(stream.flush());
    goes_anywhere(stream.shutdown());
    goes_anywhere(stream.rewind());
    goes_anywhere(reweave::io::copy(&mut &b""[..], &mut stream));
    goes_anywhere(reweave::io::copy_buf(&mut &b""[..], &mut stream));
    let mut other = duplex(1).0;
    goes_anywhere(reweave::io::copy_bidirectional(&mut stream, &mut other));
    goes_anywhere(reweave::io::copy_bidirectional_with_sizes(
        &mut stream,
        &mut other,
        1,
        1,
    ));
}

#[test]
fn what_methods_return_goes_where_the_stream_goes() {
    methods_of(reweave::io::empty());
    goes_anywhere(split(duplex(1).0));
    goes_anywhere((&b""[..]).lines().next_line());
    goes_anywhere(BufReader::new(&b""[..]).split(0).next_segment());
}
