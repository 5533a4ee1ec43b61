//! Where a resource was made is a place in the code of the user, whatever made it.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;

use futures::{AsyncReadExt, AsyncWriteExt};
use reweave::finding::{Awaited, Detail, ResourceKind};
use reweave::sync::{
    Barrier, Mutex, Notify, OnceCell, RwLock, Semaphore, SetOnce, broadcast, mpsc, oneshot, watch,
};
use reweave::{Sim, io};

thread_local!(static LINE: Cell<u32> = const { Cell::new(0) });

/// Makes a resource, and notes on which line.
macro_rules! made {
    ($make:expr) => {{
        LINE.set(line!());
        $make
    }};
}

/// Waits for what never comes, and looks where that was made.
#[track_caller]
fn made_here(kind: ResourceKind, waits: impl Future + 'static) {
    let run = Sim::new().run(async {
        waits.await;
    });
    let Detail::Deadlock(deadlock) = run.findings()[0].detail() else {
        panic!("{run}");
    };
    let Awaited::Resource { resource, .. } = &deadlock.waiting[0].waits[0].awaited else {
        panic!("{run}");
    };
    let made = resource.made.as_ref().expect("it was made inside the run");
    assert_eq!(resource.kind, kind);
    assert_eq!((made.file(), made.line()), (file!(), LINE.get()));
}

async fn locks(mutex: Mutex<()>) {
    let _guard = mutex.lock().await;
    drop(mutex.lock().await);
}

async fn writes(lock: RwLock<()>) {
    let _guard = lock.write().await;
    drop(lock.read().await);
}

#[test]
fn locks_and_semaphores() {
    let mutex = |make: fn() -> Mutex<()>| {
        made_here(ResourceKind::Mutex, async move { locks(make()).await })
    };
    mutex(|| made!(Mutex::new(())));
    mutex(|| made!(Mutex::default()));
    mutex(|| made!(Mutex::from(())));
    let lock = |make: fn() -> RwLock<()>| {
        made_here(ResourceKind::RwLock, async move { writes(make()).await })
    };
    lock(|| made!(RwLock::new(())));
    lock(|| made!(RwLock::with_max_readers((), 3)));
    lock(|| made!(RwLock::default()));
    made_here(ResourceKind::Semaphore, async {
        let semaphore = made!(Semaphore::new(0));
        drop(semaphore.acquire().await);
    });
}

#[test]
fn cells() {
    let cell = |make: fn() -> OnceCell<u8>| {
        made_here(ResourceKind::OnceCell, async move {
            let cell = make();
            let mut first = pin!(cell.get_or_init(std::future::pending));
            let poll_first = poll_fn(|cx| std::task::Poll::Ready(first.as_mut().poll(cx)));
            assert!(poll_first.await.is_pending());
            cell.get_or_init(|| async { 1 }).await;
        });
    };
    cell(|| made!(OnceCell::new()));
    cell(|| made!(OnceCell::new_with(None)));
    cell(|| made!(OnceCell::default()));
    cell(|| made!(OnceCell::const_new().clone()));
    let set_once = |make: fn() -> SetOnce<u8>| {
        made_here(ResourceKind::SetOnce, async move {
            make().wait().await;
        });
    };
    set_once(|| made!(SetOnce::new()));
    set_once(|| made!(SetOnce::new_with(None)));
    set_once(|| made!(SetOnce::default()));
    set_once(|| made!(SetOnce::const_new().clone()));
}

#[test]
fn signals() {
    made_here(ResourceKind::Notify, async {
        made!(Notify::new()).notified().await;
    });
    made_here(ResourceKind::Notify, async {
        made!(Notify::default()).notified().await;
    });
    made_here(ResourceKind::Barrier, async {
        made!(Barrier::new(2)).wait().await;
    });
}

#[test]
fn channels() {
    made_here(ResourceKind::Mpsc, async {
        let (_sender, mut receiver) = made!(mpsc::channel::<u8>(1));
        receiver.recv().await;
    });
    made_here(ResourceKind::UnboundedMpsc, async {
        let (_sender, mut receiver) = made!(mpsc::unbounded_channel::<u8>());
        receiver.recv().await;
    });
    made_here(ResourceKind::Oneshot, async {
        let (_sender, receiver) = made!(oneshot::channel::<u8>());
        let _ = receiver.await;
    });
    made_here(ResourceKind::Broadcast, async {
        let (_sender, mut receiver) = made!(broadcast::channel::<u8>(1));
        let _ = receiver.recv().await;
    });
    made_here(ResourceKind::Broadcast, async {
        let sender = made!(broadcast::Sender::<u8>::new(1));
        let _ = sender.subscribe().recv().await;
    });
    made_here(ResourceKind::Watch, async {
        let (_sender, mut receiver) = made!(watch::channel(1));
        let _ = receiver.changed().await;
    });
    made_here(ResourceKind::Watch, async {
        let sender = made!(watch::Sender::new(1));
        let _ = sender.subscribe().changed().await;
    });
    made_here(ResourceKind::Watch, async {
        let sender = made!(watch::Sender::<u8>::default());
        let _ = sender.subscribe().changed().await;
    });
}

#[test]
fn pipes() {
    made_here(ResourceKind::Pipe, async {
        let (mut one, _other) = made!(io::duplex(1));
        let _ = one.read(&mut [0]).await;
    });
    made_here(ResourceKind::Pipe, async {
        let (_reader, mut writer) = made!(io::simplex(1));
        let _ = writer.write_all(&[1, 2]).await;
    });
    made_here(ResourceKind::Pipe, async {
        let _ = made!(io::SimplexStream::new_unsplit(1))
            .read(&mut [0])
            .await;
    });
}
