//! What is said when a panic takes the process down: no report will be made.

use std::io::Write;

use super::caught::Caught;
use super::context::Context;
use super::underway::Drawn;
use crate::base::place::SourcePlace;

/// Says which run it was, straight to standard error: what a test harness keeps would be lost.
pub(super) fn say(
    cx: &Context,
    first: Option<&Caught>,
    message: &str,
    place: Option<&SourcePlace>,
) {
    let at = |place: Option<&SourcePlace>| place.map_or_else(String::new, |at| format!(" at {at}"));
    let mut text =
        String::from("\nreweave: the code under test panicked, and that ends the process:\n");
    if let Some(Caught { message, place, .. }) = first {
        text += &format!("  {message:?}{}\n", at(place.as_ref()));
    }
    text += &format!("  {message:?}{}\n", at(place));
    text += &run(cx.underway().drawn(), cx.underway().replay());
    // There is nobody to tell of an error.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Which run it is, and the line that replays it.
pub(crate) fn run(drawn: Option<Drawn>, replay: Option<String>) -> String {
    let run = match drawn {
        Some(Drawn::Plain) => "run: the plain one\n".to_owned(),
        Some(Drawn::Seed(seed)) => format!("run: seed {seed}\n"),
        Some(Drawn::Tape(tape)) => format!("run: tape '{}'\n", tape.to_line()),
        Some(Drawn::Unnamed) | None => String::new(),
    };
    match replay {
        Some(line) => format!("{run}replay: {line}\n"),
        None => run,
    }
}
