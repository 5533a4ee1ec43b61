//! Findings in sentences: one function a kind.
//!
//! A finding is told by one sentence, its message, and more lines. Places stand in the lines only if asked for, so that a
//! [summary](Finding::summary) survives a moved line.

use std::fmt::{self, Write};
use std::time::Duration;

use super::deadlock;
use super::faults;
use super::parts::{awaited, busiest, given, holds, messages_were, pending, stuck, waits};
use super::places::{Places, limited, seconds};
use super::screen::{line, message, name, paragraph, quoted, quoted_name, without};
use super::spin;
use crate::base::count::counted;
use crate::base::span::{FAR, Seconds, nanos};
use crate::record::detail::{
    AbandonedReceiver, Blocking, Detail, Doing, DroppedMessages, ForeignInstant, Futurelock, Has,
    Leak, Leaked, Limit, Livelock, LongHold, LostWaker, NeverAwaited, NoProgress, Nondeterminism,
    Panic, PolledAfterCompletion, Reached, Starvation, StuckTask, UnawaitedTask, UnobservedPanic,
};
use crate::record::finding::Finding;

/// What is said of a finding.
struct Told {
    message: String,
    lines: Vec<String>,
}

impl Told {
    fn short(message: impl Into<String>) -> Told {
        Told {
            message: message.into(),
            lines: Vec::new(),
        }
    }
}

fn tell(finding: &Finding, places: Places) -> Told {
    match finding.detail() {
        Detail::Panic(detail) => panic(detail),
        Detail::UnobservedPanic(detail) => unobserved_panic(detail, places),
        Detail::Deadlock(detail) => {
            let (message, lines) = deadlock::told(detail, places);
            Told { message, lines }
        }
        Detail::Livelock(detail) => livelock(detail, places),
        Detail::Limit(detail) => limit(detail, places),
        Detail::StuckTask(detail) => stuck_task(detail, places),
        Detail::UnawaitedTask(detail) => unawaited_task(detail, places),
        Detail::NeverAwaited(detail) => never_awaited(detail),
        Detail::PolledAfterCompletion(detail) => polled_after_completion(detail),
        Detail::ForeignInstant(detail) => foreign_instant(detail),
        Detail::Property(property) => {
            Told::short(property.claim.words(&message(&property.message)))
        }
        Detail::Blocking(detail) => blocking(detail),
        Detail::LostWaker(detail) => lost_waker(detail, places),
        Detail::Futurelock(detail) => futurelock(detail, places),
        Detail::Nondeterminism(detail) => nondeterminism(detail),
        Detail::LongHold(detail) => long_hold(detail),
        Detail::Leak(detail) => leak(detail),
        Detail::AbandonedReceiver(detail) => abandoned_receiver(detail, finding.task()),
        Detail::DroppedMessages(detail) => dropped_messages(detail),
        Detail::Starvation(detail) => starvation(detail),
        Detail::NoProgress(detail) => no_progress(detail),
    }
}

fn panic(panic: &Panic) -> Told {
    let lead = match panic.while_cut_off {
        true => "panicked while it was cut off: ",
        false => "",
    };
    let message = message(&match &panic.told {
        Some(told) => without(&panic.message, told),
        None => panic.message.clone(),
    });
    Told::short(match &panic.follows {
        None => format!("{lead}{message}"),
        Some(task) => format!("after the panic of {}: {lead}{message}", name(task)),
    })
}

fn unobserved_panic(panic: &UnobservedPanic, places: Places) -> Told {
    Told {
        message: match panic.main_ended {
            false => format!(
                "panicked, and nobody looked at its JoinHandle: {}",
                quoted(&panic.message)
            ),
            true => format!(
                "panicked when main had ended, and nobody could look at its JoinHandle: {}",
                quoted(&panic.message)
            ),
        },
        lines: match places {
            Places::Told => vec![format!("spawned at {}", panic.spawned)],
            Places::LeftOut => Vec::new(),
        },
    }
}

fn livelock(livelock: &Livelock, places: Places) -> Told {
    let polls = counted(livelock.polls, "poll");
    let operations = match livelock.operations {
        0 => String::new(),
        operations => format!(" with {}", counted(operations, "operation")),
    };
    let tasks = match (livelock.begun, livelock.ended) {
        (0, 0) => "no task began or ended".to_owned(),
        (1, ended) => format!("1 task began and {ended} ended"),
        (begun, ended) => format!("{begun} tasks began and {ended} ended"),
    };
    let mut lines = spin::lines(&livelock.spins, places);
    lines.extend(busiest(&livelock.busiest, places));
    Told {
        message: format!("{polls}{operations}: virtual time stands still, {tasks}"),
        lines,
    }
}

fn limit(limit: &Limit, places: Places) -> Told {
    let message = match limit.reached {
        Reached::Tasks { alive, limit } => {
            let (tasks, live) = (
                counted(alive, "task"),
                if alive == 1 { "lives" } else { "live" },
            );
            format!("{tasks} {live}, the limit is {limit}")
        }
        Reached::VirtualTime { limit } => {
            format!("virtual time has passed the limit of {}", seconds(limit))
        }
        Reached::Steps { limit } => format!("{}, which is the limit", counted(limit, "poll")),
        Reached::WallTime { elapsed, limit } => {
            let (elapsed, limit) = (elapsed.as_secs_f64(), limit.as_secs_f64());
            format!("{elapsed:.1} s of real time, the limit is {limit:.1} s")
        }
    };
    Told {
        message,
        lines: busiest(&limit.busiest, places),
    }
}

fn stuck_task(task: &StuckTask, places: Places) -> Told {
    let waits = waits(&task.waits, &mut Vec::new(), places);
    Told {
        message:
            "left behind when main ended, and stuck: nobody can give it what it waits for any more"
                .to_owned(),
        lines: [
            vec![format!("waits for {waits}")],
            holds(&task.holds, places),
        ]
        .concat(),
    }
}

fn unawaited_task(task: &UnawaitedTask, places: Places) -> Told {
    let mut lines = Vec::new();
    let doing = match &task.doing {
        Doing::NotStarted => "before its first step".to_owned(),
        Doing::Ready => "when it had been woken and did not get to run again".to_owned(),
        Doing::Waiting { waits, lost } => {
            // The sentence says for what, and a line where.
            if places == Places::Told && waits.iter().any(|wait| wait.place.is_some()) {
                let waits = self::waits(waits, &mut Vec::new(), places);
                lines.push(format!("waits for {waits}"));
            }
            let waits = self::waits(waits, &mut Vec::new(), Places::LeftOut);
            let lost = match lost {
                true => ", and no clone of its waker was left",
                false => "",
            };
            format!("while it waited for {waits}{lost}")
        }
    };
    lines.append(&mut holds(&task.holds, places));
    Told {
        message: format!("cut off when main ended, {doing}: nobody awaited it"),
        lines,
    }
}

fn never_awaited(future: &NeverAwaited) -> Told {
    let made_by = future.made_by;
    Told::short(format!(
        "a future made by `{made_by}` was dropped and never polled: nothing of it ran"
    ))
}

fn polled_after_completion(panic: &PolledAfterCompletion) -> Told {
    let message = message(&panic.message);
    Told::short(format!("polled a future again that was done: {message}"))
}

fn foreign_instant(instant: &ForeignInstant) -> Told {
    let (read_on, awaited_on) = (name(&instant.read_on), name(&instant.awaited_on));
    let short = format!(
        "waited on host `{awaited_on}` for a deadline that was read by the clock of host `{read_on}`: the two clocks differ"
    );
    Told::short(short)
}

fn blocking(blocking: &Blocking) -> Told {
    let meanwhile = match blocking.ready {
        0 => String::new(),
        1 => "; 1 task was ready and could not run".to_owned(),
        n => format!("; {n} tasks were ready and could not run"),
    };
    let lasted = match nanos(blocking.duration) {
        FAR => "for ever".to_owned(),
        lasted => format!("for {}", Seconds(lasted)),
    };
    Told::short(format!(
        "blocked the thread {lasted}: nothing else ran{meanwhile}"
    ))
}

fn lost_waker(lost: &LostWaker, places: Places) -> Told {
    let mut lines = stuck(&lost.waiting, &lost.unreceived, places);
    // Which of its futures that was is not seen, but which can do so at all.
    lines.push(
        "a future in it returned Pending and did not keep its waker: look at `poll`s that are written by hand, and at \
         `std::future::pending`"
            .to_owned(),
    );
    Told {
        message: "returned Pending, and no clone of its waker is left: nobody can ever wake it"
            .to_owned(),
        lines,
    }
}

fn futurelock(lock: &Futurelock, places: Places) -> Told {
    let (owner, waiter) = (name(&lock.abandoned.task), name(&lock.waiter.task));
    let what = awaited(&lock.awaited);
    let has = match lock.has {
        Has::Granted => "was handed to",
        Has::First => "is kept for",
        Has::Holds => "is held by",
    };
    let itself = match owner == waiter {
        true => " itself",
        false => "",
    };
    let waits = match lock.given_up {
        true => "waited for it in vain",
        false => "waits for it",
    };
    let message = format!(
        "{what} {has} a future that {owner} has stopped polling, and {waiter}{itself} {waits}"
    );
    let mut lines = vec![
        format!(
            "the abandoned future, of {owner}: {}{}",
            pending(&lock.abandoned, places),
            given(&lock.abandoned)
        ),
        format!(
            "the waiting future, of {waiter}: {}",
            pending(&lock.waiter, places)
        ),
    ];
    lines.extend(stuck(&lock.waiting, &lock.unreceived, places));
    Told { message, lines }
}

fn nondeterminism(kind: &Nondeterminism) -> Told {
    let from_outside = |done: &str| {
        Told::short(format!(
            "{done} from another thread: when that happens is up to the operating system, and no replay \
             can repeat it"
        ))
    };
    let mut lines = match kind {
        Nondeterminism::WokenFromOutside => return from_outside("woken"),
        Nondeterminism::AbortedFromOutside => return from_outside("aborted"),
        Nondeterminism::RunsDiffer(lines) => lines.clone(),
        Nondeterminism::RecordingDiffers => vec![
            "two recorded runs agree with each other, and not with the run that kept its hash only"
                .to_owned(),
        ],
        Nondeterminism::DifferenceNotSeenAgain => vec![
            "two runs had different hashes, and the runs that were made to see why had not: something outlives a run"
                .to_owned(),
        ],
        Nondeterminism::NotSeenAgain(signature) => vec![format!(
            "seen in one run of this seed and not in the next: {signature}"
        )],
    };
    lines.push(
        "usual sources: the order of a HashMap; clocks of the standard library; a static or a thread-local that outlives a \
         run; a generator of its own seed, such as `rand::rng()`; addresses"
            .to_owned(),
    );
    Told {
        message: "two runs of this seed went different ways".to_owned(),
        lines,
    }
}

fn long_hold(hold: &LongHold) -> Told {
    let waiting: Vec<String> = hold.waiting.iter().map(|task| name(task)).collect();
    Told::short(format!(
        "{} held {} for {} across an await, while {} waited, the first since {}",
        name(&hold.holder),
        name(&hold.resource.name),
        seconds(hold.held),
        waiting.join(", "),
        seconds(hold.first_since)
    ))
}

fn leak(leak: &Leak) -> Told {
    let (name, task) = (name(&leak.resource.name), name(&leak.task));
    let since = seconds(leak.since);
    Told::short(match leak.how {
        Leaked::Kept => format!(
            "{name}, taken by {task} at {since}, was never given back: its guard still exists, and no task does"
        ),
        Leaked::Forgotten => {
            format!("permits of {name} that {task} forgot at {since} were never added again")
        }
    })
}

fn abandoned_receiver(receiver: &AbandonedReceiver, task: Option<&str>) -> Told {
    let messages = messages_were(receiver.messages);
    let (name, task) = (
        name(&receiver.channel.name),
        name(task.unwrap_or("its task")),
    );
    Told::short(format!(
        "{messages} sent into {name} and never received: {task} had waited for one, was woken when it came, and \
         did not poll the receiver again"
    ))
}

fn dropped_messages(dropped: &DroppedMessages) -> Told {
    let (messages, name) = (messages_were(dropped.messages), name(&dropped.channel.name));
    Told::short(format!(
        "{messages} sent into {name}, and dropped unread with the receiver"
    ))
}

fn starvation(starvation: &Starvation) -> Told {
    let steps = counted(starvation.steps, "step");
    Told::short(format!("ready for {steps} of others, and not polled once"))
}

fn no_progress(progress: &NoProgress) -> Told {
    let within = seconds(progress.within);
    let what = quoted_name(&progress.what);
    let times = match progress.times {
        0 => "it was never made".to_owned(),
        1 => "it was made once".to_owned(),
        times => format!("it was made {times} times"),
    };
    let since = seconds(progress.since);
    let since = match progress.calm_since {
        Some(calm) if calm == progress.since => {
            format!("{times}, and not since faults were over at {since}")
        }
        Some(_) | None => format!("{times}, and not since {since}"),
    };
    Told {
        message: format!("progress of {what} was promised once in {within}: {since}"),
        lines: faults::before(&progress.faults, progress.faults_before),
    }
}

/// When it happened, as it is told; `None` for what is true of a run as a whole.
fn told_at(finding: &Finding) -> Option<Duration> {
    match finding.detail() {
        Detail::Limit(Limit {
            reached: Reached::VirtualTime { limit },
            ..
        }) => Some(limited(finding.at(), *limit)),
        Detail::Nondeterminism(
            Nondeterminism::RecordingDiffers
            | Nondeterminism::DifferenceNotSeenAgain
            | Nondeterminism::NotSeenAgain(_),
        ) => None,
        Detail::Nondeterminism(
            Nondeterminism::WokenFromOutside
            | Nondeterminism::AbortedFromOutside
            | Nondeterminism::RunsDiffer(_),
        )
        | Detail::Limit(_)
        | Detail::Panic(_)
        | Detail::UnobservedPanic(_)
        | Detail::Deadlock(_)
        | Detail::Livelock(_)
        | Detail::StuckTask(_)
        | Detail::UnawaitedTask(_)
        | Detail::NeverAwaited(_)
        | Detail::PolledAfterCompletion(_)
        | Detail::ForeignInstant(_)
        | Detail::Property(_)
        | Detail::Blocking(_)
        | Detail::LostWaker(_)
        | Detail::Futurelock(_)
        | Detail::LongHold(_)
        | Detail::Leak(_)
        | Detail::AbandonedReceiver(_)
        | Detail::DroppedMessages(_)
        | Detail::Starvation(_)
        | Detail::NoProgress(_) => Some(finding.at()),
    }
}

impl Finding {
    /// What is wrong, in one sentence.
    pub fn message(&self) -> String {
        paragraph(&tell(self, Places::LeftOut).message)
    }

    /// More lines: each waiting task of a deadlock, the busy tasks of a livelock.
    pub fn details(&self) -> Vec<String> {
        let lines = tell(self, Places::Told).lines;
        lines.iter().map(|text| line(text)).collect()
    }

    /// The finding without source places, for snapshots that should survive a moved line.
    pub fn summary(&self) -> String {
        self.write(Places::LeftOut)
    }

    fn write(&self, places: Places) -> String {
        // The message stands without places: its own follows in a line of its own.
        let Told { message, .. } = tell(self, Places::LeftOut);
        let Told { lines, .. } = tell(self, places);
        let mut text = self.kind().to_string();
        if let Some(task) = self.task() {
            let _ = write!(text, " in {}", name(task));
        }
        if let Some(at) = told_at(self) {
            let _ = write!(text, " at {}", seconds(at));
        }
        let _ = write!(text, ": {}", paragraph(&message));
        if let Some(place) = self.place().filter(|_| places == Places::Told) {
            let _ = write!(text, "\n  --> {place}");
        }
        for told in lines {
            let _ = write!(text, "\n  {}", line(&told));
        }
        text
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.write(Places::Told))
    }
}
