//! Three families of traits, one implementation.
//!
//! The same traits exist three times: here, in `futures::io`, and in the real tokio. Our types implement ours by hand; the
//! macros below make the others of that: those of `futures`, and with the feature `tokio` those of tokio.
//!
//! ```text
//!   ours          poll_read(cx, &mut ReadBuf)      poll_fill_buf, consume   poll_write, poll_flush, poll_shutdown
//!                   │ also_reads!                    │ also_buffers!          │ also_writes!
//!   futures::io   poll_read(cx, &mut [u8])         the same                 the same, but poll_close
//!   tokio::io     the same                         the same                 the same
//! ```
//!
//! A poll that waits has the place of who called it, if that is the user's: so they track their callers.
//!
//! Seeking is passed on to tokio's trait alone (`also_seeks!`): that of `futures` begins anew with each poll, so a seek that
//! waits would need a memory of its own.

/// The other families' `AsyncRead` for types that implement ours.
macro_rules! also_reads {
    ($([$($generics:tt)*] $Type:ty),+ $(,)?) => {$(
        impl<$($generics)*> ::futures::io::AsyncRead for $Type
        where
            $Type: $crate::api::io::async_read::AsyncRead,
        {
            #[track_caller]
            fn poll_read(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                buffer: &mut [u8],
            ) -> ::std::task::Poll<::std::io::Result<usize>> {
                let mut buffer = $crate::api::io::read_buf::ReadBuf::new(buffer);
                ::std::task::ready!($crate::api::io::async_read::AsyncRead::poll_read(self, cx, &mut buffer))?;
                ::std::task::Poll::Ready(Ok(buffer.filled().len()))
            }
        }

        #[cfg(feature = "tokio")]
        impl<$($generics)*> ::tokio::io::AsyncRead for $Type
        where
            $Type: $crate::api::io::async_read::AsyncRead,
        {
            #[track_caller]
            fn poll_read(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                buffer: &mut ::tokio::io::ReadBuf<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                let mut free = $crate::api::io::read_buf::ReadBuf::new(buffer.initialize_unfilled());
                ::std::task::ready!($crate::api::io::async_read::AsyncRead::poll_read(self, cx, &mut free))?;
                let read = free.filled().len();
                buffer.advance(read);
                ::std::task::Poll::Ready(Ok(()))
            }
        }
    )+};
}

/// The other families' `AsyncBufRead` for types that implement ours.
macro_rules! also_buffers {
    (@ $AsyncBufRead:path, [$($generics:tt)*] $Type:ty $(, #[$attribute:meta])?) => {
        $(#[$attribute])?
        impl<$($generics)*> $AsyncBufRead for $Type
        where
            $Type: $crate::api::io::async_buf_read::AsyncBufRead,
        {
            fn poll_fill_buf(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<&[u8]>> {
                $crate::api::io::async_buf_read::AsyncBufRead::poll_fill_buf(self, cx)
            }

            fn consume(self: ::std::pin::Pin<&mut Self>, amount: usize) {
                $crate::api::io::async_buf_read::AsyncBufRead::consume(self, amount);
            }
        }
    };
    ($($generics_and_type:tt)+) => {
        also_buffers!(@ ::futures::io::AsyncBufRead, $($generics_and_type)+);
        also_buffers!(@ ::tokio::io::AsyncBufRead, $($generics_and_type)+, #[cfg(feature = "tokio")]);
    };
}

/// The other families' `AsyncWrite` for types that implement ours.
macro_rules! also_writes {
    (@ $AsyncWrite:path, $poll_shutdown:ident, [$($generics:tt)*] $Type:ty, { $($more:tt)* } $(, #[$attribute:meta])?) => {
        $(#[$attribute])?
        impl<$($generics)*> $AsyncWrite for $Type
        where
            $Type: $crate::api::io::async_write::AsyncWrite,
        {
            #[track_caller]
            fn poll_write(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                bytes: &[u8],
            ) -> ::std::task::Poll<::std::io::Result<usize>> {
                $crate::api::io::async_write::AsyncWrite::poll_write(self, cx, bytes)
            }

            #[track_caller]
            fn poll_write_vectored(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
                parts: &[::std::io::IoSlice<'_>],
            ) -> ::std::task::Poll<::std::io::Result<usize>> {
                $crate::api::io::async_write::AsyncWrite::poll_write_vectored(self, cx, parts)
            }

            fn poll_flush(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                $crate::api::io::async_write::AsyncWrite::poll_flush(self, cx)
            }

            fn $poll_shutdown(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<()>> {
                $crate::api::io::async_write::AsyncWrite::poll_shutdown(self, cx)
            }

            $($more)*
        }
    };
    ($($generics_and_type:tt)+) => {
        also_writes!(@ ::futures::io::AsyncWrite, poll_close, $($generics_and_type)+, {});
        also_writes!(@ ::tokio::io::AsyncWrite, poll_shutdown, $($generics_and_type)+, {
            fn is_write_vectored(&self) -> bool {
                $crate::api::io::async_write::AsyncWrite::is_write_vectored(self)
            }
        }, #[cfg(feature = "tokio")]);
    };
}

/// tokio's `AsyncSeek` for types that implement ours.
macro_rules! also_seeks {
    ([$($generics:tt)*] $Type:ty) => {
        #[cfg(feature = "tokio")]
        impl<$($generics)*> ::tokio::io::AsyncSeek for $Type
        where
            $Type: $crate::api::io::async_seek::AsyncSeek,
        {
            fn start_seek(
                self: ::std::pin::Pin<&mut Self>,
                position: ::std::io::SeekFrom,
            ) -> ::std::io::Result<()> {
                $crate::api::io::async_seek::AsyncSeek::start_seek(self, position)
            }

            fn poll_complete(
                self: ::std::pin::Pin<&mut Self>,
                cx: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<::std::io::Result<u64>> {
                $crate::api::io::async_seek::AsyncSeek::poll_complete(self, cx)
            }
        }
    };
}
