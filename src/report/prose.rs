//! Findings in sentences: one function a kind.
//!
//! A finding is told by one sentence, its message, and more lines. Places stand in the lines only if asked for, so that a
//! [summary](Finding::summary) survives a moved line.

use std::fmt::{self, Write};

use super::places::{Places, seconds};
use super::spin;
use crate::record::detail::{
    AbandonedReceiver, Awaited, Blocking, Busiest, Deadlock, Detail, Doing, DroppedMessages, Edge,
    Futurelock, Has, Leak, Leaked, Limit, Livelock, LongHold, LostWaker, NeverAwaited,
    Nondeterminism, Owner, Panic, PendingFuture, PolledAfterCompletion, Reached, Role, Starvation,
    StuckTask, UnawaitedTask, UnobservedPanic, Unreceived, Wait, WaitingTask,
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
        Detail::Deadlock(detail) => deadlock(detail, places),
        Detail::Livelock(detail) => livelock(detail, places),
        Detail::Limit(detail) => limit(detail, places),
        Detail::StuckTask(detail) => stuck_task(detail, places),
        Detail::UnawaitedTask(detail) => unawaited_task(detail, places),
        Detail::NeverAwaited(detail) => never_awaited(detail),
        Detail::PolledAfterCompletion(detail) => polled_after_completion(detail),
        Detail::Blocking(detail) => blocking(detail),
        Detail::LostWaker(detail) => lost_waker(detail, places),
        Detail::Futurelock(detail) => futurelock(detail, places),
        Detail::Nondeterminism(detail) => nondeterminism(detail),
        Detail::LongHold(detail) => long_hold(detail),
        Detail::Leak(detail) => leak(detail),
        Detail::AbandonedReceiver(detail) => abandoned_receiver(detail, finding.task()),
        Detail::DroppedMessages(detail) => dropped_messages(detail),
        Detail::Starvation(detail) => starvation(detail),
    }
}

fn panic(panic: &Panic) -> Told {
    let lead = match panic.while_cut_off {
        true => "panicked while it was cut off: ",
        false => "",
    };
    let message = &panic.message;
    Told::short(match &panic.follows {
        None => format!("{lead}{message}"),
        Some(task) => format!("after the panic of {task}: {lead}{message}"),
    })
}

fn unobserved_panic(panic: &UnobservedPanic, places: Places) -> Told {
    Told {
        message: format!(
            "panicked, and nobody looked at its JoinHandle: {:?}",
            panic.message
        ),
        lines: match places {
            Places::Told => vec![format!("spawned at {}", panic.spawned)],
            Places::LeftOut => Vec::new(),
        },
    }
}

fn deadlock(deadlock: &Deadlock, places: Places) -> Told {
    let with_itself = |edge: &Edge| edge.from == edge.to;
    let alone = deadlock.main_ended && deadlock.cycle.iter().all(with_itself);
    let message = match (deadlock.cycle.is_empty(), deadlock.others_go_on) {
        _ if alone => {
            "a task that was left behind when main ended waits for itself, and will for ever"
        }
        _ if deadlock.main_ended => {
            "tasks that were left behind when main ended wait for each other in a cycle, and will for ever"
        }
        (true, _) => "no task is ready, and no timer is set: nobody is left who could wake them",
        (false, false) => {
            "no task is ready, and no timer is set: tasks wait for each other in a cycle"
        }
        (false, true) => {
            "tasks wait for each other in a cycle, and will for ever, while others go on"
        }
    };
    let mut lines = stuck(&deadlock.waiting, &deadlock.unreceived, places);
    lines.extend(deadlock.left_alone.iter().map(|future| {
        let (task, words) = (&future.task, pending(future, places));
        format!(
            "{task} has stopped polling a future that {words}{}",
            given(future)
        )
    }));
    if !deadlock.cycle.is_empty() {
        lines.push(format!("cycle: {}", cycle(&deadlock.cycle)));
    }
    Told {
        message: message.to_owned(),
        lines,
    }
}

/// A cycle as a chain of arrows.
fn cycle(edges: &[Edge]) -> String {
    let mut chain = String::new();
    for edge in edges {
        let along = match &edge.awaited {
            Awaited::Resource { resource, .. } => resource.name.clone(),
            Awaited::Task(_) => "its end".to_owned(),
            other => awaited(other),
        };
        let _ = write!(chain, "{} ── {along} ──► ", edge.from);
    }
    chain + edges.last().map_or("", |edge| &edge.to)
}

fn livelock(livelock: &Livelock, places: Places) -> Told {
    let operations = livelock.operations;
    let polls = match livelock.polls {
        1 => "1 poll".to_owned(),
        polls => format!("{polls} polls"),
    };
    let operations = match operations {
        0 => String::new(),
        operations => format!(" with {operations} operations"),
    };
    let mut lines = spin::lines(&livelock.spins, places);
    lines.extend(busiest(&livelock.busiest, places));
    Told {
        message: format!("{polls}{operations}: virtual time stands still, no task began or ended"),
        lines,
    }
}

fn limit(limit: &Limit, places: Places) -> Told {
    let message = match limit.reached {
        Reached::Tasks { alive, limit } => format!("{alive} tasks live, the limit is {limit}"),
        Reached::VirtualTime { limit } => {
            format!("virtual time has passed the limit of {}", seconds(limit))
        }
        Reached::Steps { limit } => format!("{limit} polls, which is the limit"),
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
    Told::short(format!(
        "left behind when main ended, and stuck: it waits for {waits}, which nobody can give it any more"
    ))
}

fn unawaited_task(task: &UnawaitedTask, places: Places) -> Told {
    let doing = match &task.doing {
        Doing::NotStarted => "before its first step".to_owned(),
        Doing::Ready => "when it had been woken and did not get to run again".to_owned(),
        Doing::Waiting { waits, lost } => {
            let mut known = Vec::new();
            let waits = self::waits(waits, &mut known, places);
            let lost = match lost {
                true => ", and no clone of its waker was left",
                false => "",
            };
            format!("while it waited for {waits}{lost}")
        }
    };
    Told::short(format!(
        "cut off when main ended, {doing}: nobody awaited it"
    ))
}

fn never_awaited(future: &NeverAwaited) -> Told {
    let made_by = future.made_by;
    Told::short(format!(
        "a future made by `{made_by}` was dropped and never polled: nothing of it ran"
    ))
}

fn polled_after_completion(panic: &PolledAfterCompletion) -> Told {
    let message = &panic.message;
    Told::short(format!("polled a future again that was done: {message}"))
}

fn blocking(blocking: &Blocking) -> Told {
    let meanwhile = match blocking.ready {
        0 => String::new(),
        1 => "; 1 task was ready and could not run".to_owned(),
        n => format!("; {n} tasks were ready and could not run"),
    };
    let duration = seconds(blocking.duration);
    Told::short(format!(
        "blocked the thread for {duration}: nothing else ran{meanwhile}"
    ))
}

fn lost_waker(lost: &LostWaker, places: Places) -> Told {
    Told {
        message: "returned Pending, and no clone of its waker is left: nobody can ever wake it"
            .to_owned(),
        lines: stuck(&lost.waiting, &lost.unreceived, places),
    }
}

fn futurelock(lock: &Futurelock, places: Places) -> Told {
    let (owner, waiter) = (&lock.abandoned.task, &lock.waiter.task);
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
    let message = format!(
        "{what} {has} a future that {owner} has stopped polling, and {waiter}{itself} waits for it"
    );
    let mut lines = vec![
        format!(
            "the future left alone, of {owner}: {}{}",
            pending(&lock.abandoned, places),
            given(&lock.abandoned)
        ),
        format!(
            "the future in want, of {waiter}: {}",
            pending(&lock.waiter, places)
        ),
    ];
    lines.extend(stuck(&lock.waiting, &lock.unreceived, places));
    Told { message, lines }
}

fn pending(future: &PendingFuture, places: Places) -> String {
    let place = places.maybe_at(" at", future.place.as_ref());
    let (since, last) = (seconds(future.since), seconds(future.last_polled));
    let what = awaited(&future.awaited);
    format!("waits for {what}{place} since {since}, last polled at {last}")
}

/// When a future was given what it waits for, if it was.
fn given(future: &PendingFuture) -> String {
    match (future.granted, &future.awaited) {
        (None, _) => String::new(),
        (Some(at), Awaited::Timer(_)) => format!(", which was due at {}", seconds(at)),
        (Some(at), _) => format!(", given it at {}", seconds(at)),
    }
}

fn nondeterminism(kind: &Nondeterminism) -> Told {
    let from_outside = |done: &str| {
        Told::short(format!(
            "{done} from another thread: when that happens is up to the operating system, and no replay \
             can repeat it"
        ))
    };
    let lines = match kind {
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
    Told {
        message: "two runs of this seed went different ways".to_owned(),
        lines,
    }
}

fn long_hold(hold: &LongHold) -> Told {
    Told::short(format!(
        "{} held {} for {} across an await, while {} waited, the first since {}",
        hold.holder,
        hold.resource.name,
        seconds(hold.held),
        hold.waiting.join(", "),
        seconds(hold.first_since)
    ))
}

fn leak(leak: &Leak) -> Told {
    let how = match leak.how {
        Leaked::Kept => "was never given back: its guard still exists, and no task does",
        Leaked::Forgotten => "was forgotten, and never added again",
    };
    let (name, task, since) = (&leak.resource.name, &leak.task, seconds(leak.since));
    Told::short(format!("{name}, taken by {task} at {since}, {how}"))
}

fn abandoned_receiver(receiver: &AbandonedReceiver, task: Option<&str>) -> Told {
    let messages = messages_were(receiver.messages);
    let (name, task) = (&receiver.channel.name, task.unwrap_or("its task"));
    Told::short(format!(
        "{messages} sent into {name} and never received: {task} had waited for one, was woken when it came, and \
         did not poll the receiver again"
    ))
}

fn messages_were(messages: usize) -> String {
    match messages {
        1 => "1 message was".to_owned(),
        n => format!("{n} messages were"),
    }
}

fn dropped_messages(dropped: &DroppedMessages) -> Told {
    let (messages, name) = (messages_were(dropped.messages), &dropped.channel.name);
    Told::short(format!(
        "{messages} sent into {name}, and dropped unread with the receiver"
    ))
}

fn starvation(starvation: &Starvation) -> Told {
    let steps = starvation.steps;
    Told::short(format!(
        "ready for {steps} steps of others, and not polled once"
    ))
}

// ---- parts of sentences ----

/// Every task that waits, and messages that nobody received.
fn stuck(waiting: &[WaitingTask], unreceived: &[Unreceived], places: Places) -> Vec<String> {
    let mut known = Vec::new();
    let tasks = waiting.iter().map(|task| {
        let waits = waits(&task.waits, &mut known, places);
        let spawned = places.maybe_at(", spawned at", task.spawned.as_ref());
        format!("{} waits for {waits}{spawned}", task.task)
    });
    let tasks: Vec<String> = tasks.collect();
    let channels = unreceived.iter().map(|unreceived| {
        let messages = match unreceived.messages {
            1 => "1 message".to_owned(),
            n => format!("{n} messages"),
        };
        let receiver = match &unreceived.last_receiver {
            Some((task, place)) => {
                format!("last received from by {task}{}", places.at(" at", place))
            }
            None => "never received from".to_owned(),
        };
        format!("{messages} left in {}, {receiver}", unreceived.channel.name)
    });
    tasks.into_iter().chain(channels).collect()
}

fn awaited(awaited: &Awaited) -> String {
    match awaited {
        Awaited::Resource { resource, want } => format!("{}{}", want.lead(), resource.name),
        Awaited::Task(task) => format!("the end of {task}"),
        Awaited::AnyTask(tasks) => format!("the end of any of {tasks} tasks"),
        Awaited::Timer(None) => "a timer that never fires".to_owned(),
        Awaited::Timer(Some(at)) => format!("a timer at {}", seconds(*at)),
    }
}

/// What a task waits for. Several owners of one resource are named once, and then `known`.
fn waits<'d>(waits: &'d [Wait], known: &mut Vec<&'d Awaited>, places: Places) -> String {
    if waits.is_empty() {
        return "something outside this run's sight".to_owned();
    }
    let waits = waits.iter().map(|wait| {
        let place = places.maybe_at(" at", wait.place.as_ref());
        let words = awaited(&wait.awaited) + &place;
        if let Some(call) = &wait.missed_call {
            let (at, task) = (seconds(call.at), &call.task);
            return format!("{words} (at {at} {task} notified all who waited: nobody did)");
        }
        if wait.owners.is_empty() {
            return words;
        }
        if wait.owners.len() > 1 {
            if known.contains(&&wait.awaited) {
                return words + " (held as said above)";
            }
            known.push(&wait.awaited);
        }
        format!("{words} ({})", owners(&wait.owners, places))
    });
    let waits: Vec<String> = waits.collect();
    waits.join(", or ")
}

/// Owners that are named, at the most.
const MOST_OWNERS: usize = 3;

fn owners(owners: &[Owner], places: Places) -> String {
    let owner = |owner: &Owner| {
        let (role, since) = match owner.role {
            Role::Holder => ("held by", " since"),
            Role::Reader => ("held for reading by", " since"),
            Role::Writer => ("held for writing by", " since"),
            Role::Grantee => ("handed to", ", who asked at"),
            Role::Ahead => ("behind", ", who asked at"),
            Role::Receiver => ("its receiver is with", ", who last received at"),
        };
        let over = match owner.over {
            true => ", which is over,",
            false => "",
        };
        format!(
            "{role} {}{over}{}",
            owner.task,
            places.at(since, &owner.place)
        )
    };
    let named: Vec<String> = owners.iter().take(MOST_OWNERS).map(owner).collect();
    let mut words = named.join(", ");
    if owners.len() > MOST_OWNERS {
        let _ = write!(words, " and {} more", owners.len() - MOST_OWNERS);
    }
    words
}

fn busiest(busiest: &Busiest, places: Places) -> Vec<String> {
    let line = |task: &crate::record::detail::BusyTask| {
        let steps = match task.steps {
            1 => "1 step".to_owned(),
            steps => format!("{steps} steps"),
        };
        let waiting = &task.waiting;
        let waits = match waiting.waits.is_empty() {
            true => String::new(),
            false => {
                let waits = waits(&waiting.waits, &mut Vec::new(), places);
                format!(" and waits for {waits}")
            }
        };
        let spawned = places.maybe_at(", spawned at", waiting.spawned.as_ref());
        format!("{} took {steps}{waits}{spawned}", waiting.task)
    };
    let mut lines: Vec<String> = busiest.tasks.iter().map(line).collect();
    if busiest.more > 0 {
        lines.push(format!("and {} more tasks", busiest.more));
    }
    lines
}

impl Finding {
    /// What is wrong, in one sentence.
    pub fn message(&self) -> String {
        tell(self, Places::LeftOut).message
    }

    /// More lines: each waiting task of a deadlock, the busy tasks of a livelock.
    pub fn details(&self) -> Vec<String> {
        tell(self, Places::Told).lines
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
            let _ = write!(text, " in {task}");
        }
        let _ = write!(text, " at {}: {message}", seconds(self.at()));
        if let Some(place) = self.place().filter(|_| places == Places::Told) {
            let _ = write!(text, "\n  --> {place}");
        }
        for line in lines {
            let _ = write!(text, "\n  {line}");
        }
        text
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.write(Places::Told))
    }
}
