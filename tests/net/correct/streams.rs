//! Streams of bytes: proxies, filters, frames, logs that are followed.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reweave as tokio;
use tokio::host;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, BufWriter};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::{PATIENCE, in_time, programs, retry, serve};

programs! {
    a_proxy_passes_on_both_ways,
    a_filter_answers_after_the_end_of_its_input,
    frames_are_whole,
    a_follower_has_the_whole_log,
    a_sidecar_asks_for_its_host,
}

/// Two lines are asked through a proxy, which closes what says nothing for long.
async fn a_proxy_passes_on_both_ways() {
    let _backend = host("backend").start(|| {
        serve(80, |client| async move {
            let (reader, mut writer) = client.into_split();
            let mut lines = BufReader::new(reader).lines();
            while let Some(line) = lines.next_line().await? {
                let answer = line.to_uppercase() + "\n";
                writer.write_all(answer.as_bytes()).await?;
            }
            writer.shutdown().await
        })
    });
    let _proxy = host("proxy").start(|| {
        serve(8080, |mut client| async move {
            let mut backend = in_time(TcpStream::connect("backend:80")).await?;
            let copying = tokio::io::copy_bidirectional(&mut client, &mut backend);
            timeout(Duration::from_secs(20), copying).await??;
            Ok(())
        })
    });
    async fn ask(line: &str) -> io::Result<String> {
        let mut proxy = TcpStream::connect("proxy:8080").await?;
        for part in [line, "\n", line, "\n"] {
            proxy.write_all(part.as_bytes()).await?;
        }
        proxy.shutdown().await?;
        let mut answer = String::new();
        proxy.read_to_string(&mut answer).await?;
        // A proxy without a backend hangs up before the whole answer.
        match answer.lines().count() {
            2 if answer.ends_with('\n') => Ok(answer),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
    for n in 0..15 {
        let answer = retry(|| async move { ask(&format!("line {n}")).await }).await;
        assert_eq!(answer, format!("LINE {n}\nLINE {n}\n"));
        sleep(Duration::from_secs(2)).await;
    }
}

/// The client says all it has to say, shuts its side, and is told the sum.
async fn a_filter_answers_after_the_end_of_its_input() {
    let _server = host("server").start(|| {
        serve(80, |mut client| async move {
            let mut bytes = Vec::new();
            timeout(Duration::from_secs(30), client.read_to_end(&mut bytes)).await??;
            let sum = bytes.iter().map(|&byte| u64::from(byte)).sum();
            client.write_u64(sum).await?;
            client.shutdown().await
        })
    });
    async fn sum(bytes: &[u8]) -> io::Result<u64> {
        let mut server = TcpStream::connect("server:80").await?;
        server.write_all(bytes).await?;
        server.shutdown().await?;
        server.read_u64().await
    }
    let clients: Vec<_> = (0..4)
        .map(|n: u8| {
            tokio::spawn(async move {
                for length in [0, 1, 70_000] {
                    let bytes = vec![n; length];
                    let told = retry(|| sum(&bytes)).await;
                    assert_eq!(told, u64::from(n) * length as u64);
                    sleep(Duration::from_secs(7)).await;
                }
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
}

/// Frames of many sizes with their length before them go out buffered, and come back.
async fn frames_are_whole() {
    async fn send(
        writer: &mut BufWriter<impl tokio::io::AsyncWrite + Unpin>,
        frame: &[u8],
    ) -> io::Result<()> {
        writer.write_u32(frame.len() as u32).await?;
        writer.write_all(frame).await?;
        writer.flush().await
    }
    async fn receive(
        reader: &mut BufReader<impl tokio::io::AsyncRead + Unpin>,
    ) -> io::Result<Vec<u8>> {
        let length = reader.read_u32().await?;
        let mut frame = vec![0; length as usize];
        reader.read_exact(&mut frame).await?;
        Ok(frame)
    }
    let _server = host("server").start(|| {
        serve(80, |client| async move {
            let (reader, writer) = client.into_split();
            let (mut reader, mut writer) = (BufReader::new(reader), BufWriter::new(writer));
            loop {
                let mut frame = match receive(&mut reader).await {
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
                    frame => frame?,
                };
                frame.reverse();
                send(&mut writer, &frame).await?;
            }
        })
    });
    async fn echo_all() -> io::Result<()> {
        let (reader, writer) = TcpStream::connect("server:80").await?.into_split();
        let (mut reader, mut writer) = (BufReader::new(reader), BufWriter::new(writer));
        for length in [1, 0, 9_000, 3, 40_000] {
            let frame: Vec<u8> = (0..length).map(|n| (n % 253) as u8).collect();
            send(&mut writer, &frame).await?;
            let back = receive(&mut reader).await?;
            assert!(back.iter().eq(frame.iter().rev()), "{length}");
        }
        Ok(())
    }
    for _ in 0..10 {
        // It begins anew after an error, from the first frame.
        while !matches!(
            timeout(Duration::from_secs(8), echo_all()).await,
            Ok(Ok(()))
        ) {
            sleep(Duration::from_millis(300)).await;
        }
        sleep(Duration::from_secs(3)).await;
    }
}

/// A follower says how much of the log it has, and is sent the rest, and a beat if there is nothing new.
async fn a_follower_has_the_whole_log() {
    const ENTRIES: u64 = 30;

    let (log, leader_log) = watch::channel(0);
    let _leader = host("leader").start(move || {
        let log = leader_log.clone();
        serve(80, move |mut follower| {
            let mut log = log.clone();
            async move {
                let mut next = follower.read_u64().await?;
                loop {
                    let written = *log.borrow_and_update();
                    while next < written {
                        follower.write_u64(next).await?;
                        next += 1;
                    }
                    match timeout(Duration::from_secs(1), log.changed()).await {
                        Ok(Ok(())) => {}
                        Ok(Err(_)) => return Ok(()),
                        Err(_) => follower.write_u64(u64::MAX).await?,
                    }
                }
            }
        })
    });
    let writing = tokio::spawn(async move {
        for _ in 0..ENTRIES {
            sleep(Duration::from_millis(1_500)).await;
            log.send_modify(|written| *written += 1);
        }
        log
    });
    let copy = Arc::new(Mutex::new(Vec::new()));
    let follower = host("follower").spawn({
        let copy = copy.clone();
        async move {
            async fn follow(copy: &Mutex<Vec<u64>>) -> io::Result<()> {
                let mut leader = in_time(TcpStream::connect("leader:80")).await?;
                let has = copy.lock().unwrap().len();
                leader.write_u64(has as u64).await?;
                while copy.lock().unwrap().len() < ENTRIES as usize {
                    let entry = in_time(leader.read_u64()).await?;
                    if entry != u64::MAX {
                        copy.lock().unwrap().push(entry);
                    }
                }
                Ok(())
            }
            while follow(&copy).await.is_err() {
                sleep(Duration::from_millis(300)).await;
            }
        }
    });
    follower.await.unwrap();
    let log = writing.await.unwrap();
    assert!(copy.lock().unwrap().iter().copied().eq(0..ENTRIES));
    drop(log);
}

/// Programs of a host ask an agent on the same host over a Unix socket, and the agent asks the server.
async fn a_sidecar_asks_for_its_host() {
    let _server = host("server").start(|| {
        serve(80, |mut client| async move {
            let n = client.read_u32().await?;
            client.write_u32(n * n).await
        })
    });
    async fn ask_server(n: u32) -> io::Result<u32> {
        let mut server = TcpStream::connect("server:80").await?;
        server.write_u32(n).await?;
        server.read_u32().await
    }
    let app = host("app");
    let agent = app.spawn(async {
        let listener = UnixListener::bind("/run/agent.sock").unwrap();
        loop {
            let (mut program, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                while let Ok(n) = program.read_u32().await {
                    let square = retry(|| ask_server(n)).await;
                    program.write_u32(square).await?;
                }
                io::Result::Ok(())
            });
        }
    });
    let asking = app.spawn(async {
        let connected = retry(|| UnixStream::connect("/run/agent.sock"));
        let mut agent = connected.await;
        for n in 0..10 {
            agent.write_u32(n).await.unwrap();
            assert_eq!(agent.read_u32().await.unwrap(), n * n);
            sleep(PATIENCE).await;
        }
    });
    asking.await.unwrap();
    agent.abort();
    assert!(agent.await.unwrap_err().is_cancelled());
}
