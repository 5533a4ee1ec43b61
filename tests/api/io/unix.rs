//! `AsyncFd`: whoever makes one is refused, and told why.

use std::io::{ErrorKind, Result, stdin};
use std::os::fd::{AsFd, AsRawFd};

use reweave::io::unix::{AsyncFd, AsyncFdReadyGuard, AsyncFdReadyMutGuard, TryIoError};
use reweave::io::{Interest, Ready};

#[test]
fn each_way_to_make_one_is_refused_in_words() {
    let both = Interest::READABLE | Interest::WRITABLE;
    let errors = [
        AsyncFd::new(stdin()).unwrap_err(),
        AsyncFd::with_interest(stdin(), both).unwrap_err(),
        AsyncFd::try_new(stdin()).unwrap_err().into(),
        AsyncFd::try_with_interest(stdin(), both)
            .unwrap_err()
            .into(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        let words = error.to_string();
        assert!(
            words.starts_with("`AsyncFd` is refused in a simulation"),
            "{words}"
        );
    }
    let error = AsyncFd::try_new(stdin()).unwrap_err();
    assert!(error.to_string().contains("reweave::io::duplex"));
    assert!(format!("{error:?}").contains("Unsupported"));
    let (given, error) = error.into_parts();
    assert_eq!(given.as_raw_fd(), 0);
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

/// Compiled and never run: what code for tokio calls on one.
async fn all_of_it<T: AsRawFd>(mut fd: AsyncFd<T>, read: fn(&T) -> Result<u8>) -> Result<T> {
    let mut guard: AsyncFdReadyGuard<'_, T> = fd.readable().await?;
    let _: std::result::Result<Result<u8>, TryIoError> = guard.try_io(|fd| read(fd.get_ref()));
    guard.clear_ready_matching(Ready::READABLE);
    guard.retain_ready();
    guard.clear_ready();
    let _ = (guard.ready(), guard.get_ref(), guard.get_inner());
    let mut guard: AsyncFdReadyMutGuard<'_, T> = fd.readable_mut().await?;
    let _ = guard.try_io(|fd| read(fd.get_mut()));
    guard.clear_ready_matching(Ready::READABLE);
    guard.retain_ready();
    guard.clear_ready();
    let _ = (guard.ready(), guard.get_ref(), guard.get_inner());
    let _ = guard.get_inner_mut();
    let _ = guard.get_mut();
    std::future::poll_fn(|cx| fd.poll_read_ready(cx).map_ok(drop)).await?;
    std::future::poll_fn(|cx| fd.poll_write_ready(cx).map_ok(drop)).await?;
    std::future::poll_fn(|cx| fd.poll_read_ready_mut(cx).map_ok(drop)).await?;
    std::future::poll_fn(|cx| fd.poll_write_ready_mut(cx).map_ok(drop)).await?;
    let _ = fd.writable().await?;
    let _ = fd.writable_mut().await?;
    let _ = fd.ready(Interest::READABLE).await?;
    let _ = fd.ready_mut(Interest::READABLE).await?;
    fd.async_io(Interest::READABLE, read).await?;
    fd.async_io_mut(Interest::READABLE, |fd| read(fd)).await?;
    fd.try_io(Interest::READABLE, read)?;
    fd.try_io_mut(Interest::READABLE, |fd| read(fd))?;
    let _ = (fd.as_raw_fd(), fd.as_fd(), fd.get_ref());
    let _ = fd.get_mut();
    Ok(fd.into_inner())
}

#[test]
fn code_that_uses_one_compiles() {
    let _ = all_of_it::<std::io::Stdin>;
}
