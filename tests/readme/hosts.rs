use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::net::{TcpListener, TcpStream};
use reweave::time::{Duration, sleep, timeout};
use reweave::{host, progress};

/// Answers each number with its double.
async fn serve() {
    // 127.0.0.1 would be for this host alone.
    let listener = TcpListener::bind("0.0.0.0:5432").await.unwrap();
    while let Ok((mut client, _)) = listener.accept().await {
        reweave::spawn(async move {
            while let Ok(n) = client.read_u8().await {
                client.write_u8(2 * n).await?;
            }
            std::io::Result::Ok(())
        });
    }
}

async fn double(n: u8) -> std::io::Result<u8> {
    // The name of a host is its name in the network, too.
    let mut db = TcpStream::connect("db:5432").await?;
    db.write_u8(n).await?;
    db.read_u8().await
}

#[reweave::test(seeds = 1000)]
async fn answers_survive_a_crash() {
    let db = host("db").start(serve);
    let shop = host("shop").spawn(async {
        loop {
            sleep(Duration::from_millis(100)).await;
            if let Ok(answer) = double(21).await {
                return answer;
            }
        }
    });
    db.crash(); // or power_off, or pause and resume
    sleep(Duration::from_secs(1)).await;
    db.restart();
    assert_eq!(shop.await.unwrap(), 42);
}

/// In each seed other crashes, pauses and losses of power, for a minute; then a calm minute, in which answers must come again.
#[reweave::test(seeds = 200, faults = "hosts")]
async fn answers_come_again_after_faults() {
    host("db").start(serve);
    let answers = progress("answers", Duration::from_secs(20));
    for _ in 0..120 {
        sleep(Duration::from_secs(1)).await;
        // Nobody answers while the database stands still, or when it has lost its power.
        if let Ok(Ok(answer)) = timeout(Duration::from_secs(5), double(21)).await {
            assert_eq!(answer, 42);
            answers.made();
        }
    }
}
