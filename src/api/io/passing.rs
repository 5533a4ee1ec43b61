//! Implementations of our traits that pass everything on to something inside.
//!
//! ```text
//!   impl<R: AsyncRead, W> AsyncRead for Join<R, W> {
//!       reads_by!(|this| this.project().reader);       // the methods, each on this pinned reader
//!   }
//! ```
//!
//! The trait has to be in scope where it is implemented.

/// The methods of our `AsyncRead`, by the pinned reader inside.
macro_rules! reads_by {
    (|$this:ident| $reader:expr) => {
        fn poll_read(
            self: ::std::pin::Pin<&mut Self>,
            cx: &mut ::std::task::Context<'_>,
            buf: &mut $crate::api::io::read_buf::ReadBuf<'_>,
        ) -> ::std::task::Poll<::std::io::Result<()>> {
            let $this = self;
            $reader.poll_read(cx, buf)
        }
    };
}

/// The methods of our `AsyncBufRead`, by the pinned reader inside.
macro_rules! buffers_by {
    (|$this:ident| $reader:expr) => {
        fn poll_fill_buf(
            self: ::std::pin::Pin<&mut Self>,
            cx: &mut ::std::task::Context<'_>,
        ) -> ::std::task::Poll<::std::io::Result<&[u8]>> {
            let $this = self;
            $reader.poll_fill_buf(cx)
        }

        fn consume(self: ::std::pin::Pin<&mut Self>, amt: usize) {
            let $this = self;
            $reader.consume(amt);
        }
    };
}

/// The methods of our `AsyncWrite`, by the pinned writer inside, and by one that is only looked at.
macro_rules! writes_by {
    (|$this:ident| $writer:expr, |$shared:ident| $vectored:expr) => {
        fn poll_write(
            self: ::std::pin::Pin<&mut Self>,
            cx: &mut ::std::task::Context<'_>,
            buf: &[u8],
        ) -> ::std::task::Poll<::std::io::Result<usize>> {
            let $this = self;
            $writer.poll_write(cx, buf)
        }

        fn poll_write_vectored(
            self: ::std::pin::Pin<&mut Self>,
            cx: &mut ::std::task::Context<'_>,
            bufs: &[::std::io::IoSlice<'_>],
        ) -> ::std::task::Poll<::std::io::Result<usize>> {
            let $this = self;
            $writer.poll_write_vectored(cx, bufs)
        }

        fn is_write_vectored(&self) -> bool {
            let $shared = self;
            $vectored
        }

        fn poll_flush(
            self: ::std::pin::Pin<&mut Self>,
            cx: &mut ::std::task::Context<'_>,
        ) -> ::std::task::Poll<::std::io::Result<()>> {
            let $this = self;
            $writer.poll_flush(cx)
        }

        fn poll_shutdown(
            self: ::std::pin::Pin<&mut Self>,
            cx: &mut ::std::task::Context<'_>,
        ) -> ::std::task::Poll<::std::io::Result<()>> {
            let $this = self;
            $writer.poll_shutdown(cx)
        }
    };
}

/// The methods of our `AsyncSeek`, by what is pinned inside.
macro_rules! seeks_by {
    (|$this:ident| $inner:expr) => {
        fn start_seek(
            self: ::std::pin::Pin<&mut Self>,
            position: ::std::io::SeekFrom,
        ) -> ::std::io::Result<()> {
            let $this = self;
            $inner.start_seek(position)
        }

        fn poll_complete(
            self: ::std::pin::Pin<&mut Self>,
            cx: &mut ::std::task::Context<'_>,
        ) -> ::std::task::Poll<::std::io::Result<u64>> {
            let $this = self;
            $inner.poll_complete(cx)
        }
    };
}
