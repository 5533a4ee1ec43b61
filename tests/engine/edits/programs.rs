//! Programs with a bug each, as they were when a run was kept, and as they are after an edit.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use reweave::sync::{Mutex, Notify, mpsc, oneshot};
use reweave::task::yield_now;
use reweave::time::{Duration, sleep, timeout};
use reweave::{select, spawn};

/// What somebody did to the program since.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edit {
    None,
    /// An await more at the beginning of each task.
    AwaitBefore,
    /// An await more in the middle of each task.
    AwaitWithin,
    /// A task more, spawned before the others.
    TaskBefore,
    /// A task more, spawned after the others.
    TaskAfter,
    /// A message more, which each task sends into a channel of its own and receives.
    Message,
    /// The tasks begin after a sleep.
    Timer,
    /// Another lock, which each task takes for a moment.
    Lock,
    /// The functions stand on other lines, and their variables have other names.
    MovedAndRenamed,
    /// Parts of each task are functions of their own.
    Extracted,
    /// A message more, which `main` sends to a task that it spawns for it.
    Logger,
}

pub const EDITS: [Edit; 10] = [
    Edit::AwaitBefore,
    Edit::AwaitWithin,
    Edit::TaskBefore,
    Edit::TaskAfter,
    Edit::Message,
    Edit::Timer,
    Edit::Lock,
    Edit::MovedAndRenamed,
    Edit::Extracted,
    Edit::Logger,
];

type Program = fn(Edit) -> Pin<Box<dyn Future<Output = ()>>>;

/// Each with its name.
pub const PROGRAMS: [(&str, Program); 6] = [
    ("lost update", |edit| Box::pin(lost_update(edit))),
    ("deadlock of two locks", |edit| Box::pin(two_locks(edit))),
    ("missed notification", |edit| Box::pin(missed_notify(edit))),
    ("timeout that races", |edit| Box::pin(timeout_race(edit))),
    ("order of messages", |edit| Box::pin(channel_order(edit))),
    ("cancelled by `select!`", |edit| Box::pin(cancelled(edit))),
];

/// What every task has beside its work: where an edit puts what it adds.
#[derive(Clone)]
struct Extra {
    edit: Edit,
    lock: Arc<Mutex<u32>>,
}

impl Extra {
    fn new(edit: Edit) -> Extra {
        Extra {
            edit,
            lock: Arc::default(),
        }
    }

    async fn at_the_beginning(&self) {
        match self.edit {
            Edit::AwaitBefore => yield_now().await,
            Edit::Message => {
                let (sender, mut receiver) = mpsc::channel(1);
                sender.send(1).await.unwrap();
                assert_eq!(receiver.recv().await, Some(1));
            }
            Edit::Timer => sleep(Duration::from_millis(1)).await,
            Edit::Lock => *self.lock.lock().await += 1,
            _ => {}
        }
    }

    async fn within(&self) {
        if self.edit == Edit::AwaitWithin {
            yield_now().await;
        }
    }
}

/// Does what an edit adds to `main`, at the place of the call; a macro, so that what it spawns is spawned by the program.
macro_rules! before {
    ($edit:expr) => {
        if $edit == Edit::TaskBefore {
            spawn(async { yield_now().await });
        }
        if $edit == Edit::Logger {
            let (log, mut lines) = mpsc::channel(8);
            spawn(async move { while lines.recv().await.is_some() {} });
            log.send("begins").await.unwrap();
        }
    };
}

macro_rules! after {
    ($edit:expr) => {
        if $edit == Edit::TaskAfter {
            spawn(async { yield_now().await });
        }
    };
}

async fn lost_update(edit: Edit) {
    let total = Arc::new(Mutex::new(0));
    let extra = Extra::new(edit);
    before!(edit);
    let mut tasks = Vec::new();
    for _ in 0..3 {
        let (total, extra) = (total.clone(), extra.clone());
        tasks.push(match edit {
            Edit::MovedAndRenamed => spawn(moved::add(total, extra)),
            _ => spawn(add(total, extra)),
        });
    }
    after!(edit);
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*total.lock().await, 3, "an update is lost");
}

async fn read(total: &Mutex<u32>) -> u32 {
    *total.lock().await
}

async fn add(total: Arc<Mutex<u32>>, extra: Extra) {
    extra.at_the_beginning().await;
    let seen = match extra.edit {
        Edit::Extracted => read(&total).await,
        _ => *total.lock().await,
    };
    extra.within().await;
    *total.lock().await = seen + 1;
}

async fn two_locks(edit: Edit) {
    let locks = [Arc::new(Mutex::new(())), Arc::new(Mutex::new(()))];
    let extra = Extra::new(edit);
    before!(edit);
    let mut tasks = Vec::new();
    for nth in [0, 1, 0] {
        let (first, second) = (locks[nth].clone(), locks[1 - nth].clone());
        let extra = extra.clone();
        // Without a name of its own.
        tasks.push(spawn(async move {
            match extra.edit {
                Edit::MovedAndRenamed => moved::both(&first, &second, &extra).await,
                _ => both(&first, &second, &extra).await,
            }
        }));
    }
    after!(edit);
    for task in tasks {
        task.await.unwrap();
    }
}

async fn both(first: &Mutex<()>, second: &Mutex<()>, extra: &Extra) {
    extra.at_the_beginning().await;
    let _first = first.lock().await;
    extra.within().await;
    match extra.edit {
        Edit::Extracted => drop_at_once(second).await,
        _ => drop(second.lock().await),
    }
}

async fn drop_at_once(lock: &Mutex<()>) {
    drop(lock.lock().await);
}

async fn missed_notify(edit: Edit) {
    let shared = Arc::new((AtomicU32::new(0), Notify::new(), Mutex::new(())));
    let extra = Extra::new(edit);
    before!(edit);
    let mut tasks = Vec::new();
    for _ in 0..2 {
        tasks.push(match edit {
            Edit::MovedAndRenamed => spawn(moved::wait(shared.clone(), extra.clone())),
            _ => spawn(wait(shared.clone(), extra.clone())),
        });
    }
    tasks.push(spawn(set(shared, extra)));
    after!(edit);
    for task in tasks {
        task.await.unwrap();
    }
}

type Shared = Arc<(AtomicU32, Notify, Mutex<()>)>;

async fn wait(shared: Shared, extra: Extra) {
    extra.at_the_beginning().await;
    if shared.0.load(Relaxed) == 0 {
        drop(shared.2.lock().await);
        extra.within().await;
        shared.1.notified().await;
    }
}

async fn set(shared: Shared, extra: Extra) {
    extra.at_the_beginning().await;
    drop(shared.2.lock().await);
    extra.within().await;
    match extra.edit {
        Edit::Extracted => set_and_tell(&shared),
        _ => {
            shared.0.store(1, Relaxed);
            shared.1.notify_waiters();
        }
    }
}

fn set_and_tell(shared: &Shared) {
    shared.0.store(1, Relaxed);
    shared.1.notify_waiters();
}

async fn timeout_race(edit: Edit) {
    let (answer, answered) = oneshot::channel();
    let stock = Arc::new(Mutex::new(1));
    let extra = Extra::new(edit);
    before!(edit);
    let server = match edit {
        Edit::MovedAndRenamed => spawn(moved::serve(stock.clone(), answer, extra.clone())),
        _ => spawn(serve(stock.clone(), answer, extra.clone())),
    };
    after!(edit);
    yield_now().await;
    // As long as the server takes, which has begun.
    let got = timeout(Duration::from_secs(1), answered).await.is_ok();
    server.await.unwrap();
    let left = *stock.lock().await;
    assert_eq!(got, left == 0, "taken from the stock and not given out");
}

async fn serve(stock: Arc<Mutex<u32>>, answer: oneshot::Sender<()>, extra: Extra) {
    if extra.edit != Edit::Timer {
        extra.at_the_beginning().await;
    }
    match extra.edit {
        Edit::Timer => {
            for _ in 0..2 {
                sleep(Duration::from_millis(500)).await;
            }
        }
        _ => sleep(Duration::from_secs(1)).await,
    }
    *stock.lock().await -= 1;
    extra.within().await;
    let _ = answer.send(());
}

async fn channel_order(edit: Edit) {
    let (sender, mut receiver) = mpsc::channel(4);
    let extra = Extra::new(edit);
    before!(edit);
    for nth in 1..=3 {
        let (sender, extra) = (sender.clone(), extra.clone());
        match edit {
            Edit::MovedAndRenamed => spawn(moved::send(nth, sender, extra)),
            _ => spawn(send(nth, sender, extra)),
        };
    }
    drop(sender);
    after!(edit);
    let mut last = 0;
    while let Some(nth) = receiver.recv().await {
        assert!(nth > last, "a message overtook another");
        last = nth;
    }
}

async fn send(nth: u32, sender: mpsc::Sender<u32>, extra: Extra) {
    extra.at_the_beginning().await;
    extra.within().await;
    match extra.edit {
        Edit::Extracted => send_it(nth, &sender).await,
        _ => sender.send(nth).await.unwrap(),
    }
}

async fn send_it(nth: u32, sender: &mpsc::Sender<u32>) {
    sender.send(nth).await.unwrap();
}

async fn cancelled(edit: Edit) {
    let (sender, mut receiver) = mpsc::channel(4);
    let (stop, mut stopped) = mpsc::channel::<()>(1);
    let done = Arc::new(Mutex::new(0));
    let extra = Extra::new(edit);
    before!(edit);
    let worker = {
        let (done, extra) = (done.clone(), extra.clone());
        spawn(async move {
            extra.at_the_beginning().await;
            loop {
                // What was received is lost if the other branch is ready while it is put away.
                let goes_on = select! {
                    () = take_one(&mut receiver, &done, &extra) => true,
                    _ = stopped.recv() => false,
                };
                if !goes_on {
                    break;
                }
            }
            let mut left = 0;
            while receiver.try_recv().is_ok() {
                left += 1;
            }
            left
        })
    };
    for nth in 0..2 {
        sender.send(nth).await.unwrap();
    }
    after!(edit);
    stop.send(()).await.unwrap();
    let left: u32 = worker.await.unwrap();
    assert_eq!(left + *done.lock().await, 2, "a message is lost");
}

async fn take_one(receiver: &mut mpsc::Receiver<u32>, done: &Mutex<u32>, extra: &Extra) {
    let Some(_) = receiver.recv().await else {
        return std::future::pending().await;
    };
    extra.within().await;
    match extra.edit {
        Edit::Extracted | Edit::MovedAndRenamed => count(done).await,
        _ => *done.lock().await += 1,
    }
}

async fn count(done: &Mutex<u32>) {
    *done.lock().await += 1;
}

/// The same functions on other lines, with other names inside.
mod moved {
    use super::*;

    pub async fn serve(shop: Arc<Mutex<u32>>, reply: oneshot::Sender<()>, more: Extra) {
        more.at_the_beginning().await;
        let pause = Duration::from_secs(1);
        sleep(pause).await;
        let mut count = shop.lock().await;
        *count -= 1;
        drop(count);
        let _ = reply.send(());
    }

    pub async fn send(number: u32, channel: mpsc::Sender<u32>, more: Extra) {
        more.at_the_beginning().await;
        let sent = channel.send(number).await;
        sent.unwrap();
    }

    pub async fn wait(state: Shared, more: Extra) {
        let (flag, bell, lock) = &*state;
        more.at_the_beginning().await;
        if flag.load(Relaxed) == 0 {
            let guard = lock.lock().await;
            drop(guard);
            bell.notified().await;
        }
    }

    pub async fn both(outer: &Mutex<()>, inner: &Mutex<()>, more: &Extra) {
        more.at_the_beginning().await;
        let _outer = outer.lock().await;
        let guard = inner.lock().await;
        drop(guard);
    }

    pub async fn add(sum: Arc<Mutex<u32>>, more: Extra) {
        more.at_the_beginning().await;
        let before = *sum.lock().await;
        let after = before + 1;
        *sum.lock().await = after;
    }
}

/// The first program without its bug.
pub async fn no_update_is_lost() {
    let total = Arc::new(Mutex::new(0));
    let tasks = (0..3).map(|_| {
        let total = total.clone();
        spawn(async move { *total.lock().await += 1 })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(*total.lock().await, 3, "an update is lost");
}
