//! Rows of the story of a run: what one task did in one go, in a few words.
//!
//! Events that are one thing to a reader make one row: a timer that is set and waited for, a lock that is given back, granted to the
//! next, who is woken. What only frames others makes none: a poll that begins, a timer that wakes the task that set it.

use super::deviations::draws;
use super::parts::names;
use super::previews::Previews;
use crate::base::count::counted;
use crate::base::ids::TaskNo;
use crate::base::resource::ResourceNo;
use crate::base::span::{FAR, Seconds};
use crate::choice::draw::Kind;
use crate::record::event::{Entry, Event, EventNo, Flow, HostVerb, Nanos, Verb};
use crate::record::kind::FindingKind;
use crate::record::trace::Trace;

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The place of its first event among the entries, and that of its last.
    pub(super) first: usize,
    pub(super) last: usize,
    /// Virtual time, in ns.
    pub(super) at: u64,
    /// Whose row it is; the runtime's if it is no task's.
    pub(super) task: TaskNo,
    /// The task without whose event this one would not be: the sender of a message.
    pub(super) from: Option<TaskNo>,
    /// The event that it begins with.
    pub(super) event: Event,
    /// The names of the hosts between which a packet is on its way.
    pub(super) hosts: Option<(String, String)>,
    pub(super) said: String,
    /// The number of the deviation of the schedule that shows here, from 1.
    pub(super) deviation: Option<usize>,
    /// Whether rows like the one before are left out before it.
    pub(super) after_gap: bool,
}

/// Whether an event is more than the frame of others.
pub(super) fn is_told(event: Event) -> bool {
    !matches!(
        event,
        Event::Polled | Event::Parked | Event::Drew { .. } | Event::Found { .. }
    )
}

/// What the event in this place says, as a row has it.
pub(super) fn said(trace: &Trace, at: usize) -> String {
    // Which deviation it is, is not said.
    let mut teller = Teller::new(trace, Vec::new());
    let (row, _) = teller.row(at, trace.entries().len());
    row.map_or_else(|| trace.describe(&trace.entries()[at]), |row| row.said)
}

/// The rows of these places of the trace's entries.
pub(super) fn rows(trace: &Trace, range: std::ops::Range<usize>) -> Vec<Row> {
    let mut teller = Teller::new(trace, draws(trace).collect());
    let mut rows = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let (row, next) = teller.row(at, range.end);
        rows.extend(row);
        at = next;
    }
    rows
}

struct Teller<'t> {
    trace: &'t Trace,
    /// The places of all deviations.
    deviations: Vec<usize>,
    /// A deviation that shows in what comes next.
    pending: Option<usize>,
    previews: Previews<'t>,
}

/// Whether the event is what a drawn fault does at once.
fn shows_fault(event: Event) -> bool {
    matches!(
        event,
        Event::Packet { .. } | Event::FaultBegan { .. } | Event::Buggified { .. }
    )
}

impl<'t> Teller<'t> {
    fn new(trace: &'t Trace, deviations: Vec<usize>) -> Teller<'t> {
        Teller {
            trace,
            deviations,
            pending: None,
            previews: Previews::new(trace),
        }
    }

    fn entry(&self, at: usize) -> &Entry {
        &self.trace.entries()[at]
    }

    /// The row that begins in this place, if one does; and the place after it.
    fn row(&mut self, at: usize, end: usize) -> (Option<Row>, usize) {
        let trace = self.trace;
        let entry = *self.entry(at);
        let by = entry.task;
        let mut row = Row {
            first: at,
            last: at,
            at: entry.at,
            task: by,
            from: self.sender(&entry),
            event: entry.event,
            hosts: None,
            said: String::new(),
            deviation: None,
            after_gap: false,
        };
        let mut next = at + 1;
        row.said = match entry.event {
            Event::Found {
                kind: FindingKind::Property,
                ..
            } => "breaks a property".to_owned(),
            Event::Polled | Event::Parked | Event::Found { .. } => return (None, next),
            // Told by the draw that is its cause.
            Event::Yielded if entry.cause().is_some_and(|cause| self.is_draw(cause)) => {
                return (None, next);
            }
            Event::DrewTask { kind, task, .. } => {
                row.deviation = self.deviation(at);
                match (kind, task) {
                    (Kind::Task, TaskNo::RUNTIME) => "the run ends first".to_owned(),
                    (Kind::Task, task) => {
                        row.task = task;
                        "goes first".to_owned()
                    }
                    (Kind::Preempt, task) => {
                        format!("is preempted on its thread: {} runs", trace.drawn(task))
                    }
                    (_, task) => format!("is preempted: {} goes first", trace.drawn(task)),
                }
            }
            // That it is woken shows in what it does.
            Event::Woke { .. } if by == TaskNo::RUNTIME => return (None, next),
            Event::Drew {
                kind, choice, of, ..
            } => {
                let nth = self.deviation(at);
                match kind {
                    Kind::Choose => {
                        row.deviation = nth;
                        let item = choice.saturating_add(1);
                        format!("chooses item {item} of {of}")
                    }
                    Kind::Flip => {
                        row.deviation = nth;
                        format!("flips {}", side(choice))
                    }
                    Kind::Any => {
                        row.deviation = nth;
                        format!("draws {choice} for its workload")
                    }
                    // What comes of it is told.
                    Kind::Task
                    | Kind::Point
                    | Kind::Preempt
                    | Kind::Timer
                    | Kind::Fire
                    | Kind::Select
                    | Kind::Wake => {
                        self.pending = nth.or(self.pending);
                        return (None, next);
                    }
                    // It shows in what comes next.
                    Kind::Cost => {
                        self.pending = nth.or(self.pending);
                        return (None, next);
                    }
                    // Of what the plan draws something comes later, or nothing.
                    Kind::Latency | Kind::Fault => {
                        let shows = next < end && shows_fault(self.entry(next).event);
                        self.pending = nth.filter(|_| shows).or(self.pending);
                        return (None, next);
                    }
                }
            }
            Event::Spawned {
                task: TaskNo::MAIN, ..
            } => return (None, next),
            Event::Spawned { task, .. } if by == TaskNo::RUNTIME => {
                row.task = task;
                "starts".to_owned()
            }
            Event::Spawned { .. } => {
                let spawned = |event| {
                    let Event::Spawned { task, .. } = event else {
                        return None;
                    };
                    Some(task)
                };
                let tasks = self.alike(at, end, spawned);
                next = at + tasks.len();
                format!("spawns {}", self.named(&tasks))
            }
            // Its first task starts with it.
            Event::Host {
                verb: HostVerb::Starts | HostVerb::Restarts,
                ..
            } => {
                if next < end
                    && self.entry(next).task == by
                    && matches!(self.entry(next).event, Event::Spawned { .. })
                {
                    next += 1;
                }
                trace.describe(&entry)
            }
            Event::WaitsForTask { .. } => {
                let awaited = |event| {
                    let Event::WaitsForTask { task, .. } = event else {
                        return None;
                    };
                    Some(task)
                };
                let tasks = self.alike(at, end, awaited);
                next = at + tasks.len();
                format!("waits for the end of {}", self.named(&tasks))
            }
            Event::TimerSet { deadline, .. } | Event::WaitsForTimer { deadline } => {
                let said;
                (said, next) = self.sleeps(at, end, deadline);
                said
            }
            Event::TimerFired { .. } => {
                let set = entry.cause().and_then(|cause| trace.entry(cause));
                let owner = set.map_or(TaskNo::RUNTIME, |set| set.task);
                row.task = owner;
                // That it is woken shows in what it does.
                if self.wakes(next, end, by) == Some(owner) && self.pending.is_none() {
                    return (None, next + 1);
                }
                trace.describe(&entry)
            }
            Event::Bytes {
                flow: Flow::Arrived,
                ..
            } if by == TaskNo::RUNTIME => {
                match self.wakes(next, end, by) {
                    Some(_) if self.pending.is_none() => return (None, next + 1),
                    Some(task) => row.task = task,
                    None => {}
                }
                trace.describe(&entry)
            }
            Event::Resource {
                verb: Verb::GivesBack,
                resource,
            } => {
                let said;
                (said, next) = self.gives_back(at, end, resource);
                said
            }
            Event::Bytes {
                flow,
                resource,
                bytes,
                ..
            } => {
                let (verb, name) = (flow.words(), trace.resource(resource));
                let bytes = counted(bytes, "byte");
                match self.previews.of(&entry, at) {
                    "" => format!("{verb} {bytes} of {name}"),
                    preview => format!("{verb} {bytes} \"{preview}\" of {name}"),
                }
            }
            Event::Packet { from, to, .. } => {
                let name = |host| trace.machine(host).to_owned();
                row.hosts = Some((name(from), name(to)));
                trace.describe(&entry)
            }
            Event::TimerCancelled { .. } => {
                let set = entry.cause().and_then(|cause| trace.entry(cause));
                if let Some(Event::TimerSet { deadline, .. }) = set.map(|set| set.event)
                    && deadline.get() != FAR
                {
                    format!("gives up its timer for {}", Seconds(deadline.get()))
                } else {
                    trace.describe(&entry)
                }
            }
            Event::CutOff { task } => {
                row.task = task;
                "is cut off".to_owned()
            }
            Event::Yielded
            | Event::Completed
            | Event::Panicked { .. }
            | Event::Cancelled
            | Event::Woke { .. }
            | Event::AbortAsked { .. }
            | Event::Waits { .. }
            | Event::WaitsForAnyTask { .. }
            | Event::Blocked { .. }
            | Event::Took { .. }
            | Event::Advanced { .. }
            | Event::Output(_)
            | Event::Input(_)
            | Event::InputEnded
            | Event::Note(_)
            | Event::Resource { .. }
            | Event::Missed { .. }
            | Event::Failed { .. }
            | Event::Read { .. }
            | Event::Wrote { .. }
            | Event::Log(_)
            | Event::Host { .. }
            | Event::UnhandledSignal { .. }
            | Event::Clock { .. }
            | Event::Link { .. }
            | Event::Links(_)
            | Event::FaultBegan { .. }
            | Event::FaultEnded { .. }
            | Event::Calm
            | Event::Buggified { .. } => trace.describe(&entry),
        };
        let mut woken = Vec::new();
        while let Some(task) = self.wakes(next, end, by) {
            woken.push(task);
            next += 1;
        }
        if !woken.is_empty() {
            row.said = format!("{}, wakes {}", row.said, self.named(&woken));
        }
        row.deviation = row.deviation.or(self.pending.take());
        row.last = next - 1;
        (Some(row), next)
    }

    /// A timer that is set, and waited for at once; and the place after that.
    fn sleeps(&self, at: usize, end: usize, deadline: Nanos) -> (String, usize) {
        let entry = self.entry(at);
        let next = self.trace.entries()[..end].get(at + 1).filter(|next| {
            next.task == entry.task && next.event == (Event::WaitsForTimer { deadline })
        });
        let set = matches!(entry.event, Event::TimerSet { .. });
        let said = match (set && next.is_none(), deadline.get()) {
            (true, _) => self.trace.describe(entry),
            (false, FAR) => "waits for a timer that never fires".to_owned(),
            (false, deadline) => format!("waits until {}", Seconds(deadline)),
        };
        (said, at + 1 + usize::from(next.is_some()))
    }

    /// What is given back, and granted to those who are woken; and the place after the grants.
    fn gives_back(&self, at: usize, end: usize, resource: ResourceNo) -> (String, usize) {
        let entry = self.entry(at);
        let granted = Event::Resource {
            verb: Verb::Grants,
            resource,
        };
        let mut next = at + 1;
        let mut woken = false;
        while !woken
            && let Some(grant) = self.trace.entries()[..end].get(next)
            && (grant.task, grant.event) == (entry.task, granted)
        {
            next += 1;
            woken = self.wakes(next, end, entry.task).is_some();
        }
        let said = self.trace.describe(entry);
        match next > at + 1 && !woken {
            true => (format!("{said}, which is granted"), next),
            false => (said, next),
        }
    }

    /// The tasks that this one does the same to in one go.
    fn alike(&self, at: usize, end: usize, task: impl Fn(Event) -> Option<TaskNo>) -> Vec<TaskNo> {
        let by = self.entry(at).task;
        let entries = self.trace.entries()[at..end].iter();
        let entries = entries.take_while(|entry| entry.task == by);
        entries.map_while(|entry| task(entry.event)).collect()
    }

    /// Whom the event in this place wakes, if this task does so.
    fn wakes(&self, at: usize, end: usize, by: TaskNo) -> Option<TaskNo> {
        let entry = self.trace.entries()[..end].get(at)?;
        let Event::Woke { task } = entry.event else {
            return None;
        };
        (entry.task == by).then_some(task)
    }

    /// The number of the deviation in this place, from 1.
    fn deviation(&self, at: usize) -> Option<usize> {
        self.deviations.binary_search(&at).ok().map(|nth| nth + 1)
    }

    fn is_draw(&self, number: EventNo) -> bool {
        let entry = self.trace.entry(number);
        entry.is_some_and(|entry| matches!(entry.event, Event::DrewTask { .. }))
    }

    /// Whose event this one follows from, if it is another task's and more than a wake.
    fn sender(&self, entry: &Entry) -> Option<TaskNo> {
        let takes = matches!(
            entry.event,
            Event::Resource {
                verb: Verb::Receives | Verb::Takes | Verb::Accepts,
                ..
            } | Event::Bytes {
                flow: Flow::Received | Flow::Arrived,
                ..
            } | Event::Read { .. }
        );
        let cause = self.trace.entry(entry.cause().filter(|_| takes)?)?;
        let from = cause.task;
        (from != entry.task && from != TaskNo::RUNTIME).then_some(from)
    }

    /// The names of some tasks.
    fn named(&self, tasks: &[TaskNo]) -> String {
        names(tasks.iter().map(|&task| self.trace.path(task)))
    }
}

/// The side of a coin.
pub(super) fn side(outcome: u32) -> &'static str {
    match outcome {
        0 => "tails",
        _ => "heads",
    }
}
