//! Faults of the plan in sentences: those before a finding, and what a run met of them.

use std::time::Duration;

use super::places::seconds;
use super::screen::{name, quoted_name};
use crate::base::count::{counted, ordinal};
use crate::base::fault::FaultKind;
use crate::base::ids::{HostNo, TaskNo};
use crate::choice::tape::Choice;
use crate::record::detail::PastFault;
use crate::record::event::{Entry, Event, HostVerb, LinkVerb};
use crate::record::trace::Trace;

/// The faults before a finding, a line each.
pub(super) fn before(faults: &[PastFault], more: u32) -> Vec<String> {
    let mut lines = Vec::new();
    if more > 0 {
        lines.push(format!("{} before these", counted(more, "fault")));
    }
    lines.extend(faults.iter().map(|past| {
        let host = quoted_name(&past.host);
        let (fault, since) = (past.fault, seconds(past.since));
        match past.until {
            Some(until) => format!("{fault} of host {host} from {since} to {}", seconds(until)),
            None => format!("{fault} of host {host} since {since}, in force"),
        }
    }));
    lines
}

/// A draw of a fault that did not take its default. `what` is a label, or the path of a task.
pub(super) fn drawn(what: &str, nth: u32, choice: Choice<'_>) -> String {
    if let Some(site) = what.strip_prefix("buggify@") {
        return format!("faults: buggify at {site} is enabled in this run");
    }
    if let Some((what, link)) = what.split_once('@')
        && let Some((from, to)) = link.split_once('>')
    {
        let packet = format!("the {} packet {from} > {to}", ordinal(nth));
        return match what {
            "loss" => format!("{packet} was lost"),
            "duplicate" => format!("{packet} arrived twice"),
            "reorder" => format!("{packet} was late, and overtaken"),
            "split" => format!("{packet} arrived in two parts"),
            what => format!("{what} of {packet}, candidate {choice}"),
        };
    }
    if let Some(host) = what.strip_prefix("half@") {
        return format!(
            "{host} was on the other side in the {} partition",
            ordinal(nth)
        );
    }
    if let Some(host) = what.strip_prefix("abort@") {
        return format!(
            "the {} connection that {host} would have accepted was gone",
            ordinal(nth)
        );
    }
    if let Some((fault, host)) = what.split_once('@') {
        return format!("faults: {fault} of {host} in period {nth}, candidate {choice}");
    }
    if FaultKind::ALL.iter().any(|kind| kind.name() == what) {
        return format!("faults: {what} may strike in this run, strength {choice}");
    }
    match what {
        "core" => format!("faults: candidate {choice} is left out of the core"),
        task => format!("faults: {task} met its buggify {nth}"),
    }
}

/// The line about the faults that there were in these events, if there were any.
pub(super) fn line(trace: &Trace, entries: &[Entry]) -> Option<String> {
    let mut in_force: Vec<(FaultKind, HostNo, u64)> = Vec::new();
    let (mut count, mut sites, mut calm) = (0u32, 0u32, None);
    let mut standing = Standing::default();
    let (left_out, gap) = trace.left_out();
    for (at, entry) in entries.iter().enumerate() {
        // What was undone in between is not known.
        if left_out > 0 && at == gap {
            (standing, in_force) = Default::default();
        }
        standing.note(entry);
        if let Event::FaultBegan { fault, host, .. } = entry.event {
            count += 1;
            in_force.push((fault, host, entry.at));
        } else if let Event::FaultEnded { fault, host } = entry.event {
            in_force.retain(|&(kind, on, _)| (kind, on) != (fault, host));
        } else if let Event::Buggified { .. } = entry.event {
            sites += 1;
        } else if entry.event == Event::Calm {
            calm = Some(entry.at);
        }
    }
    let mut parts = Vec::new();
    for (fault, host, since) in &in_force {
        let since = seconds(Duration::from_nanos(*since));
        parts.push(format!(
            "{fault} of host {} in force since {since}",
            quoted_name(trace.host(*host))
        ));
    }
    let of_plan = |host, at| {
        in_force
            .iter()
            .any(|&(_, on, since)| (on, since) == (host, at))
    };
    parts.extend(standing.told(trace, of_plan));
    let over = count - in_force.len() as u32;
    if over > 0 {
        parts.push(format!("{} over", counted(over, "fault")));
    }
    if sites > 0 {
        parts.push(format!("buggify {}", counted(sites, "time")));
    }
    if let Some(calm) = calm {
        parts.push(format!(
            "calm since {}",
            seconds(Duration::from_nanos(calm))
        ));
    }
    (!parts.is_empty()).then(|| format!("faults: {}", parts.join(", ")))
}

/// What was done to links and hosts, by whomever, and not undone.
#[derive(Default)]
struct Standing {
    links: Vec<Done<(HostNo, HostNo)>>,
    hosts: Vec<Done<HostNo>>,
}

/// What was done to something, in words before and behind who did it, when, and by which task.
#[derive(Clone, Copy, PartialEq)]
struct Done<T> {
    words: (&'static str, &'static str),
    to: T,
    at: u64,
    by: TaskNo,
}

/// Links that are told of one by one, at the most.
const MOST_LINKS: usize = 6;

impl Standing {
    fn note(&mut self, entry: &Entry) {
        let &Entry { at, task: by, .. } = entry;
        if let Event::Link { verb, from, to } = entry.event {
            let (words, lasts) = match verb {
                LinkVerb::Cuts => (("cut", "since"), true),
                LinkVerb::Heals => (("cut", "since"), false),
                LinkVerb::Holds => (("held", "since"), true),
                LinkVerb::Releases => (("held", "since"), false),
                // When a clog is over is no event, and a link that is changed lets packets pass.
                LinkVerb::Clogs | LinkVerb::Changes => return,
            };
            let to = (from, to);
            self.links
                .retain(|done| (done.words, done.to) != (words, to));
            if lasts {
                self.links.push(Done { words, to, at, by });
            }
        } else if let Event::Host { verb, host: to } = entry.event {
            self.hosts.retain(|done| done.to != to);
            let words = match verb {
                HostVerb::Crashes => ("crashed", "and down since"),
                HostVerb::LosesPower => ("powered off", "and down since"),
                HostVerb::Pauses => ("paused", "since"),
                // A process that ended by itself is no fault.
                HostVerb::Starts | HostVerb::Restarts | HostVerb::Resumes | HostVerb::Exits => {
                    return;
                }
            };
            self.hosts.push(Done { words, to, at, by });
        }
    }

    /// A part of a sentence for each, but what the plan did at that time, which is told as its fault.
    fn told(&self, trace: &Trace, of_plan: impl Fn(HostNo, u64) -> bool) -> Vec<String> {
        let hosts = self.hosts.iter().filter(|done| !of_plan(done.to, done.at));
        let mut told: Vec<String> = hosts
            .map(|done| {
                let host = quoted_name(trace.host(done.to));
                format!("host {host} {}", done.told(trace))
            })
            .collect();
        let mut links = Vec::new();
        for &done in &self.links {
            let (from, to) = done.to;
            let back = Done {
                to: (to, from),
                ..done
            };
            let both = self.links.contains(&back);
            let (lead, between) = match both {
                true => ("links between", "and"),
                false => ("link", ">"),
            };
            // Both ways are told once.
            if !both || from < to {
                let (from, to) = (name(trace.machine(from)), name(trace.machine(to)));
                links.push(format!("{lead} {from} {between} {to} {}", done.told(trace)));
            }
        }
        let more = links.len().saturating_sub(MOST_LINKS);
        links.truncate(MOST_LINKS);
        told.append(&mut links);
        if more > 0 {
            told.push(format!("{} cut or held", counted(more, "more link")));
        }
        told
    }
}

impl<T> Done<T> {
    /// What was done, by whom, and since when it is so.
    fn told(&self, trace: &Trace) -> String {
        let (done, since) = self.words;
        let at = seconds(Duration::from_nanos(self.at));
        match self.by {
            TaskNo::RUNTIME => format!("{done} {since} {at}"),
            task => format!("{done} by {} {since} {at}", name(trace.path(task))),
        }
    }
}
