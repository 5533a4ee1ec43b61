//! What happened, in lanes: of tasks and of hosts, with arrows and marks, on screens of any width; what led to the failure, and which
//! update was lost; the same as data.

use std::sync::Arc;
use std::time::Duration;

use reweave::net::UdpSocket;
use reweave::sync::{Mutex, mpsc};
use reweave::task::{Builder, yield_now};
use reweave::time::{sleep, timeout};
use reweave::{Report, Run, Sim, explore, host, net, spawn, watched};
use serde_json::Value;

/// What the report says happened, without its heading.
fn lanes(report: &str) -> &str {
    let (_, lanes) = report.split_once("what happened").unwrap();
    let (_, lanes) = lanes.split_once('\n').unwrap();
    let end = lanes.lines().take_while(|line| line.starts_with("  "));
    let length: usize = end.map(|line| line.len() + 1).sum();
    &lanes[..length]
}

/// Asks a host that answers each datagram; and fails.
async fn ask() {
    let server = host("server").start(|| async {
        let socket = UdpSocket::bind("0.0.0.0:53").await?;
        let mut bytes = [0; 16];
        loop {
            let (length, from) = socket.recv_from(&mut bytes).await?;
            socket.send_to(&bytes[..length], from).await?;
        }
        #[expect(unreachable_code, reason = "it says what the future gives")]
        std::io::Result::Ok(())
    });
    let socket = UdpSocket::bind("0.0.0.0:0").await.unwrap();
    sleep(Duration::from_secs(1)).await;
    socket.send_to(b"first", "server:53").await.unwrap();
    let mut bytes = [0; 16];
    socket.recv(&mut bytes).await.unwrap();
    net::link("main", &server).loss(1.0);
    socket.send_to(b"second", "server:53").await.unwrap();
    timeout(Duration::from_secs(1), socket.recv(&mut bytes))
        .await
        .expect("an answer")
        .unwrap();
}

#[test]
fn hosts_have_lanes_and_datagrams_are_arrows() {
    let run = Sim::new().seed(0).run(ask());
    insta::assert_snapshot!(lanes(&run.to_string()), @r#"
      time  step  main                            server
        0s     1  starts host "server"
        0s     1  waits until 1s
        0s     2  │                               waits for a datagram to udp server:53
        1s     3  sends 5 bytes "first" of udp main:32768
        1s     3  waits for a datagram to udp main:32768
    1.001s     4  ├─────────────────────────────▶ receives 5 bytes "first" of udp server:53
    1.001s     4  │                               sends 5 bytes "first" of udp server:53
    1.001s     4  │                               waits for a datagram to udp server:53
    1.002s     5  receives 5 bytes "first" of udp main:32768
    1.002s     5  changes the link main > server
    1.002s     5  changes the link server > main
    1.002s     5  sends 6 bytes "second" of udp main:32768
    1.002s     5  waits for a datagram to udp main:32768
    1.002s     5  waits until 2.002s
    1.002s     5  ├───────── 6 bytes ──────────✗    is lost
    2.002s     6  panics ✗
    "#);
}

/// Two add to a counter, of which one reads what the other has not written yet.
async fn lost_update(careful: bool) {
    let (counter, lock) = (watched("counter", 0), Arc::new(Mutex::new(())));
    let add = |name| {
        let (counter, lock) = (counter.clone(), lock.clone());
        let add = async move {
            let _held = if careful {
                Some(lock.lock().await)
            } else {
                None
            };
            let read = counter.get();
            yield_now().await;
            counter.set(read + 1);
        };
        Builder::new().name(name).spawn(add).unwrap()
    };
    let (a, b) = (add("a"), add("b"));
    a.await.unwrap();
    b.await.unwrap();
    assert_eq!(counter.get(), 3, "there were two");
}

#[test]
fn a_lost_update_is_a_sentence_and_a_read_is_an_arrow() {
    let run = Sim::new().run(lost_update(false));
    let report = run.to_string();
    let lost = report
        .lines()
        .skip_while(|line| !line.starts_with("overwritten: "));
    let lost: Vec<&str> = lost.take(2).map(str::trim).collect();
    assert!(
        lost[0].starts_with("overwritten: main/a wrote counter = 1 at tests/engine/lanes.rs:"),
        "{report}"
    );
    assert!(
        lost.join(" ")
            .contains("between main/b's read (0) and its write (1)"),
        "{report}"
    );
    insta::assert_snapshot!(lanes(&report), @"
    time  step  main                      main/a                    main/b
      0s     1  spawns main/a and main/b
      0s     1  waits for the end of main/a
      0s     2  │                         reads counter = 0
      0s     2  │                         yields
      0s     3  │                         │                         reads counter = 0
      0s     3  │                         │                         yields
      0s     4  │                         writes counter = 1        │
      0s     4  │                         completes, wakes main     │
      0s     5  │                                                   writes counter = 1
      0s     5  │                                                   completes
      0s     6  reads counter = 1 ◀─────────────────────────────────┤
      0s     6  panics ✗
    ");
    // One that fails likewise, and loses none.
    let run = Sim::new().run(lost_update(true));
    assert!(
        run.failed() && !run.to_string().contains("overwritten: "),
        "{run}"
    );
}

#[test]
fn what_led_to_a_failure_goes_over_messages_and_wakes() {
    let run = Sim::new().run(async {
        let (sender, mut receiver) = mpsc::channel(1);
        let (relayed, mut results) = mpsc::channel(1);
        let relay = async move {
            while let Some(number) = receiver.recv().await {
                relayed.send(number * 2).await.unwrap();
            }
        };
        drop(Builder::new().name("relay").spawn(relay).unwrap());
        sender.send(21).await.unwrap();
        let result = results.recv().await;
        assert_eq!(result, Some(43));
    });
    let report = run.to_string();
    let (_, why) = report.split_once("why, back from the failure:\n").unwrap();
    insta::assert_snapshot!(why.lines().take(2).collect::<Vec<_>>().join("\n"), @"
    0s  main receives mpsc#2, which main/relay sent at 0s
    0s  main/relay receives mpsc#1, which main sent at 0s
    ");
}

/// A program that fails, with names, notes and messages that are long or command a terminal, and many tasks.
async fn hostile() {
    let name = |nth: usize| format!("{}\u{202e}\x1b[2J{nth}", "long".repeat(50));
    let tasks: Vec<_> = (0..1_000)
        .map(|nth| {
            let task = async move {
                reweave::note!("{}\x1b[31m", "words ".repeat(nth % 40));
                yield_now().await;
            };
            Builder::new().name(&name(nth)).spawn(task).unwrap()
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    panic!("\x1b[2J{}", "line\n".repeat(10_000));
}

#[test]
fn a_report_fits_any_screen_and_commands_no_terminal() {
    let run: Run<()> = Sim::new().seed(1).run(hostile());
    for width in [40, 80, 100, 300] {
        let report = Report::new(&run).width(width).to_string();
        // Twenty lines of the message, ten sentences, and some twenty rows.
        assert!(report.lines().count() < 70 + 4_000 / width, "{report}");
        for line in report.lines() {
            assert!(line.chars().count() <= width, "{width}: {line}");
            let plain = |c: char| !c.is_control() && c != '\u{202e}';
            assert!(line.chars().all(plain), "{line:?}");
        }
    }
    // Colours are ours alone, and what they colour is the same.
    let coloured = Report::new(&run).colours(true).to_string();
    let mut plain = String::new();
    for (nth, part) in coloured.split("\x1b[").enumerate() {
        let text = match nth {
            0 => part,
            _ => {
                part.split_once('m')
                    .expect("it sets a colour, and does nothing else")
                    .1
            }
        };
        plain.push_str(text);
    }
    assert_eq!(plain, Report::new(&run).to_string());
}

#[test]
fn the_report_is_data_too() {
    let runs = [
        Sim::new().seed(1).run(hostile()),
        Sim::new().seed(0).run(ask()),
        Sim::new().run(async {}),
        Sim::new().seed(3).explain(|| lost_update(false)),
    ];
    for run in &runs {
        let json: Value = serde_json::from_str(&Report::new(run).to_json()).unwrap();
        assert_eq!(
            json["findings"].as_array().unwrap().len(),
            run.findings().len()
        );
        assert_eq!(json["hash"], format!("{:016x}", run.hash()));
        let deviations = json["deviations"].as_array().unwrap();
        assert_eq!(deviations.len(), run.tape().deviations().len());
        let story = json["story"].as_array().unwrap();
        let failing = story.iter().filter(|row| row["failing"] == true).count();
        assert_eq!(failing > 0, run.failed(), "{json}");
    }
    let json: Value = serde_json::from_str(&Report::new(&runs[3]).to_json()).unwrap();
    assert_eq!(json["shrunk"]["minimality"], "plain");
    assert_eq!(json["overwritten"].as_array().unwrap().len(), 1);
}

/// The marks in the story are those of the sentences above it.
#[test]
fn deviations_have_the_numbers_of_their_sentences() {
    let program = || async {
        let tasks: Vec<_> = ["a", "b", "c"]
            .map(|name| {
                Builder::new()
                    .name(name)
                    .spawn(async { yield_now().await })
                    .unwrap()
            })
            .into_iter()
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(reweave::choose(&[1, 2]), &1);
    };
    let found = explore(program).seeds(0..100).run();
    let run = found.failure().unwrap();
    let report = Report::new(run);
    let (said, text) = (report.schedule(), report.to_string());
    assert!(said.len() > 2, "{text}");
    let nth = said
        .iter()
        .position(|said| said.starts_with("main chose item 2 of 2"))
        .unwrap();
    assert!(
        lanes(&text).contains(&format!("chooses item 2 of 2 ({})", nth + 1)),
        "{text}"
    );
}

/// A plain panic in a test with one task takes no more room than it would without Reweave, but for four lines.
#[test]
fn a_plain_panic_is_short() {
    let run: Run<()> = Sim::new().run(async {
        sleep(Duration::from_secs(1)).await;
        panic!("lost")
    });
    let report = Report::new(&run).replay("cargo test").to_string();
    // The panic hook of the standard library says place and message in two lines.
    assert!(report.lines().count() <= 2 + 4, "{report}");
    // With another task there is something to tell.
    let run: Run<()> = Sim::new().run(async {
        spawn(async {}).await.unwrap();
        panic!("lost")
    });
    assert!(run.to_string().contains("what happened:"), "{run}");
}

/// Of a long run the rows that matter are told, wherever they are; and how many events lie between.
#[test]
fn of_a_long_run_what_matters_is_told() {
    let run: Run<()> = Sim::new().run(async {
        reweave::note!("early");
        let busy = spawn(async {
            for nth in 0..30_000 {
                if nth == 28_500 {
                    reweave::note!("near the end");
                }
                yield_now().await;
            }
        });
        busy.await.unwrap();
        panic!("late")
    });
    let report = run.to_string();
    assert!(
        lanes(&report).contains("… ")
            && report.contains("panics ✗")
            && report.contains("near the end"),
        "{report}"
    );
    assert!(report.lines().count() < 40, "{report}");
}

/// The run is lost with the second of two choices, and not with the first.
#[test]
fn the_choice_that_is_marked_is_the_one_from_which_all_fail() {
    let program = || async {
        let (a, b) = (reweave::flip(0.5), reweave::flip(0.5));
        assert!(!(a && b));
    };
    let found = explore(program).shrink(true).run();
    let report = found.failure().unwrap().to_string();
    assert!(
        lanes(&report).contains("flips heads (2) ← lost"),
        "{report}"
    );
    assert!(!lanes(&report).contains("(1) ← lost"), "{report}");
}

/// What was joined or sent to a task it may overwrite knowingly.
#[test]
fn a_write_that_the_next_writer_was_told_of_is_not_said_to_be_overwritten() {
    let run = Sim::new().run(async {
        let phase = watched("phase", 1);
        phase.get();
        let other = phase.clone();
        spawn(async move { other.set(2) }).await.unwrap();
        phase.set(3);
        panic!("the disk is full");
    });
    assert!(!run.to_string().contains("overwritten: "), "{run}");
}

/// What a stream gives is told as one write sent it only if it is just that.
#[test]
fn received_bytes_are_told_as_they_were_sent_if_they_are_just_those() {
    use reweave::io::{AsyncReadExt, AsyncWriteExt};
    let run: Run<()> = Sim::new().run(async {
        let server = net::TcpListener::bind("127.0.0.1:80").await.unwrap();
        let mut client = net::TcpStream::connect("127.0.0.1:80").await.unwrap();
        let (mut stream, _) = server.accept().await.unwrap();
        client.write_all(b"abc").await.unwrap();
        client.write_all(b"def").await.unwrap();
        let mut bytes = [0; 3];
        stream.read_exact(&mut bytes[..2]).await.unwrap();
        stream.read_exact(&mut bytes).await.unwrap();
        stream.read_exact(&mut bytes[..1]).await.unwrap();
        client.write_all(b"ghi").await.unwrap();
        stream.read_exact(&mut bytes).await.unwrap();
        spawn(async {}).await.unwrap();
        panic!("all was read");
    });
    let report = run.to_string();
    let received = report.lines().filter(|line| line.contains("receives "));
    let received: Vec<bool> = received.map(|line| line.contains('"')).collect();
    assert_eq!(received, [false, false, false, true], "{report}");
}
