//! Two families of traits, one implementation.
//!
//! The same three traits exist twice: in `futures::io` and in `tokio::io`. Each type here implements those of
//! `futures`; with the feature `tokio`, the macros below add those of `tokio`, which only pass on.
//!
//! ```text
//!   futures::io::AsyncRead      poll_read(cx, &mut [u8]) -> usize       ◄── written by hand
//!   tokio::io::AsyncRead        poll_read(cx, &mut ReadBuf)             ◄── tokio_reads!
//!   futures::io::AsyncBufRead   poll_fill_buf, consume                  ◄── written by hand
//!   tokio::io::AsyncBufRead     the same                                ◄── tokio_reads_buffered!
//!   futures::io::AsyncWrite     poll_write, poll_flush, poll_close      ◄── written by hand
//!   tokio::io::AsyncWrite       the same, but poll_shutdown             ◄── tokio_writes!
//! ```

/// `tokio::io::AsyncRead` for types that implement `futures::io::AsyncRead`.
macro_rules! tokio_reads {
    ($($Type:ty),+) => {$(
        #[cfg(feature = "tokio")]
        impl ::tokio::io::AsyncRead for $Type {
            fn poll_read(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                buffer: &mut ::tokio::io::ReadBuf<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                let free = buffer.initialize_unfilled();
                let read = ::std::task::ready!(::futures::io::AsyncRead::poll_read(self, cx, free))?;
                buffer.advance(read);
                ::std::task::Poll::Ready(Ok(()))
            }
        }
    )+};
}

/// `tokio::io::AsyncBufRead` for types that implement `futures::io::AsyncBufRead`.
macro_rules! tokio_reads_buffered {
    ($Type:ty) => {
        #[cfg(feature = "tokio")]
        impl ::tokio::io::AsyncBufRead for $Type {
            fn poll_fill_buf(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<&[u8]>> {
                ::futures::io::AsyncBufRead::poll_fill_buf(self, cx)
            }

            fn consume(self: ::std::pin::Pin<&mut Self>, amount: usize) {
                ::futures::io::AsyncBufRead::consume(self, amount);
            }
        }
    };
}

/// `tokio::io::AsyncWrite` for types that implement `futures::io::AsyncWrite`, gathering included.
macro_rules! tokio_writes {
    ($($Type:ty),+) => {$(
        #[cfg(feature = "tokio")]
        impl ::tokio::io::AsyncWrite for $Type {
            fn poll_write(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                bytes: &[u8],
            ) -> ::std::task::Poll<::std::io::Result<usize>> {
                ::futures::io::AsyncWrite::poll_write(self, cx, bytes)
            }

            fn poll_write_vectored(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                parts: &[::std::io::IoSlice<'_>],
            ) -> ::std::task::Poll<::std::io::Result<usize>> {
                ::futures::io::AsyncWrite::poll_write_vectored(self, cx, parts)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            fn poll_flush(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                ::futures::io::AsyncWrite::poll_flush(self, cx)
            }

            fn poll_shutdown(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                ::futures::io::AsyncWrite::poll_close(self, cx)
            }
        }
    )+};
}
