//! Every kind of finding that exists: when it is reported, in what words, about which task, when and where;
//! and the neighbouring case that is in order and must stay silent.

mod abandoned_receiver;
mod blocking;
mod deadlock;
mod defaults;
mod dropped_messages;
mod endless;
mod futurelock;
mod idle;
mod leak;
mod left;
mod levels;
mod limit;
mod livelock;
mod long_hold;
mod lost_waker;
mod never_awaited;
mod nondeterminism;
mod panic;
mod places;
mod polled_after_completion;
mod same_deadlock;
mod senders;
mod starvation;
mod supply;
mod unawaited_task;
mod unobserved_panic;

use std::time::Duration;

use reweave::{FindingKind, Run};

const SECOND: Duration = Duration::from_secs(1);
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// What a run found, with the code that stands at each place instead of its line and column.
fn told<T>(run: &Run<T>) -> String {
    let all: Vec<_> = run
        .findings()
        .iter()
        .map(|finding| quoted(&finding.to_string()))
        .collect();
    all.join("\n")
}

fn quoted(text: &str) -> String {
    const HERE: &str = "tests/engine/findings/";
    let mut parts = text.split(HERE);
    let mut quoted = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find([' ', '\n', ',', ';', ')']).unwrap_or(part.len());
        let mut place = part[..end].split(':');
        let mut next = || place.next().expect("file:line:column");
        let file = format!("{}/../{HERE}{}", env!("CARGO_MANIFEST_DIR"), next());
        let (line, column): (usize, usize) = (next().parse().unwrap(), next().parse().unwrap());
        let source = std::fs::read_to_string(file).unwrap();
        let line = source.lines().nth(line - 1).unwrap();
        quoted += &format!("`{}`{}", line[column - 1..].trim_end(), &part[end..]);
    }
    quoted
}

fn kinds<T>(run: &Run<T>) -> Vec<FindingKind> {
    run.findings()
        .iter()
        .map(|finding| finding.kind())
        .collect()
}

#[track_caller]
fn silent<T>(run: &Run<T>) {
    assert!(run.findings().is_empty(), "{run}");
}
