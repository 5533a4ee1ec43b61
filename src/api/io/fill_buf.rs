//! The bytes that a reader lends, for as long as the reader is borrowed.
//!
//! # Why there is `unsafe` here
//!
//! `poll_fill_buf` lends for as long as the call borrows the reader. The future has the reader for `'a`, gives it away with the bytes,
//! and does not use it again; the compiler cannot follow that, as the reader goes back into the future in the other case.

use std::fmt;
use std::future::Future;
use std::io::Result;
use std::marker::PhantomPinned;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::async_buf_read::AsyncBufRead;
use super::calling::called_at;
use crate::api::counting::poll_counted;
use crate::base::place::caller;

pin_project! {
    /// What [`fill_buf`](super::AsyncBufReadExt::fill_buf) returns.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct FillBuf<'a, R: ?Sized> {
        reader: Option<&'a mut R>,
        #[pin]
        pinned: PhantomPinned,
    }
}

impl<'a, R: ?Sized> FillBuf<'a, R> {
    pub(super) fn new(reader: &'a mut R) -> FillBuf<'a, R> {
        FillBuf {
            reader: Some(reader),
            pinned: PhantomPinned,
        }
    }
}

impl<'a, R: AsyncBufRead + ?Sized + Unpin> Future for FillBuf<'a, R> {
    type Output = Result<&'a [u8]>;

    // So that the place of a wait is the user's `.await`.
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let reader = this.reader.take();
        let reader = reader.expect("`fill_buf` is polled although it is done");
        let answer = called_at(caller(), || {
            poll_counted(cx, |cx| Pin::new(&mut *reader).poll_fill_buf(cx))
        });
        match answer {
            Poll::Ready(Ok(bytes)) => {
                // SAFETY: the reader is borrowed for 'a, was taken out of the future, and is not used again.
                Poll::Ready(Ok(unsafe { mem::transmute::<&[u8], &'a [u8]>(bytes) }))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                *this.reader = Some(reader);
                Poll::Pending
            }
        }
    }
}

impl<R: ?Sized> fmt::Debug for FillBuf<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FillBuf").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    //! For Miri: the bytes are used after the future is gone, and the reader after the bytes.

    use std::future::Future;
    use std::io::Cursor;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::FillBuf;

    #[test]
    fn bytes_outlive_the_future_and_no_longer_than_the_reader_is_lent() {
        let mut reader = Cursor::new(b"bytes".to_vec());
        let mut cx = Context::from_waker(Waker::noop());
        let bytes = {
            let filling = pin!(FillBuf::new(&mut reader));
            match filling.poll(&mut cx) {
                Poll::Ready(bytes) => bytes.unwrap(),
                Poll::Pending => panic!("it is pending"),
            }
        };
        assert_eq!(bytes, b"bytes");
        reader.get_mut()[0] = b'B';
        assert_eq!(reader.into_inner(), b"Bytes");
    }
}
