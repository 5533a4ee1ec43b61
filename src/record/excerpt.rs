//! A part of a trace, chosen so that a snapshot of it changes when what it is about does, and not with edits elsewhere.
//!
//! Timers, and resources that nobody named, are numbered anew in the order in which the excerpt comes to them: one more lock somewhere
//! else changes no line.

use std::collections::BTreeMap;
use std::fmt;

use super::ends::Kept;
use super::event::subject::Subject;
use super::event::{Entry, Event, EventNo};
use super::trace::Trace;
use crate::base::count::counted;

/// A part of a [`Trace`]; made by [`Trace::excerpt`], which is the whole trace until a method narrows it. Its text is that of the trace,
/// with the events that are left and with numbers of its own.
///
/// ```
/// use reweave::sync::mpsc;
///
/// let run = reweave::Sim::new().run(async {
///     let (jobs, mut inbox) = mpsc::channel(1);
///     let worker = reweave::task::Builder::new().name("worker").spawn(async move {
///         while let Some(job) = inbox.recv().await {
///             reweave::note!("job {job}");
///         }
///     });
///     jobs.send(7).await.unwrap();
///     drop(jobs);
///     worker.unwrap().await.unwrap();
/// });
/// let excerpt = run.trace().excerpt().task("main/worker").without_polls();
/// assert_eq!(
///     excerpt.to_string(),
///     "          0s  main/worker  receives mpsc#1
///           0s  main/worker  notes \"job 7\"
///           0s  main/worker  completes
/// "
/// );
/// ```
#[derive(Clone, Debug)]
#[must_use = "an excerpt does nothing until it is shown"]
pub struct Excerpt<'t> {
    trace: &'t Trace,
    /// The tasks that are in it, with those that they spawned; all if there are none.
    tasks: Vec<String>,
    hosts: Vec<String>,
    polls: bool,
    said: bool,
}

impl Trace {
    /// A part of the trace for a snapshot: of which tasks or hosts, and with which events, the methods of [`Excerpt`] say.
    ///
    /// ```
    /// let run = reweave::Sim::new().run(async { reweave::note!("here") });
    /// assert_eq!(run.trace().excerpt().said().to_string(), "          0s  main  notes \"here\"\n");
    /// ```
    pub fn excerpt(&self) -> Excerpt<'_> {
        Excerpt {
            trace: self,
            tasks: Vec::new(),
            hosts: Vec::new(),
            polls: true,
            said: false,
        }
    }
}

impl<'t> Excerpt<'t> {
    /// Only the events of this task and of those that it spawned, by its path. More than one may be named.
    pub fn task(mut self, path: &str) -> Excerpt<'t> {
        self.tasks.push(path.to_owned());
        self
    }

    /// Only the events of the tasks of this host, by its name. More than one may be named, and tasks of others.
    pub fn host(mut self, name: &str) -> Excerpt<'t> {
        self.hosts.push(name.to_owned());
        self
    }

    /// Without who ran when: polls, parks, yields, wakes, and draws of who goes first.
    pub fn without_polls(mut self) -> Excerpt<'t> {
        self.polls = false;
        self
    }

    /// Only what the program said and heard: output, input, notes, log lines, panics, and what was found.
    pub fn said(mut self) -> Excerpt<'t> {
        self.said = true;
        self
    }

    fn has(&self, entry: &Entry) -> bool {
        let path = self.trace.path(entry.task);
        let below = |task: &String| {
            let rest = path.strip_prefix(task.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let of_host = |host: &String| self.trace.host_of(entry.task) == Some(host);
        let chosen = self.tasks.is_empty() && self.hosts.is_empty()
            || self.tasks.iter().any(below)
            || self.hosts.iter().any(of_host);
        chosen
            && match Part::of(entry.event) {
                Part::Schedule => self.polls && !self.said,
                Part::Said => true,
                Part::Done => !self.said,
            }
    }

    /// What was asked for and is not in the run, in words for the reader of the snapshot.
    fn unknown(&self) -> Vec<String> {
        let all = self.trace.entries();
        let none = |test: &dyn Fn(&Entry) -> bool| !all.iter().any(test);
        let tasks = self.tasks.iter();
        let tasks = tasks.filter(|task| none(&|entry| self.trace.path(entry.task) == **task));
        let hosts = self.hosts.iter();
        let hosts =
            hosts.filter(|host| none(&|entry| self.trace.host_of(entry.task) == Some(host)));
        let tasks = tasks.map(|task| format!("no task of this run has the path {task:?}"));
        let hosts = hosts.map(|host| format!("no task of this run is on a host {host:?}"));
        tasks.chain(hosts).collect()
    }

    /// The events that are left, as a trace with numbers of its own.
    fn to_trace(&self) -> Trace {
        let all = self.trace.entries();
        let kept: Vec<usize> = (0..all.len()).filter(|&at| self.has(&all[at])).collect();
        // A cause that is not in the excerpt is none of its events.
        let cause_of = |at: usize| {
            let cause = self.trace.place_in(all[at].cause()?)?;
            let nth = kept.binary_search(&cause).ok()?;
            Some(EventNo(nth as u32))
        };
        let entries = kept.iter().map(|&at| all[at].caused_by(cause_of(at)));
        let mut entries: Vec<Entry> = entries.collect();
        let mut timers = BTreeMap::new();
        let mut resources = Vec::new();
        for entry in &mut entries {
            let next = timers.len() as u32 + 1;
            match &mut entry.event {
                Event::TimerSet { timer, .. }
                | Event::TimerFired { timer }
                | Event::TimerCancelled { timer } => *timer = *timers.entry(*timer).or_insert(next),
                event => {
                    if let Subject::Resource(resource) = Subject::of(*event) {
                        resources.push(resource);
                    }
                }
            }
        }
        let mut book = self.trace.book().clone();
        book.names.number_anew(&resources);
        book.entries = Kept::whole(entries);
        Trace::new(book)
    }
}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.unknown() {
            writeln!(f, "{line}")?;
        }
        if let (left_out @ 1.., _) = self.trace.left_out() {
            let events = counted(left_out, "event");
            writeln!(f, "of this run {events} were not kept, and are not here")?;
        }
        self.to_trace().fmt(f)
    }
}

/// Which part of the run an event belongs to.
enum Part {
    /// Who ran when.
    Schedule,
    /// What the program said and heard.
    Said,
    /// What was done.
    Done,
}

impl Part {
    fn of(event: Event) -> Part {
        match event {
            Event::Polled
            | Event::Parked
            | Event::Yielded
            | Event::Woke { .. }
            | Event::DrewTask { .. } => Part::Schedule,
            Event::Output(_)
            | Event::Input(_)
            | Event::InputEnded
            | Event::Note(_)
            | Event::Log(_)
            | Event::Panicked { .. }
            | Event::Found { .. } => Part::Said,
            Event::Spawned { .. }
            | Event::Completed
            | Event::Cancelled
            | Event::CutOff { .. }
            | Event::AbortAsked { .. }
            | Event::Waits { .. }
            | Event::WaitsForTask { .. }
            | Event::WaitsForAnyTask { .. }
            | Event::WaitsForTimer { .. }
            | Event::TimerSet { .. }
            | Event::TimerFired { .. }
            | Event::TimerCancelled { .. }
            | Event::Drew { .. }
            | Event::Blocked { .. }
            | Event::Took { .. }
            | Event::Advanced { .. }
            | Event::Resource { .. }
            | Event::Missed { .. }
            | Event::Read { .. }
            | Event::Wrote { .. }
            | Event::Bytes { .. }
            | Event::Failed { .. }
            | Event::Host { .. }
            | Event::UnhandledSignal { .. }
            | Event::Clock { .. }
            | Event::Link { .. }
            | Event::Links(_)
            | Event::Packet { .. }
            | Event::FaultBegan { .. }
            | Event::FaultEnded { .. }
            | Event::Calm
            | Event::Buggified { .. } => Part::Done,
        }
    }
}
