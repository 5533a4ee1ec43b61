//! A deadlock in sentences: who is stuck, what each waits for and who has it, and the cycle.

use super::parts::{cycle, given, names, pending, stuck};
use super::places::Places;
use super::screen::{name, quoted_name};
use crate::record::detail::{Deadlock, Edge};

/// Its sentence, and the lines below it.
pub(super) fn told(deadlock: &Deadlock, places: Places) -> (String, Vec<String>) {
    const NOTHING_MOVES: &str = "no task is ready, and no timer is set";
    let message = match deadlock.cycle.as_slice() {
        [] => format!("{NOTHING_MOVES}: nobody is left who could wake them"),
        cycle => {
            let (stuck, alone) = in_cycle(cycle);
            if deadlock.main_ended {
                let them = if alone { "it" } else { "them" };
                format!("{stuck}, and will for ever: main ended, and left {them} behind")
            } else if deadlock.others_go_on {
                format!("{stuck}, and will for ever, while others go on")
            } else {
                format!("{stuck}: {NOTHING_MOVES}")
            }
        }
    };
    let mut lines = stuck(&deadlock.waiting, &deadlock.unreceived, places);
    lines.extend(deadlock.left_alone.iter().map(|future| {
        let (task, words) = (name(&future.task), pending(future, places));
        format!(
            "{task} has stopped polling a future that {words}{}",
            given(future)
        )
    }));
    lines.extend(
        deadlock
            .paused
            .iter()
            .map(|host| {
                (
                    quoted_name(host),
                    "is paused, and nobody is left who could resume it",
                )
            })
            .map(|(host, paused)| format!("host {host} {paused}")),
    );
    if !deadlock.cycle.is_empty() {
        lines.push(format!("cycle: {}", cycle(&deadlock.cycle)));
    }
    (message, lines)
}

/// Tasks that are named in the sentence of a deadlock, at the most.
const MOST_NAMED: usize = 3;

/// Who waits for each other in a cycle, and whether it is one task alone.
fn in_cycle(cycle: &[Edge]) -> (String, bool) {
    // Several futures of one task may be in it.
    let mut tasks: Vec<&str> = Vec::new();
    for edge in cycle {
        if !tasks.contains(&edge.from.as_str()) {
            tasks.push(&edge.from);
        }
    }
    let alone = tasks.len() == 1;
    let words = match tasks.len() {
        1 => format!("{} waits for itself", name(tasks[0])),
        2..=MOST_NAMED => format!("{} wait for each other", names(tasks.into_iter())),
        many => format!("{many} tasks wait for each other in a cycle"),
    };
    (words, alone)
}
