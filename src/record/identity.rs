//! What the signature of a finding is made of.
//!
//! Taken from data, not from sentences: the kind, where the resources were made, and the places of the waits. So two
//! unrelated deadlocks are two, and one deadlock with other holders, or with others who wait beside it, is one.

use std::collections::BTreeSet;

use super::detail::{Awaited, Detail, Wait, WaitingTask};
use super::finding::Finding;
use super::resource::Resource;
use super::roots::roots;
use super::signature::Signature;
use crate::base::place::SourcePlace;

impl Finding {
    /// What makes two findings of one exploration the same bug: their kind, where the resources that they are about were
    /// made, and the places of the finding and of the waits, line and column included. Of a deadlock without a cycle it is what `main`
    /// waits for in the end that counts, and not who else waits.
    pub fn signature(&self) -> Signature {
        sign(self, true)
    }

    /// The signature without lines and columns, which survives an edit of the file: for what is kept from one version of the
    /// program to the next. Files are called the same on every machine, and of a panic's message the first line counts, without its
    /// numbers.
    pub fn lasting_signature(&self) -> Signature {
        sign(self, false)
    }
}

fn sign(finding: &Finding, lines: bool) -> Signature {
    let mut parts = Parts {
        lines,
        parts: BTreeSet::new(),
    };
    if let Some(place) = finding.place() {
        parts.place(place);
    }
    parts.detail(finding.detail(), finding.task());
    if parts.parts.is_empty() {
        parts.parts.extend(finding.task().map(str::to_owned));
    }
    Signature::new(finding.kind(), parts.parts)
}

/// A file, as it is called on every machine: one of a registry, of the standard library or of another drive is told from where its
/// crate's sources begin.
fn lasting(file: &str) -> String {
    let file = file.replace('\\', "/");
    let is_absolute = file.starts_with('/') || file.get(1..3) == Some(":/");
    match file.rfind("/src/").filter(|_| is_absolute) {
        Some(at) => file[at + 1..].to_owned(),
        None => file,
    }
}

/// What of a message is not a value of one run: `assert_eq!` has these on further lines, others among their words.
fn lasting_message(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let mut lasting = String::with_capacity(first.len());
    for c in first.chars() {
        match c.is_ascii_digit() {
            true if lasting.ends_with('#') => {}
            true => lasting.push('#'),
            false => lasting.push(c),
        }
    }
    lasting
}

struct Parts {
    /// Whether lines and columns count.
    lines: bool,
    parts: BTreeSet<String>,
}

impl Parts {
    fn place(&mut self, place: &SourcePlace) {
        self.parts.insert(if self.lines {
            place.to_string()
        } else {
            lasting(place.file())
        });
    }

    fn word(&mut self, word: &str) {
        self.parts.insert(word.to_owned());
    }

    /// A message, where there are no lines to tell two panics of one file apart.
    fn message(&mut self, message: &str) {
        if !self.lines {
            self.word(&lasting_message(message));
        } else if self.parts.is_empty() {
            self.word(message);
        }
    }

    fn resource(&mut self, resource: &Resource) {
        match &resource.made {
            Some(made) if self.lines => self.place(made),
            _ => self.word(&resource.name),
        }
    }

    fn awaited(&mut self, awaited: &Awaited) {
        match awaited {
            Awaited::Resource { resource, .. } => self.resource(resource),
            // Named by path, and so by whom a random schedule made wait: no part of what the bug is.
            Awaited::Task(_) | Awaited::AnyTask(_) | Awaited::Timer(_) => {}
        }
    }

    fn waits<'w>(&mut self, waits: impl IntoIterator<Item = &'w Wait>) {
        for wait in waits {
            self.awaited(&wait.awaited);
            if let Some(place) = &wait.place {
                self.place(place);
            }
        }
    }

    /// `task` is the one that the finding is about, if it is about one.
    fn detail(&mut self, detail: &Detail, task: Option<&str>) {
        match detail {
            Detail::Panic(panic) => self.message(&panic.message),
            Detail::UnobservedPanic(panic) => self.message(&panic.message),
            Detail::PolledAfterCompletion(panic) => self.message(&panic.message),
            Detail::Property(property) => self.message(&property.message),
            Detail::ForeignInstant(instant) => {
                self.word(&instant.read_on);
                self.word(&instant.awaited_on);
            }
            Detail::Deadlock(deadlock) if deadlock.cycle.is_empty() => {
                self.waits(roots(&deadlock.waiting));
            }
            Detail::Deadlock(deadlock) => {
                let in_cycle =
                    |task: &&WaitingTask| deadlock.cycle.iter().any(|edge| edge.from == task.task);
                let waiting = deadlock.waiting.iter().filter(in_cycle);
                self.waits(waiting.flat_map(|task| &task.waits));
            }
            Detail::LostWaker(lost) if self.parts.is_empty() => {
                let itself = |waiting: &&WaitingTask| Some(waiting.task.as_str()) == task;
                let waiting = lost.waiting.iter().filter(itself);
                self.waits(waiting.flat_map(|task| &task.waits));
            }
            Detail::Futurelock(lock) => self.awaited(&lock.awaited),
            Detail::LongHold(hold) => self.resource(&hold.resource),
            Detail::Leak(leak) => self.resource(&leak.resource),
            Detail::AbandonedReceiver(receiver) => self.resource(&receiver.channel),
            Detail::DroppedMessages(dropped) => self.resource(&dropped.channel),
            Detail::StuckTask(task) => self.waits(&task.waits),
            // Their kind and place say all.
            Detail::LostWaker(_)
            | Detail::Livelock(_)
            | Detail::Limit(_)
            | Detail::UnawaitedTask(_)
            | Detail::NeverAwaited(_)
            | Detail::Blocking(_)
            | Detail::Nondeterminism(_)
            | Detail::Starvation(_)
            | Detail::NoProgress(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{lasting, lasting_message};

    #[test]
    fn values_in_messages_are_no_part_of_a_bug() {
        let message = "index out of bounds: the len is 10 but the index is 7";
        let lasting = "index out of bounds: the len is # but the index is #";
        assert_eq!(lasting_message(message), lasting);
        assert_eq!(
            lasting_message("assertion failed\n  left: 1"),
            "assertion failed"
        );
        assert_eq!(lasting_message(""), "");
    }

    #[test]
    fn files_are_called_the_same_on_every_machine() {
        assert_eq!(lasting("bank/src/lib.rs"), "bank/src/lib.rs");
        assert_eq!(lasting(r"bank\src\lib.rs"), "bank/src/lib.rs");
        let registry = "/opt/me/.cargo/registry/src/index-12/dep-1.2/src/lib.rs";
        assert_eq!(lasting(registry), "src/lib.rs");
        assert_eq!(lasting(r"C:\cargo\dep-1.2\src\a\b.rs"), "src/a/b.rs");
        assert_eq!(lasting("/opt/it.rs"), "/opt/it.rs");
    }
}
