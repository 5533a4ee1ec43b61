//! Any text as a tape: parsing it, printing it and replaying it.
//!
//! 1. Parsing never panics: it gives a tape or a [`TapeError`](reweave::TapeError).
//! 2. A parsed tape is printed, in its two forms, as a text that parses to the same tape.
//! 3. A small program replayed on the tape never panics, and gives the same hash twice.
//! 4. The tape which that run recorded replays to the same hash, and matches completely.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use reweave::sync::mpsc;
use reweave::time::{Duration, sleep};
use reweave::{Run, Sim, Tape};

fuzz_target!(|text: &str| -> Corpus {
    let Ok(tape) = text.parse::<Tape>() else {
        return Corpus::Keep;
    };
    for printed in [tape.to_string(), tape.to_line()] {
        assert_eq!(printed.parse().as_ref(), Ok(&tape), "{printed:?}");
    }

    let run = replay(&tape);
    assert_eq!(run.hash(), replay(&tape).hash(), "two replays differ");

    let again = replay(run.tape());
    assert_eq!(
        run.hash(),
        again.hash(),
        "the recorded tape gives another run"
    );
    assert_eq!(run.tape(), again.tape());
    let matched = again.matched().expect("it was given a tape");
    assert_eq!(matched.matched, matched.total, "{matched}");
    Corpus::Keep
});

fn replay(tape: &Tape) -> Run {
    Sim::new().tape(tape).max_steps(10_000).run(program())
}

/// A program that makes draws of most kinds: among tasks, timers, branches and values.
async fn program() {
    let (sender, mut receiver) = mpsc::channel(1);
    reweave::spawn(slow(sender.clone()));
    reweave::spawn(quick(sender));
    for _ in 0..reweave::choose(1..4) {
        reweave::select! {
            _ = receiver.recv() => {}
            _ = sleep(Duration::from_millis(10)) => {}
        }
    }
}

async fn slow(sender: mpsc::Sender<u32>) {
    if reweave::flip(0.5) {
        sleep(Duration::from_millis(10)).await;
    }
    let _ = sender.send(1).await;
}

async fn quick(sender: mpsc::Sender<u32>) {
    let _ = sender.send(2).await;
    let _ = sender.send(3).await;
}
