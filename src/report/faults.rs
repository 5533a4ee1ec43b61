//! Faults of the plan in sentences: those before a finding, and what a run met of them.

use std::fmt;
use std::time::Duration;

use super::places::seconds;
use crate::base::count::{counted, ordinal};
use crate::base::fault::FaultKind;
use crate::base::ids::HostNo;
use crate::choice::tape::Choice;
use crate::record::detail::PastFault;
use crate::record::event::{Entry, Event};
use crate::record::trace::Trace;

/// The faults before a finding, a line each.
pub(super) fn before(faults: &[PastFault], more: u32) -> Vec<String> {
    let mut lines = Vec::new();
    if more > 0 {
        lines.push(format!("{} before these", counted(more, "fault")));
    }
    lines.extend(faults.iter().map(|past| {
        let (fault, host, since) = (past.fault, &past.host, seconds(past.since));
        match past.until {
            Some(until) => format!(
                "{fault} of host {host:?} from {since} to {}",
                seconds(until)
            ),
            None => format!("{fault} of host {host:?} since {since}, in force"),
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
pub(super) fn line(f: &mut fmt::Formatter<'_>, trace: &Trace, entries: &[Entry]) -> fmt::Result {
    let mut in_force: Vec<(FaultKind, HostNo, u64)> = Vec::new();
    let (mut count, mut sites, mut calm) = (0u32, 0u32, None);
    for entry in entries {
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
    if count == 0 && sites == 0 {
        return Ok(());
    }
    let mut parts = Vec::new();
    for (fault, host, since) in &in_force {
        let since = seconds(Duration::from_nanos(*since));
        parts.push(format!(
            "{fault} of host {:?} in force since {since}",
            trace.host(*host)
        ));
    }
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
    writeln!(f, "faults: {}", parts.join(", "))
}
