//! Any text as a description of faults: parsing it, printing it, and running a small program under it.
//!
//! 1. Parsing never panics: it gives faults or an error that is short, whatever it quotes.
//! 2. What was parsed is printed as a text that parses to the same.
//! 3. A small program under it never panics the runtime, ends, and gives the same hash twice and from its tape.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use reweave::faults::{Faults, progress};
use reweave::time::{Duration, sleep};
use reweave::{Run, Sim, host};

fuzz_target!(|text: &str| -> Corpus {
    let faults: Faults = match text.parse() {
        Ok(faults) => faults,
        Err(error) => {
            assert!(error.to_string().len() < 1000, "{error}");
            return Corpus::Keep;
        }
    };
    assert_eq!(faults.to_string().parse().as_ref(), Ok(&faults));

    let sim = || Sim::new().faults(faults.clone()).max_steps(10_000);
    let run: Run = sim().seed(text.len() as u64).run(program());
    let again = sim().seed(text.len() as u64).run(program());
    assert_eq!(run.hash(), again.hash(), "two runs differ");
    let replayed = sim().tape(run.tape()).run(program());
    assert_eq!(run.hash(), replayed.hash(), "the tape gives another run");
    let matched = replayed.matched().expect("it was given a tape");
    assert_eq!(matched.matched, matched.total, "{matched}");
    Corpus::Keep
});

/// Virtual time is short, so that a period of a nanosecond has not too many ends.
async fn program() {
    let ticks = progress("ticks", Duration::from_micros(3));
    let server = || async {
        loop {
            sleep(Duration::from_micros(1)).await;
        }
    };
    let _hosts = ["a", "b"].map(|name| host(name).start(server));
    for _ in 0..5 {
        sleep(Duration::from_micros(1)).await;
        if !reweave::buggify!(0.5) {
            ticks.made();
        }
    }
}
