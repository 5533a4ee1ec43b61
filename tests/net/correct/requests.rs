//! Requests and answers over connections: retries, pools, breakers, several at once.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reweave as tokio;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::{Instant, interval, sleep, timeout};
use tokio::{host, progress};

use super::{Disk, disk, in_time, programs, retry, serve};

programs! {
    orders_are_placed_once,
    a_pool_gives_out_living_connections,
    requests_share_a_connection,
    a_breaker_opens_and_closes,
    a_crowded_server_serves_all_in_turn,
    a_fetch_goes_on_where_it_broke_off,
}

/// The order is asked for again under its key until it is acknowledged; the server books each key once.
async fn orders_are_placed_once() {
    let booked: Disk<BTreeMap<u64, u32>> = disk();
    let _db = host("db").start({
        let booked = booked.clone();
        move || {
            let booked = booked.clone();
            serve(5432, move |mut client| {
                let booked = booked.clone();
                async move {
                    loop {
                        let key = match client.read_u64().await {
                            Ok(key) => key,
                            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
                            Err(error) => return Err(error),
                        };
                        let amount = client.read_u32().await?;
                        booked.lock().unwrap().entry(key).or_insert(amount);
                        client.write_u64(key).await?;
                    }
                    Ok(())
                }
            })
        }
    });
    async fn place(key: u64) -> io::Result<()> {
        let mut db = TcpStream::connect("db:5432").await?;
        db.write_u64(key).await?;
        db.write_u32(7).await?;
        match db.read_u64().await? {
            acknowledged if acknowledged == key => Ok(()),
            other => panic!("{other} is acknowledged instead of {key}"),
        }
    }
    let shop = host("shop").spawn(async {
        for key in 0..20 {
            retry(|| place(key)).await;
            sleep(Duration::from_secs(1)).await;
        }
    });
    shop.await.unwrap();
    assert_eq!(
        *booked.lock().unwrap(),
        (0..20).map(|key| (key, 7)).collect()
    );
}

/// A pool of at most three connections. One that comes back is kept for a while, tried before it is used again, and thrown away after an error.
async fn a_pool_gives_out_living_connections() {
    struct Pool {
        permits: Semaphore,
        idle: Mutex<Vec<(TcpStream, Instant)>>,
    }
    impl Pool {
        async fn ask(&self, n: u8) -> io::Result<u8> {
            let _permit = self.permits.acquire().await.unwrap();
            let kept = self.idle.lock().unwrap().pop();
            let fresh = kept.filter(|(_, since)| since.elapsed() < Duration::from_secs(2));
            let mut living = None;
            if let Some((mut kept, _)) = fresh {
                let answered = in_time(ask(&mut kept, 0)).await.is_ok();
                living = answered.then_some(kept);
            }
            let mut connection = match living {
                Some(living) => living,
                None => in_time(TcpStream::connect("db:5432")).await?,
            };
            // It goes back only after a whole answer.
            let answer = in_time(ask(&mut connection, n)).await?;
            let mut idle = self.idle.lock().unwrap();
            idle.push((connection, Instant::now()));
            Ok(answer)
        }
    }
    async fn ask(connection: &mut TcpStream, n: u8) -> io::Result<u8> {
        connection.write_u8(n).await?;
        connection.read_u8().await
    }
    let _db = host("db").start(|| {
        serve(5432, |mut client| async move {
            while let Ok(n) = timeout(Duration::from_secs(10), client.read_u8()).await? {
                client.write_u8(n.wrapping_mul(2)).await?;
            }
            Ok(())
        })
    });
    let pool = Arc::new(Pool {
        permits: Semaphore::new(3),
        idle: Mutex::default(),
    });
    let askers: Vec<_> = (1..=6)
        .map(|n: u8| {
            let pool = pool.clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    loop {
                        match pool.ask(n).await {
                            Ok(answer) => break assert_eq!(answer, 2 * n),
                            Err(_) => sleep(Duration::from_millis(500)).await,
                        }
                    }
                    sleep(Duration::from_secs(1)).await;
                }
            })
        })
        .collect();
    for asker in askers {
        asker.await.unwrap();
    }
}

/// Requests of many tasks go over one connection, and answers come in any order. When it breaks, all who wait are told, and a new one is made.
async fn requests_share_a_connection() {
    type Asked = (u32, oneshot::Sender<u32>);

    let _server = host("server").start(|| {
        serve(80, |client| async move {
            let (mut reader, mut writer) = client.into_split();
            let (answers, mut ready) = mpsc::channel::<(u32, u32)>(16);
            let answering = tokio::spawn(async move {
                while let Some((id, answer)) = ready.recv().await {
                    writer.write_u32(id).await?;
                    writer.write_u32(answer).await?;
                }
                io::Result::Ok(())
            });
            while let Ok(id) = reader.read_u32().await {
                let number = reader.read_u32().await?;
                let answers = answers.clone();
                tokio::spawn(async move {
                    sleep(Duration::from_millis(u64::from(number % 5) * 20)).await;
                    // Nobody listens once the connection is broken.
                    let _ = answers.send((id, number + 1)).await;
                });
            }
            drop(answers);
            answering.await.unwrap()
        })
    });

    /// Serves the requests until the connection breaks. Those who wait then find their sender dropped.
    async fn one_connection(requests: &mut mpsc::Receiver<Asked>) -> io::Result<()> {
        let stream = in_time(TcpStream::connect("server:80")).await?;
        let (mut reader, mut writer) = stream.into_split();
        // In order, for those who wait are told in the order of the map.
        let waiting = Arc::new(Mutex::new(BTreeMap::<u32, oneshot::Sender<u32>>::new()));
        let mut reading = tokio::spawn({
            let waiting = waiting.clone();
            async move {
                loop {
                    let id = reader.read_u32().await?;
                    let answer = reader.read_u32().await?;
                    let waiter = waiting.lock().unwrap().remove(&id);
                    if let Some(waiter) = waiter {
                        // Who gave up does not hear it.
                        let _ = waiter.send(answer);
                    }
                }
            }
        });
        let mut looks = interval(Duration::from_secs(1));
        let mut next = 0;
        let ended = loop {
            tokio::select! {
                request = requests.recv() => {
                    let Some((number, waiter)) = request else {
                        break Ok(());
                    };
                    waiting.lock().unwrap().insert(next, waiter);
                    let sent = async {
                        writer.write_u32(next).await?;
                        writer.write_u32(number).await
                    };
                    if let Err(error) = in_time(sent).await {
                        break Err(error);
                    }
                    next += 1;
                }
                broken = &mut reading => break broken.unwrap(),
                _ = looks.tick() => {
                    let waiting = waiting.lock().unwrap();
                    // Who waits no longer has lost patience with this connection.
                    if waiting.values().any(|waiter| waiter.is_closed()) {
                        break Err(io::ErrorKind::TimedOut.into());
                    }
                }
            }
        };
        reading.abort();
        waiting.lock().unwrap().clear();
        ended
    }

    let (requests, mut asked) = mpsc::channel::<Asked>(8);
    let connecting = tokio::spawn(async move {
        while one_connection(&mut asked).await.is_err() {
            sleep(Duration::from_millis(200)).await;
        }
    });
    let askers: Vec<_> = (0..5)
        .map(|n: u32| {
            let requests = requests.clone();
            tokio::spawn(async move {
                for number in (n * 10)..(n * 10 + 6) {
                    let answer = retry(|| async {
                        let (sender, receiver) = oneshot::channel();
                        let sent = requests.send((number, sender)).await;
                        sent.expect("it connects as long as there are askers");
                        receiver.await.map_err(io::Error::other)
                    });
                    assert_eq!(answer.await, number + 1);
                    sleep(Duration::from_secs(1)).await;
                }
            })
        })
        .collect();
    for asker in askers {
        asker.await.unwrap();
    }
    drop(requests);
    connecting.await.unwrap();
}

/// After three failures in a row the client fails at once, for five seconds, and then tries with one request.
async fn a_breaker_opens_and_closes() {
    let _server = host("server").start(|| {
        serve(80, |client| async move {
            let mut client = BufReader::new(client);
            let mut line = String::new();
            client.read_line(&mut line).await?;
            client.write_all(line.as_bytes()).await?;
            client.shutdown().await
        })
    });
    async fn echo(line: &str) -> io::Result<String> {
        let mut server = TcpStream::connect("server:80").await?;
        server.write_all(line.as_bytes()).await?;
        let mut answer = String::new();
        server.read_to_string(&mut answer).await?;
        match answer.is_empty() {
            false => Ok(answer),
            true => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
    let done = progress("answers", Duration::from_secs(15));
    let (failures, open_until) = (Cell::new(0), Cell::new(Instant::now()));
    for n in 0..100 {
        sleep(Duration::from_secs(1)).await;
        if Instant::now() < open_until.get() {
            continue;
        }
        let line = format!("line {n}\n");
        match in_time(echo(&line)).await {
            Ok(answer) => {
                assert_eq!(answer, line);
                failures.set(0);
                done.made();
            }
            Err(_) => {
                failures.set(failures.get() + 1);
                if failures.get() >= 3 {
                    open_until.set(Instant::now() + Duration::from_secs(5));
                }
            }
        }
    }
}

/// Two at a time are served. The others wait for their turn, and the server hangs up on those who say nothing.
async fn a_crowded_server_serves_all_in_turn() {
    let most = Arc::new(Mutex::new((0, 0)));
    let _server = host("server").start({
        let most = most.clone();
        move || {
            let (most, turns) = (most.clone(), Arc::new(Semaphore::new(2)));
            serve(80, move |mut client| {
                let (most, turns) = (most.clone(), turns.clone());
                async move {
                    let _turn = turns.acquire_owned().await.unwrap();
                    {
                        let mut most = most.lock().unwrap();
                        most.0 += 1;
                        most.1 = most.1.max(most.0);
                    }
                    let served = in_time(async {
                        let n = client.read_u16().await?;
                        sleep(Duration::from_millis(50)).await;
                        client.write_u16(n).await
                    });
                    let served = served.await;
                    most.lock().unwrap().0 -= 1;
                    served
                }
            })
        }
    });
    async fn ask(n: u16) -> io::Result<u16> {
        let mut server = TcpStream::connect("server:80").await?;
        server.write_u16(n).await?;
        server.read_u16().await
    }
    let mut clients = tokio::task::JoinSet::new();
    for n in 0..12 {
        clients.spawn(async move {
            for _ in 0..3 {
                assert_eq!(retry(|| ask(n)).await, n);
            }
        });
    }
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    assert!(most.lock().unwrap().1 <= 2);
}

/// A file comes in pieces; whoever is cut off asks for the rest.
async fn a_fetch_goes_on_where_it_broke_off() {
    fn file() -> Vec<u8> {
        (0..200_000u32).map(|n| (n % 251) as u8).collect()
    }
    let _server = host("server").start(|| {
        serve(80, |mut client| async move {
            let from = client.read_u32().await? as usize;
            client.write_all(&file()[from..]).await?;
            client.shutdown().await
        })
    });
    let have = Rc::new(Cell::new(Vec::new()));
    retry(|| async {
        let mut bytes = have.take();
        let fetched = async {
            let mut server = TcpStream::connect("server:80").await?;
            server.write_u32(bytes.len() as u32).await?;
            let mut piece = vec![0; 5_000];
            loop {
                // Each piece in its time, so that what came is kept.
                match timeout(Duration::from_secs(1), server.read(&mut piece)).await?? {
                    0 => return io::Result::Ok(()),
                    n => bytes.extend_from_slice(&piece[..n]),
                }
            }
        };
        let fetched = timeout(Duration::from_secs(2), fetched).await;
        let whole = bytes.len() == file().len();
        have.set(bytes);
        match fetched {
            Ok(Ok(())) if whole => Ok(()),
            _ => Err(io::ErrorKind::TimedOut.into()),
        }
    })
    .await;
    assert_eq!(have.take(), file());
}
