//! Replaying: a run is brought back by its seed, or by its tape.
//!
//! ```sh
//! cargo run --example replay
//! ```
//!
//! The seed is short, and gives the same run as long as the program stays the same. The tape lists
//! the draws that did not take their default, so a person can read it, and it gives the same run
//! also after changes to code that it does not mention.

use std::time::Duration;

use reweave::sync::mpsc;
use reweave::time::sleep;
use reweave::{Sim, Tape};

/// Two replicas answer a request after the same time. Returns the names in the order in which the
/// answers arrive.
async fn request() -> Vec<&'static str> {
    let (sender, mut receiver) = mpsc::channel(1);
    for name in ["first", "second"] {
        reweave::spawn(replica(name, sender.clone()));
    }
    drop(sender);
    let mut arrived = Vec::new();
    while let Some(name) = receiver.recv().await {
        arrived.push(name);
    }
    arrived
}

async fn replica(name: &'static str, answers: mpsc::Sender<&'static str>) {
    sleep(Duration::from_millis(20)).await;
    reweave::note!("the {name} replica answers");
    answers.send(name).await.unwrap();
}

fn main() {
    // Without a seed every draw takes its default, as on a runtime that polls tasks in the order in
    // which they became ready.
    let plain = Sim::new().run(request());
    assert_eq!(plain.output().unwrap(), &["first", "second"]);

    // Find a seed with another outcome, and run it again: it is the same run, event by event.
    let seed = (0..1000)
        .find(|&seed| Sim::new().seed(seed).run(request()).output() != plain.output())
        .expect("with some seed the second is faster");
    let run = Sim::new().seed(seed).run(request());
    assert_eq!(run.hash(), Sim::new().seed(seed).run(request()).hash());
    println!("seed {seed}: {:?}", run.output().unwrap());

    // The tape is text, and can be kept in a file or passed in `REWEAVE_TAPE`.
    let text = run.tape().to_string();
    println!("\n{text}");
    let tape: Tape = text.parse().expect("what is printed can be parsed");
    let replayed = Sim::new().tape(&tape).run(request());
    assert_eq!(replayed.output(), run.output());
    assert_eq!(replayed.hash(), run.hash());

    // The trace is what happened. It has no addresses and no wall time: compare it in a snapshot test.
    println!("{}", replayed.trace());
    println!("{:?} of virtual time", replayed.elapsed());
}
