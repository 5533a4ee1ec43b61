//! Findings as JSON: what all have, and the detail of each kind.

use std::io;

use super::object::Object;
use crate::base::resource::ResourceKind;
use crate::record::detail::{
    Awaited, Busiest, Detail, Doing, Edge, Has, Holding, Keeper, Kept, Leaked, Nondeterminism,
    PastFault, PendingFuture, Reached, Role, Supply, Unreceived, Wait, WaitingTask,
};
use crate::record::finding::Finding;
use crate::record::resource::Resource;
use crate::record::spin::Spin;

pub(crate) fn finding(finding: &Finding, o: &mut Object<'_>) {
    o.text("finding", finding.kind().name());
    o.text("level", finding.level().name());
    o.duration("at", finding.at());
    if let Some(task) = finding.task() {
        o.text("task", task);
    }
    if let Some(at) = finding.place() {
        o.place("place", at);
    }
    o.object("detail", |o| detail(finding.detail(), o));
}

fn detail(detail: &Detail, o: &mut Object<'_>) {
    match detail {
        Detail::Panic(panic) => {
            o.text("message", &panic.message);
            o.flag("while_cut_off", panic.while_cut_off);
            if let Some(follows) = &panic.follows {
                o.text("follows", follows);
            }
        }
        Detail::UnobservedPanic(panic) => {
            o.text("message", &panic.message);
            o.place("spawned", &panic.spawned);
            o.flag("main_ended", panic.main_ended);
        }
        Detail::PolledAfterCompletion(panic) => o.text("message", &panic.message),
        Detail::Property(property) => {
            o.text("claim", property.claim.name());
            o.text("message", &property.message);
        }
        Detail::ForeignInstant(instant) => {
            o.text("read_on", &instant.read_on);
            o.text("awaited_on", &instant.awaited_on);
        }
        Detail::Deadlock(deadlock) => {
            o.flag("others_go_on", deadlock.others_go_on);
            o.flag("main_ended", deadlock.main_ended);
            o.list("waiting", &deadlock.waiting, waiting);
            o.list("cycle", &deadlock.cycle, edge);
            o.list("unreceived", &deadlock.unreceived, unreceived);
            o.list("left_alone", &deadlock.left_alone, pending);
            if !deadlock.paused.is_empty() {
                o.texts("paused", &deadlock.paused);
            }
        }
        Detail::LostWaker(lost) => {
            o.list("waiting", &lost.waiting, waiting);
            o.list("unreceived", &lost.unreceived, unreceived);
        }
        Detail::Futurelock(lock) => {
            o.object("awaited", |o| awaited(&lock.awaited, o));
            o.text(
                "has",
                match lock.has {
                    Has::Granted => "granted",
                    Has::First => "first",
                    Has::Holds => "holds",
                },
            );
            o.object("abandoned", |o| pending(&lock.abandoned, o));
            o.object("waiter", |o| pending(&lock.waiter, o));
            o.flag("given_up", lock.given_up);
            o.list("waiting", &lock.waiting, waiting);
            o.list("unreceived", &lock.unreceived, unreceived);
        }
        Detail::Livelock(livelock) => {
            o.number("polls", livelock.polls);
            o.number("operations", livelock.operations);
            o.number("begun", livelock.begun);
            o.number("ended", livelock.ended);
            o.list("spins", &livelock.spins, spin);
            busiest(&livelock.busiest, o);
        }
        Detail::Limit(limit) => {
            reached(limit.reached, o);
            busiest(&limit.busiest, o);
        }
        Detail::StuckTask(task) => {
            o.list("waits", &task.waits, wait);
            holds(&task.holds, o);
        }
        Detail::UnawaitedTask(task) => {
            match &task.doing {
                Doing::NotStarted => o.text("doing", "not_started"),
                Doing::Ready => o.text("doing", "ready"),
                Doing::Waiting { waits, lost } => {
                    o.text("doing", "waiting");
                    o.list("waits", waits, wait);
                    o.flag("lost", *lost);
                }
            }
            holds(&task.holds, o);
        }
        Detail::NeverAwaited(future) => o.text("made_by", future.made_by),
        Detail::Blocking(blocking) => {
            o.duration("nanos", blocking.duration);
            o.number("ready", blocking.ready as u64);
        }
        Detail::Nondeterminism(kind) => match kind {
            Nondeterminism::WokenFromOutside => o.text("how", "woken_from_outside"),
            Nondeterminism::AbortedFromOutside => o.text("how", "aborted_from_outside"),
            Nondeterminism::RunsDiffer(lines) => {
                o.text("how", "runs_differ");
                o.texts("difference", lines);
            }
            Nondeterminism::RecordingDiffers => o.text("how", "recording_differs"),
            Nondeterminism::DifferenceNotSeenAgain => {
                o.text("how", "difference_not_seen_again");
            }
            Nondeterminism::NotSeenAgain(signature) => {
                o.text("how", "not_seen_again");
                o.text("signature", &signature.to_string());
            }
        },
        Detail::LongHold(hold) => {
            o.object("resource", |o| resource(&hold.resource, o));
            o.text("holder", &hold.holder);
            o.duration("held", hold.held);
            o.texts("waiting", &hold.waiting);
            o.duration("first_since", hold.first_since);
        }
        Detail::Leak(leak) => {
            o.object("resource", |o| resource(&leak.resource, o));
            o.text("by", &leak.task);
            o.duration("since", leak.since);
            o.text(
                "how",
                match leak.how {
                    Leaked::Kept => "kept",
                    Leaked::Forgotten => "forgotten",
                },
            );
        }
        Detail::AbandonedReceiver(receiver) => {
            o.object("channel", |o| resource(&receiver.channel, o));
            o.number("messages", receiver.messages as u64);
        }
        Detail::DroppedMessages(dropped) => {
            o.object("channel", |o| resource(&dropped.channel, o));
            o.number("messages", dropped.messages as u64);
        }
        Detail::Starvation(starvation) => o.number("steps", starvation.steps),
        Detail::NoProgress(progress) => {
            o.text("what", &progress.what);
            o.duration("within", progress.within);
            o.number("times", progress.times);
            o.duration("since", progress.since);
            if let Some(calm) = progress.calm_since {
                o.duration("calm_since", calm);
            }
            o.list("faults", &progress.faults, past_fault);
            o.number("faults_before", u64::from(progress.faults_before));
        }
    }
}

fn resource(resource: &Resource, o: &mut Object<'_>) {
    o.text("kind", &snake_case(resource.kind));
    o.text("name", &resource.name);
    if let Some(made) = &resource.made {
        o.place("made", made);
    }
}

/// The name of a kind of error: `addr_in_use`.
pub(super) fn error_name(kind: io::ErrorKind) -> String {
    let mut name = String::new();
    for c in format!("{kind:?}").chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(c.to_lowercase());
    }
    name
}

/// The name of a kind as JSON has it.
pub(super) fn snake_case(kind: ResourceKind) -> String {
    kind.name().replace(' ', "_")
}

fn awaited(awaited: &Awaited, o: &mut Object<'_>) {
    match awaited {
        Awaited::Resource { resource: of, want } => {
            o.text("want", want.name());
            o.object("resource", |o| resource(of, o));
        }
        Awaited::Task(task) => o.text("end_of", task),
        Awaited::AnyTask(tasks) => o.number("end_of_any", u64::from(*tasks)),
        Awaited::Timer(Some(at)) => o.duration("timer", *at),
        Awaited::Timer(None) => o.text("timer", "never"),
    }
}

fn wait(wait: &Wait, o: &mut Object<'_>) {
    awaited(&wait.awaited, o);
    if let Some(place) = &wait.place {
        o.place("place", place);
    }
    o.list("owners", &wait.owners, |owner, o| {
        o.text(
            "role",
            match owner.role {
                Role::Holder => "holder",
                Role::Reader => "reader",
                Role::Writer => "writer",
                Role::Grantee => "grantee",
                Role::Ahead => "ahead",
                Role::Receiver => "receiver",
                Role::OtherEnd => "other_end",
            },
        );
        o.text("task", &owner.task);
        o.place("place", &owner.place);
        o.flag("over", owner.over);
    });
    if let Some(call) = &wait.missed_call {
        o.object("missed_call", |o| {
            o.text("task", &call.task);
            o.duration("at", call.at);
        });
    }
    if let Some(of) = wait.supply {
        o.object("supply", |o| supply(of, o));
    }
    if !wait.senders.is_empty() {
        o.list("senders", &wait.senders, |sender, o| {
            o.place("made", &sender.made);
            o.text("by", &sender.by);
        });
    }
    if !wait.keepers.is_empty() {
        o.list("keepers", &wait.keepers, keeper);
    }
}

fn keeper(keeper: &Keeper, o: &mut Object<'_>) {
    let (kept, task, channel) = match &keeper.kept {
        Kept::Alone(task) => ("alone", Some(task), None),
        Kept::Last(task) => ("last", Some(task), None),
        Kept::Message { channel, receiver } => ("message", receiver.as_ref(), Some(channel)),
        Kept::NoTask => ("no_task", None, None),
    };
    o.text("kept", kept);
    if let Some(task) = task {
        o.text("task", task);
    }
    if let Some(channel) = channel {
        o.object("channel", |o| resource(channel, o));
    }
    o.number("senders", keeper.senders as u64);
}

fn supply(supply: Supply, o: &mut Object<'_>) {
    match supply {
        Supply::There { there, of } => {
            o.number("there", there);
            o.number("of", of);
        }
        Supply::Free {
            wanted,
            free,
            of,
            forgotten,
        } => {
            o.number("wanted", wanted);
            o.number("free", free);
            o.number("of", of);
            if forgotten > 0 {
                o.number("forgotten", forgotten);
            }
        }
        Supply::Full { slots } => o.number("slots", slots),
        Supply::Sent {
            sends,
            subscribed_after,
        } => {
            o.number("sends", sends);
            o.flag("subscribed_after", subscribed_after);
        }
        Supply::Bytes { sent, unreceived } => {
            o.number("sent", sent);
            o.number("unreceived", unreceived);
        }
    }
}

fn waiting(task: &WaitingTask, o: &mut Object<'_>) {
    o.text("task", &task.task);
    if let Some(spawned) = &task.spawned {
        o.place("spawned", spawned);
    }
    o.list("waits", &task.waits, wait);
    if task.lost {
        o.flag("lost", true);
    }
    if !task.idle.is_empty() {
        let idle: Vec<String> = task.idle.iter().map(ToString::to_string).collect();
        o.texts("idle", &idle);
    }
    if !task.unflushed.is_empty() {
        o.list("unflushed", &task.unflushed, |unflushed, o| {
            o.number("bytes", unflushed.bytes);
            if let Some(place) = &unflushed.place {
                o.place("place", place);
            }
        });
    }
}

fn holds(holds: &[Holding], o: &mut Object<'_>) {
    if !holds.is_empty() {
        o.list("holds", holds, holding);
    }
}

fn holding(holding: &Holding, o: &mut Object<'_>) {
    o.object("resource", |o| resource(&holding.resource, o));
    o.text("action", holding.action.name());
    o.text("taken_by", &holding.taken_by);
    o.place("place", &holding.place);
    o.duration("since", holding.since);
    o.text("wanted_by", &holding.wanted_by);
    o.duration("wanted_since", holding.wanted_since);
    if let Some(given_up) = holding.given_up {
        o.duration("given_up", given_up);
    }
}

fn unreceived(unreceived: &Unreceived, o: &mut Object<'_>) {
    o.object("channel", |o| resource(&unreceived.channel, o));
    o.number("messages", unreceived.messages);
    o.flag("receiver_alive", unreceived.receiver_alive);
    o.flag("awaited", unreceived.awaited);
    if let Some((task, place)) = &unreceived.last_receiver {
        o.text("last_receiver", task);
        o.place("last_received", place);
    }
}

fn edge(edge: &Edge, o: &mut Object<'_>) {
    o.text("from", &edge.from);
    o.object("awaited", |o| awaited(&edge.awaited, o));
    o.text("to", &edge.to);
}

fn pending(future: &PendingFuture, o: &mut Object<'_>) {
    o.text("task", &future.task);
    awaited(&future.awaited, o);
    if let Some(place) = &future.place {
        o.place("place", place);
    }
    o.duration("since", future.since);
    o.duration("last_polled", future.last_polled);
    if let Some(granted) = future.granted {
        o.duration("granted", granted);
    }
}

fn busiest(busiest: &Busiest, o: &mut Object<'_>) {
    o.list("busiest", &busiest.tasks, |task, o| {
        waiting(&task.waiting, o);
        o.number("steps", u64::from(task.steps));
    });
    o.number("more", busiest.more as u64);
}

fn spin(spin: &Spin, o: &mut Object<'_>) {
    o.text("task", &spin.task);
    o.text("action", spin.action.name());
    o.object("resource", |o| resource(&spin.resource, o));
    o.place("place", &spin.place);
    o.number("times", spin.times);
    if let Some(why) = &spin.failed {
        o.text("failed", why);
    }
    if let Some(closed) = &spin.closed {
        o.duration("closed", closed.at);
        if let Some(by) = &closed.by {
            o.text("closed_by", by);
        }
        o.text("closed_how", closed.how.name());
    }
}

fn reached(reached: Reached, o: &mut Object<'_>) {
    match reached {
        Reached::Tasks { alive, limit } => {
            o.text("reached", "tasks");
            o.number("alive", alive as u64);
            o.number("limit", limit as u64);
        }
        Reached::VirtualTime { limit } => {
            o.text("reached", "virtual_time");
            o.duration("limit", limit);
        }
        Reached::Steps { limit } => {
            o.text("reached", "steps");
            o.number("limit", limit);
        }
        Reached::WallTime { elapsed, limit } => {
            o.text("reached", "wall_time");
            o.duration("elapsed", elapsed);
            o.duration("limit", limit);
        }
    }
}

fn past_fault(fault: &PastFault, o: &mut Object<'_>) {
    o.text("fault", fault.fault.name());
    o.text("host", &fault.host);
    o.duration("since", fault.since);
    if let Some(until) = fault.until {
        o.duration("until", until);
    }
}
