//! Programs that show every kind of event and of finding between them.

use std::cell::Cell;
use std::future::{Future, pending, poll_fn};
use std::mem::forget;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;

use futures::io::AsyncBufReadExt;
use futures::{FutureExt, StreamExt};
use reweave::draw::{Draw, Kind};
use reweave::io::{AsyncReadExt, AsyncWriteExt, stdin};
use reweave::net::{self, TcpListener, TcpSocket, TcpStream, UdpSocket};
use reweave::signal::unix::{SignalKind, signal};
use reweave::sync::{Barrier, Mutex, Notify, RwLock, Semaphore, broadcast, mpsc, oneshot, watch};
use reweave::task::{JoinSet, spawn_local, yield_now};
use reweave::time::{advance, sleep, timeout};
use reweave::{
    FindingKind, Sim, Strategy, choose, explore, flip, join, note, select, spawn, watched,
};

const SECOND: Duration = Duration::from_secs(1);

async fn properties() {
    reweave::always!(1 > 2);
    reweave::unreachable!("here");
}

/// Each run as JSON lines.
pub fn runs() -> Vec<String> {
    let mut runs = Vec::new();
    let mut add = |program: fn() -> std::pin::Pin<Box<dyn Future<Output = ()>>>| {
        let sim = || {
            Sim::new()
                .stdin(["yes"])
                .max_steps_at_once(1000)
                .max_virtual_time(3_600 * SECOND)
        };
        runs.push(sim().run(program()).to_json_lines());
        for seed in 0..4 {
            runs.push(sim().seed(seed).run(program()).to_json_lines());
        }
    };
    add(|| Box::pin(properties()));
    add(|| Box::pin(tasks()));
    add(|| Box::pin(draws()));
    add(|| Box::pin(resources()));
    add(|| Box::pin(refusals()));
    add(|| Box::pin(supplies()));
    add(|| Box::pin(connections()));
    add(|| Box::pin(bad_links()));
    add(|| Box::pin(crossed_locks()));
    add(|| Box::pin(never_received()));
    add(|| Box::pin(missed_call()));
    add(|| Box::pin(poll_fn(|_| Poll::Pending)));
    add(|| Box::pin(futurelock()));
    add(|| Box::pin(abandoned_receiver()));
    add(|| Box::pin(long_hold()));
    add(|| Box::pin(leaks()));
    add(|| Box::pin(small_mistakes()));
    add(|| Box::pin(cut_off()));
    add(|| Box::pin(left_stuck()));
    add(|| Box::pin(left_with_a_permit()));
    add(|| Box::pin(unflushed()));
    add(|| Box::pin(async { panic!("in main") }));
    add(|| Box::pin(hosts()));
    add(|| Box::pin(paused()));
    add(|| Box::pin(sleeps_by_anothers_clock()));
    add(|| Box::pin(polled_after_completion()));
    add(|| Box::pin(spins(u32::MAX)));
    add(|| Box::pin(receives_from_closed()));
    add(|| Box::pin(async { while TcpStream::connect("10.9.9.9:80").await.is_err() {} }));
    add(|| Box::pin(async { sleep(7_200 * SECOND).await }));
    add(|| Box::pin(woken_from_outside()));
    runs.extend(limits());
    let starves = Sim::new().run_with(LastComeFirst, spins(30_000));
    // Its 30,000 steps are like those of others.
    let lines = starves.to_json_lines();
    let lines = lines.lines().filter(|line| line.contains("starvation"));
    runs.push(lines.collect::<Vec<_>>().join("\n"));
    let asked = Sim::new().warn(FindingKind::DroppedMessages);
    runs.push(asked.run(loses_its_queue()).to_json_lines());
    runs.push(differs());
    for seed in 0..4 {
        let faults = Sim::new().faults("hosts(pause = 2s, crash = 4s), buggify = 1, calm = 20s");
        let run = faults.seed(seed).run(gets_stuck_in_the_end());
        runs.push(run.to_json_lines());
    }
    // Some of these seeds draw that polls take time.
    for seed in 0..8 {
        let sim = Sim::new().costs(SECOND).seed(seed);
        runs.push(sim.run(tasks()).to_json_lines());
    }
    runs
}

/// Sends that are refused, and values that are missed.
async fn refusals() {
    let (sender, receiver) = mpsc::channel(1);
    let kept = sender.reserve().await.unwrap();
    sender.try_send(1).unwrap_err();
    drop((kept, receiver));
    sender.try_send(1).unwrap_err();
    let (alone, _) = watch::channel(0);
    alone.send(1).unwrap_err();
    let (sender, mut slow) = broadcast::channel(1);
    (0..3).for_each(|n| _ = sender.send(n));
    slow.recv().await.unwrap_err();
}

/// Waits of which is known how much there is of what they are for.
async fn supplies() {
    let (barrier, semaphore) = (Barrier::new(2), Semaphore::new(1));
    let (changes, mut seen) = watch::channel(0);
    let (full, _never) = mpsc::channel(1);
    full.send(1).await.unwrap();
    changes.send_replace(1);
    let _ = join!(
        barrier.wait(),
        async { semaphore.acquire_many(2).await.map(drop) },
        async { while seen.changed().await.is_ok() {} },
        full.send(2),
        async {
            select! {
                () = pending() => {}
                () = pending() => {}
            }
        },
    );
}

/// Connections that are made, used, refused and reset; and two ends that wait for each other.
async fn connections() {
    let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
    TcpListener::bind("127.0.0.1:80").await.unwrap_err();
    TcpStream::connect("127.0.0.1:81").await.unwrap_err();
    let mut client = TcpStream::connect("127.0.0.1:80").await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    client.write_all(b"ping").await.unwrap();
    server.read_exact(&mut [0; 4]).await.unwrap();
    client.set_zero_linger().unwrap();
    drop(client);
    let mut client = TcpStream::connect("127.0.0.1:80").await.unwrap();
    let full = TcpSocket::new_v4().unwrap().listen(0).unwrap();
    let port = full.local_addr().unwrap().port();
    spawn(async move {
        let (_first, _) = (TcpStream::connect(("127.0.0.1", port)).await, full);
        let _ = timeout(SECOND, TcpStream::connect(("127.0.0.1", port))).await;
    });
    spawn(async move {
        let (mut server, _) = listener.accept().await.unwrap();
        server.read_u8().await.unwrap();
        listener.accept().await.unwrap();
    });
    client.read_u8().await.unwrap();
}

async fn loses_its_queue() {
    let (sender, receiver) = mpsc::channel(4);
    sender.send(1).await.unwrap();
    drop(receiver);
}

async fn left_stuck() {
    let lock = Arc::new(Mutex::new(()));
    forget(lock.clone().lock_owned().await);
    drop(spawn(async move { drop(lock.lock().await) }));
    sleep(SECOND).await;
}

async fn left_with_a_permit() {
    let pool = Arc::new(Semaphore::new(1));
    let permit = pool.clone().acquire_owned().await.unwrap();
    drop(spawn(async move {
        pending::<()>().await;
        drop(permit);
    }));
    timeout(SECOND, pool.acquire()).await.unwrap_err();
}

async fn unflushed() {
    let (client, mut server) = reweave::io::duplex(64);
    let mut client = reweave::io::BufWriter::new(client);
    client.write_all(b"ping").await.unwrap();
    spawn(async move { server.read_u8().await });
    client.read_u8().await.unwrap();
}

async fn tasks() {
    note!("a note");
    reweave::println!("a line");
    let aborted = spawn(pending::<()>());
    yield_now().await;
    aborted.abort();
    assert!(aborted.await.unwrap_err().is_cancelled());
    assert!(
        spawn(async { panic!("seen") })
            .await
            .unwrap_err()
            .is_panic()
    );
    let mut set = JoinSet::new();
    // So many that the trace does not name each.
    (0..70).for_each(|_| drop(set.spawn(sleep(SECOND))));
    let _ = timeout(SECOND / 2, set.join_next()).await;
    while set.join_next().await.is_some() {}
    advance(SECOND).await;
    let mut lines = stdin().lines();
    while lines.next().await.is_some() {}
}

async fn draws() {
    let drawn = watched("drawn", 0);
    drawn.set(choose(0..3));
    drawn.get();
    flip(0.5);
    let ticks = || async { sleep(SECOND).await };
    let others = (0..3).map(|_| spawn(ticks())).collect::<Vec<_>>();
    select! {
        () = ticks() => {}
        () = yield_now() => {}
    }
    for other in others {
        other.await.unwrap();
    }
}

async fn resources() {
    let (mutex, lock, pool) = (Mutex::new(()), RwLock::new(()), Semaphore::new(1));
    drop(mutex.lock().await);
    drop(lock.read().await);
    drop(lock.write().await);
    let permit = pool.acquire().await.unwrap();
    join!(async { drop(pool.acquire().await) }, async {
        yield_now().await;
        drop(permit);
    });
    pool.close();
    let notify = Arc::new(Notify::new());
    let waits = spawn({
        let notify = notify.clone();
        async move {
            notify.notified().await;
            notify.notified().await;
        }
    });
    sleep(SECOND).await;
    notify.notify_one();
    sleep(SECOND).await;
    notify.notify_waiters();
    waits.await.unwrap();
    let (sender, mut receiver) = mpsc::channel(1);
    sender.send(1).await.unwrap();
    receiver.recv().await.unwrap();
    receiver.close();
    let (sender, receiver) = oneshot::channel();
    sender.send(1).unwrap();
    receiver.await.unwrap();
    let (sender, mut receiver) = watch::channel(0);
    sender.send(1).unwrap();
    receiver.changed().await.unwrap();
    let (sender, mut receiver) = broadcast::channel(2);
    sender.send(1).unwrap();
    receiver.recv().await.unwrap();
    Barrier::new(1).wait().await;
}

/// All that can be done to a link, and that can become of a packet.
async fn bad_links() {
    let db = reweave::host("db");
    let server = db.spawn(async {
        let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_exact(&mut [0; 12]).await.unwrap();
    });
    sleep(SECOND).await;
    let mut stream = TcpStream::connect("db:80").await.unwrap();
    net::partition("main", &db);
    stream.write_all(b"cut ").await.unwrap();
    sleep(SECOND).await;
    net::heal();
    net::hold("main", &db);
    stream.write_all(b"held").await.unwrap();
    net::release("main", &db);
    net::clog("main", &db, SECOND);
    net::all_links()
        .latency(net::Latency::heavy_tail(SECOND / 100))
        .segmentation(1.0)
        .duplication(1.0)
        .reordering(1.0);
    stream.write_all(b"late").await.unwrap();
    server.await.unwrap();
    let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
    for loss in [0.0, 1.0] {
        net::link("main", &db).loss(loss);
        socket.send_to(b"?", "db:53").await.unwrap();
        sleep(SECOND).await;
    }
}

async fn crossed_locks() {
    let (left, right) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
    let cross = |first: Arc<Mutex<()>>, second: Arc<Mutex<()>>| async move {
        let _first = first.lock().await;
        yield_now().await;
        let _second = second.lock().await;
    };
    let one = spawn(cross(left.clone(), right.clone()));
    let two = spawn(cross(right, left));
    one.await.unwrap();
    two.await.unwrap();
}

/// A full channel whose receiver waits for something else.
async fn never_received() {
    let (sender, mut receiver) = mpsc::channel(1);
    let receives = spawn(async move {
        receiver.recv().await;
        sleep(Duration::MAX).await;
        receiver.recv().await;
    });
    for n in 0..3 {
        sender.send(n).await.unwrap();
    }
    receives.await.unwrap();
}

/// Notifies before anybody waits.
async fn missed_call() {
    let notify = Arc::new(Notify::new());
    notify.notify_waiters();
    notify.notified().await;
}

async fn locked_for(lock: Arc<Mutex<()>>, time: Duration) {
    let _guard = lock.lock().await;
    sleep(time).await;
}

async fn futurelock() {
    let lock = Arc::new(Mutex::new(()));
    drop(spawn(locked_for(lock.clone(), 5 * SECOND)));
    sleep(SECOND).await;
    let mut first = pin!(locked_for(lock.clone(), SECOND));
    select! {
        () = &mut first => {}
        () = sleep(SECOND) => locked_for(lock, SECOND).await,
    }
}

async fn abandoned_receiver() {
    let (sender, mut receiver) = mpsc::channel(8);
    let producer = spawn(async move {
        sleep(SECOND).await;
        sender.send(1).await.unwrap();
        sender.send(2).await.unwrap();
    });
    let mut consumer = pin!(async { while receiver.recv().await.is_some() {} });
    select! {
        () = &mut consumer => {}
        () = sleep(SECOND / 2) => {}
    }
    producer.await.unwrap();
}

async fn long_hold() {
    let lock = Arc::new(Mutex::new(()));
    let guard = lock.clone().lock_owned().await;
    let other = spawn(locked_for(lock, SECOND));
    sleep(20 * SECOND).await;
    drop(guard);
    other.await.unwrap();
}

async fn leaks() {
    let (lock, pool) = (Arc::new(Mutex::new(())), Semaphore::new(2));
    forget(lock.lock_owned().await);
    pool.acquire().await.unwrap().forget();
    pool.acquire().await.unwrap().forget();
    pool.add_permits(1);
}

/// What warns, and what blocks.
async fn small_mistakes() {
    drop(sleep(SECOND));
    reweave::thread::sleep(SECOND);
    drop(spawn(async { panic!("lost") }));
    sleep(SECOND).await;
}

/// Tasks that nobody awaits, one that panics when it is dropped among them.
async fn cut_off() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("in a destructor");
        }
    }
    let panics = Panics;
    spawn(async move {
        sleep(SECOND).await;
        drop(panics);
    });
    spawn(pending::<()>());
    let (sender, receiver) = oneshot::channel::<()>();
    spawn(receiver.map(drop));
    yield_now().await;
    spawn(async {});
    drop(sender);
}

async fn polled_after_completion() {
    let mut handle = spawn(async {});
    (&mut handle).await.unwrap();
    let _ = (&mut handle).await;
}

async fn spins(rounds: u32) {
    let flag = Rc::new(Cell::new(false));
    let sets = spawn_local({
        let flag = flag.clone();
        async move { flag.set(rounds < u32::MAX) }
    });
    for _ in 0..rounds {
        if flag.get() {
            break;
        }
        yield_now().await;
    }
    sets.await.unwrap();
}

async fn woken_from_outside() {
    let mut first = true;
    poll_fn(|cx| {
        if !std::mem::take(&mut first) {
            return Poll::Ready(());
        }
        let waker = cx.waker().clone();
        std::thread::spawn(move || waker.wake()).join().unwrap();
        Poll::Pending
    })
    .await;
}

fn limits() -> Vec<String> {
    let busy = || async {
        let others = (0..3).map(|_| spawn(sleep(SECOND))).collect::<Vec<_>>();
        for other in others {
            other.await.unwrap();
        }
    };
    let slow = || async {
        std::thread::sleep(Duration::from_millis(2));
        spins(u32::MAX).await;
    };
    vec![
        Sim::new().max_steps(3).run(busy()).to_json_lines(),
        Sim::new().max_tasks(2).run(busy()).to_json_lines(),
        Sim::new()
            .max_virtual_time(SECOND / 2)
            .run(busy())
            .to_json_lines(),
        Sim::new()
            .max_wall_time(Duration::from_millis(1))
            .run(slow())
            .to_json_lines(),
    ]
}

/// Prefers who came last, as a stack does.
struct LastComeFirst;

impl Strategy for LastComeFirst {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        match draw.kind() {
            Kind::Task => draw.candidates() - 1,
            _ => 0,
        }
    }
}

/// No two runs of this program are the same.
fn differs() -> String {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    let program = || async { sleep(Duration::from_secs(RUNS.fetch_add(1, Relaxed))).await };
    let found = explore(program).seeds(0..2).verify_every(1).run();
    found.failure().expect("two runs differ").to_json_lines()
}

async fn hosts() {
    let db = reweave::host("db").start(|| async {
        let listener = TcpListener::bind("0.0.0.0:80").await.unwrap();
        let (_stream, _) = listener.accept().await.unwrap();
        std::future::pending::<()>().await;
    });
    sleep(Duration::from_secs(1)).await;
    let mut stream = TcpStream::connect("db:80").await.unwrap();
    stream.write_all(b"over the wire").await.unwrap();
    sleep(Duration::from_secs(1)).await;
    db.crash();
    db.restart();
    db.pause();
    db.resume();
    db.power_off();
    db.restart();
    db.spawn(async {
        let mut stop = signal(SignalKind::terminate()).unwrap();
        stop.recv().await;
    });
    let asked = reweave::host("asked").start(|| async {
        signal(SignalKind::terminate()).unwrap().recv().await;
    });
    sleep(Duration::from_secs(1)).await;
    db.stop();
    asked.stop();
    let skewed = reweave::host("skewed");
    let clock = skewed.clock();
    clock.drift_ppm(-20).drift_ppm(30);
    clock.jump_ahead(SECOND).jump_back(SECOND);
    db.signal(SignalKind::hangup());
}

/// A deadline that is of another clock.
async fn sleeps_by_anothers_clock() {
    let slow = reweave::host("slow");
    slow.clock().drift_ppm(-20);
    let made = slow.spawn(futures::future::lazy(|_| sleep(SECOND)));
    made.await.unwrap().await;
}

/// Faults strike, and it recovers from all but the last.
async fn gets_stuck_in_the_end() {
    let orders = reweave::progress("orders", SECOND);
    reweave::host("db").start(pending::<()>);
    for _ in 0..20 {
        reweave::buggify!(0.5);
        sleep(SECOND).await;
        orders.made();
    }
    sleep(10 * SECOND).await;
}

async fn paused() {
    let db = reweave::host("db");
    let query = db.spawn(async {});
    db.pause();
    query.await.unwrap();
}

async fn receives_from_closed() {
    let (sender, mut receiver) = reweave::sync::mpsc::channel::<u32>(1);
    drop(sender);
    loop {
        let _ = receiver.recv().await;
    }
}
