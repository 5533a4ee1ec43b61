//! Everything public of `tokio::io` 1.54, and what is ours beside it.
//!
//! The first list is compiled: a name that is missing here does not build. The second says what is missing, and why; the test looks
//! that nothing stands in both, and that no name is left out of the count.

/// Makes a list of names, and imports each from `reweave::io`.
macro_rules! ours {
    ($($(#[$attribute:meta])* $($path:ident)::+,)+) => {
        #[allow(unused_imports)]
        mod imports {$(
            $(#[$attribute])*
            pub use reweave::io::$($path)::+;
        )+}

        const OURS: &[&str] = &[$(stringify!($($path)::+)),+];
    };
}

ours! {
    // Traits.
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt, AsyncWrite, AsyncWriteExt,
    // Types.
    BufReader, BufStream, BufWriter, Chain, DuplexStream, Empty, Interest, Join, Lines, ReadBuf, ReadHalf, Ready, Repeat,
    SimplexStream, Sink, Split, Stderr, Stdin, Stdout, Take, WriteHalf,
    // Functions.
    copy, copy_bidirectional, copy_bidirectional_with_sizes, copy_buf, duplex, empty, join, repeat, simplex, sink, split,
    stderr, stdin, stdout,
    // Of the standard library.
    Error, ErrorKind, Result, SeekFrom,
    #[cfg(unix)]
    unix::AsyncFd,
    #[cfg(unix)]
    unix::AsyncFdReadyGuard,
    #[cfg(unix)]
    unix::AsyncFdReadyMutGuard,
    #[cfg(unix)]
    unix::AsyncFdRegisterError,
    #[cfg(unix)]
    unix::AsyncFdTryNewError,
    #[cfg(unix)]
    unix::TryIoError,
}

/// What is missing, and why.
const MISSING: &[(&str, &str)] = &[
    (
        "bsd::Aio",
        "FreeBSD alone has it, behind an unstable flag of tokio's",
    ),
    ("bsd::AioEvent", "as `bsd::Aio`"),
    ("bsd::AioSource", "as `bsd::Aio`"),
    ("Interest::AIO", "as `bsd::Aio`"),
    ("Interest::LIO", "as `bsd::Aio`"),
    (
        "impl AsRawFd and AsFd for Stdin",
        "its lines are those of a script: there is no descriptor",
    ),
    (
        "impl AsRawFd and AsFd for Stdout",
        "what is written is captured: there is no descriptor",
    ),
    (
        "impl AsRawFd and AsFd for Stderr",
        "what is written is captured: there is no descriptor",
    ),
    (
        "impl Sync for ReadHalf and WriteHalf of what is Sync and not Send",
        "a lock promises it of what is Send; a stream that is one and not the other is not known",
    ),
];

/// The names of `tokio::io`'s index of 1.54, with those of its modules, as a count.
const TOKIOS: usize = 8 + 21 + 14 + 4 + 6 + 3;

#[test]
fn every_item_of_tokio_is_here_or_excused() {
    let excused = MISSING.iter().filter(|(name, _)| name.starts_with("bsd::"));
    assert_eq!(OURS.len() + excused.count(), TOKIOS);
    let mut names: Vec<&str> = MISSING
        .iter()
        .map(|(name, _)| *name)
        .chain(OURS.iter().copied())
        .collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all, "a name stands twice");
    for (name, why) in MISSING {
        assert!(why.len() > 10, "{name} is missing without a reason");
    }
}
