//! Datagrams, which may be lost, come twice, or in another order.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reweave as tokio;
use tokio::net::UdpSocket;
use tokio::time::{Instant, interval, sleep, timeout};
use tokio::{host, progress};

use super::programs;

programs! {
    a_monitor_hears_heartbeats,
    gossip_reaches_everybody,
    a_file_goes_over_block_by_block,
    a_counter_counts_each_request_once,
}

/// Workers send a beat each second. Who is silent for five is taken for dead, and for alive with its next beat.
async fn a_monitor_hears_heartbeats() {
    let _workers: Vec<_> = (0..3)
        .map(|n: u8| {
            host(format!("worker{n}")).start(move || async move {
                let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
                let mut beats = interval(Duration::from_secs(1));
                loop {
                    beats.tick().await;
                    // An error tells of an earlier one that nobody heard.
                    let _ = socket.send_to(&[n], "main:9000").await;
                }
            })
        })
        .collect();
    let monitor = UdpSocket::bind("0.0.0.0:9000").await.unwrap();
    let all_alive = progress("all alive", Duration::from_secs(10));
    let mut last = BTreeMap::new();
    let mut looks = interval(Duration::from_secs(1));
    for _ in 0..120 {
        let mut buffer = [0; 8];
        loop {
            tokio::select! {
                received = monitor.recv_from(&mut buffer) => {
                    let (length, _) = received.unwrap();
                    assert_eq!(length, 1);
                    last.insert(buffer[0], Instant::now());
                }
                _ = looks.tick() => break,
            }
        }
        let alive = |last: &Instant| last.elapsed() < Duration::from_secs(5);
        if last.values().filter(|&last| alive(last)).count() == 3 {
            all_alive.made();
        }
    }
}

/// Everybody tells one other, each second, the highest version it has heard of from everybody. In the end all agree.
async fn gossip_reaches_everybody() {
    const PEERS: usize = 4;
    type Known = [u8; PEERS];

    let known: Arc<[Mutex<Known>]> = (0..PEERS).map(|_| Mutex::default()).collect();
    let _peers: Vec<_> = (0..PEERS)
        .map(|me| {
            let known = known.clone();
            host(format!("peer{me}")).start(move || {
                let known = known.clone();
                async move {
                    let socket = UdpSocket::bind("0.0.0.0:7946").await.unwrap();
                    let mut rounds = interval(Duration::from_secs(1));
                    let mut next = me;
                    let mut heard = [0; 64];
                    loop {
                        tokio::select! {
                            _ = rounds.tick() => {
                                let told = {
                                    let mut known = known[me].lock().unwrap();
                                    known[me] = known[me].saturating_add(1).min(60);
                                    *known
                                };
                                next = (next + 1) % PEERS;
                                if next != me {
                                    let _ = socket.send_to(&told, format!("peer{next}:7946")).await;
                                }
                            }
                            received = socket.recv_from(&mut heard) => {
                                // An error is the answer to something that was sent before.
                                let Ok((length, _)) = received else { continue };
                                let mut known = known[me].lock().unwrap();
                                for (mine, theirs) in known.iter_mut().zip(&heard[..length]) {
                                    *mine = (*mine).max(*theirs);
                                }
                            }
                        }
                    }
                }
            })
        })
        .collect();
    // A minute of faults, and then time for all to hear of the last version.
    sleep(Duration::from_secs(130)).await;
    for known in known.iter() {
        assert_eq!(*known.lock().unwrap(), [60; PEERS]);
    }
}

/// Each block is sent until it is acknowledged; the receiver takes each once, and acknowledges it as often as it comes.
async fn a_file_goes_over_block_by_block() {
    const BLOCKS: u8 = 25;

    let received = Arc::new(Mutex::new(Vec::new()));
    let _receiver = host("receiver").start({
        let received = received.clone();
        move || {
            let received = received.clone();
            async move {
                let socket = UdpSocket::bind("0.0.0.0:69").await.unwrap();
                let mut buffer = [0; 600];
                loop {
                    let Ok((length, from)) = socket.recv_from(&mut buffer).await else {
                        continue;
                    };
                    let number = buffer[0];
                    {
                        let mut received = received.lock().unwrap();
                        if usize::from(number) == received.len() {
                            received.push(buffer[1..length].to_vec());
                        }
                    }
                    let _ = socket.send_to(&[number], from).await;
                }
            }
        }
    });
    let sender = host("sender").spawn(async {
        let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
        socket.connect("receiver:69").await.unwrap();
        for number in 0..BLOCKS {
            let mut block = vec![number; 513];
            block[0] = number;
            'sending: loop {
                let _ = socket.send(&block).await;
                let until = Instant::now() + Duration::from_millis(500);
                let mut answer = [0; 8];
                // Acknowledgements of earlier blocks may still come.
                while let Ok(acknowledged) =
                    tokio::time::timeout_at(until, socket.recv(&mut answer)).await
                {
                    if acknowledged.is_ok() && answer[0] == number {
                        break 'sending;
                    }
                }
            }
            sleep(Duration::from_secs(1)).await;
        }
    });
    sender.await.unwrap();
    let received = received.lock().unwrap();
    let expected: Vec<_> = (0..BLOCKS).map(|number| vec![number; 512]).collect();
    assert_eq!(*received, expected);
}

/// Requests carry who asks and a number; the server answers what it has done already without doing it again.
async fn a_counter_counts_each_request_once() {
    let _server = host("server").start(|| async {
        let socket = UdpSocket::bind("0.0.0.0:1000").await.unwrap();
        let (mut count, mut done) = (0_u8, BTreeMap::<[u8; 2], u8>::new());
        let mut request = [0; 2];
        loop {
            let Ok((2, from)) = socket.recv_from(&mut request).await else {
                continue;
            };
            let answer = *done.entry(request).or_insert_with(|| {
                count += 1;
                count
            });
            let _ = socket
                .send_to(&[request[0], request[1], answer], from)
                .await;
        }
    });
    async fn count(socket: &UdpSocket, server: SocketAddr, request: [u8; 2]) -> u8 {
        loop {
            let _ = socket.send_to(&request, server).await;
            let answered = async {
                let mut answer = [0; 3];
                loop {
                    let (length, from) = socket.recv_from(&mut answer).await?;
                    if (length, from) == (3, server) && answer[..2] == request {
                        return std::io::Result::Ok(answer[2]);
                    }
                }
            };
            if let Ok(Ok(answer)) = timeout(Duration::from_millis(700), answered).await {
                return answer;
            }
        }
    }
    let mut clients = tokio::task::JoinSet::new();
    for n in 0..3 {
        clients.spawn(async move {
            let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
            let mut found = tokio::net::lookup_host("server:1000").await.unwrap();
            let server = found.find(SocketAddr::is_ipv4).unwrap();
            let mut answers = Vec::new();
            for number in 0..10 {
                answers.push(count(&socket, server, [n, number]).await);
                sleep(Duration::from_secs(2)).await;
            }
            assert!(answers.is_sorted(), "{answers:?}");
            answers
        });
    }
    let mut all = BTreeSet::new();
    while let Some(answers) = clients.join_next().await {
        all.extend(answers.unwrap());
    }
    assert!(all.into_iter().eq(1..=30));
}
