//! The standard streams.

use std::io::IoSlice;

use futures::io::BufReader;
use futures::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, StreamExt, TryStreamExt};
use reweave::time::Duration;
use reweave::{Sim, io, println};

#[test]
fn writes_end_where_printed_lines_end() {
    let written = Sim::new().run(async {
        io::stdout().write_all(b"one\n").await.unwrap();
        io::stdout().write_all(b"two").await.unwrap();
        io::stdout().flush().await.unwrap();
    });
    let printed = Sim::new().run(async {
        println!("one");
        reweave::print!("two");
    });
    assert_eq!(written.stdout(), "one\ntwo");
    assert_eq!(written.trace().to_string(), printed.trace().to_string());
    assert_eq!(written.hash(), printed.hash());
}

#[test]
fn errors_stand_on_the_terminal_alone() {
    let run = Sim::new().run(async {
        io::stderr().write_all(b"careful\n").await.unwrap();
        io::stdout().write_all(b"result\n").await.unwrap();
    });
    assert_eq!(run.stdout(), "result\n");
    assert_eq!(run.terminal(), "careful\nresult\n");
    assert!(run.trace().to_string().contains("prints \"careful\""));
}

#[test]
fn a_character_may_come_in_parts() {
    let run = Sim::new().run(async {
        let mut out = io::stdout();
        for byte in "größe €".bytes() {
            out.write_all(&[byte]).await.unwrap();
        }
        let parts = [&b"\xe2"[..], b"\x82", b"\xac\n"].map(IoSlice::new);
        assert_eq!(out.write_vectored(&parts).await.unwrap(), 4);
        out.write_all(b"no \xff text, and \xe2\x82").await.unwrap();
        out.close().await.unwrap();
        io::stdout().write_all(b"\xc3").await.unwrap();
    });
    assert_eq!(
        run.stdout(),
        "größe €€\nno \u{fffd} text, and \u{fffd}\u{fffd}"
    );
}

#[test]
fn input_is_copied_to_output_at_its_own_times() {
    let run = Sim::new()
        .stdin(["first", "second"])
        .stdin_at(Duration::from_secs(5), "third")
        .run(async {
            let input = BufReader::new(io::stdin());
            let mut output = io::stdout();
            futures::io::copy_buf(input, &mut output).await.unwrap()
        });
    assert_eq!(run.output(), Some(&19));
    assert_eq!(run.elapsed(), Duration::from_secs(5));
    assert_eq!(run.stdout(), "first\nsecond\nthird\n");
}

#[test]
fn input_gives_lines_and_bytes_and_ends() {
    let run = Sim::new().stdin(["alpha", "beta"]).run(async {
        let mut two = [0; 2];
        let mut input = io::stdin();
        input.read_exact(&mut two).await.unwrap();
        assert_eq!(&two, b"al");
        let lines: Vec<String> = input.lines().try_collect().await.unwrap();
        assert_eq!(lines, ["pha", "beta"]);
        assert_eq!(io::stdin().next_line().await.unwrap(), None);
        assert!(io::stdin().lines().next().await.is_none());
    });
    assert!(run.findings().is_empty(), "{run}");
}
