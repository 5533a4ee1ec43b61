//! Parts of the sentences about findings: what tasks wait for, who has it, and chains of them.

use std::fmt::Write;

use super::places::{Places, seconds};
use super::screen::name;
use crate::base::count::counted;
use crate::base::place::SourcePlace;
use crate::base::resource::Action;
use crate::record::detail::{
    Awaited, Busiest, Edge, Holding, Keeper, Kept, LivingSender, Owner, PendingFuture, Role,
    Supply, Unflushed, Unreceived, Wait, WaitingTask,
};

/// Tasks that are told of one by one, and steps of a cycle, at the most.
const MOST_TASKS: usize = 24;

/// Every task that waits, and messages that nobody received.
pub(super) fn stuck(
    waiting: &[WaitingTask],
    unreceived: &[Unreceived],
    places: Places,
) -> Vec<String> {
    let mut known = Vec::new();
    let tasks = waiting.iter().take(MOST_TASKS).map(|task| {
        let idle = idle(&task.idle, places);
        let unflushed = unflushed(&task.unflushed, places);
        let waits = match task.lost && task.waits.is_empty() {
            true => "nobody: it has left its waker nowhere".to_owned(),
            false => waits(&task.waits, &mut known, places),
        };
        // Where it waits says whose code it is.
        let placed = task.waits.iter().any(|wait| wait.place.is_some());
        let spawned = task.spawned.as_ref().filter(|_| !placed);
        let spawned = places.maybe_at(", spawned at", spawned);
        format!(
            "{} waits for {waits}{idle}{unflushed}{spawned}",
            name(&task.task)
        )
    });
    let mut tasks: Vec<String> = tasks.collect();
    if waiting.len() > MOST_TASKS {
        let more = counted(waiting.len() - MOST_TASKS, "more task");
        tasks.push(format!("and {more}"));
    }
    let channels = unreceived.iter().map(|unreceived| {
        let messages = counted(unreceived.messages, "message");
        let receiver = match &unreceived.last_receiver {
            Some((task, place)) => {
                let place = places.at(", at", place);
                format!("{} was the last to receive from it{place}", name(task))
            }
            None => "nobody ever received from it".to_owned(),
        };
        let name = name(&unreceived.channel.name);
        let alive = match (unreceived.receiver_alive, unreceived.awaited) {
            (true, false) => "; the receiver is alive, and no task waits on it",
            (true, true) | (false, _) => "",
        };
        format!("{messages} left in {name}: {receiver}{alive}")
    });
    tasks.into_iter().chain(channels).collect()
}

/// The branches of a `select!` that wait for nothing.
fn idle(idle: &[SourcePlace], places: Places) -> String {
    let branches = idle.iter().map(|place| {
        let place = places.at(" at", place);
        format!(
            ", and the branch of its `select!`{place} waits for nothing: it has left its waker nowhere"
        )
    });
    branches.collect()
}

/// What a task wrote that nobody can have received.
fn unflushed(unflushed: &[Unflushed], places: Places) -> String {
    let lie = unflushed.iter().map(|unflushed| {
        let (bytes, lie) = match unflushed.bytes {
            1 => ("1 byte".to_owned(), "lies"),
            bytes => (format!("{bytes} bytes"), "lie"),
        };
        let place = places.maybe_at(" at", unflushed.place.as_ref());
        format!(", and {bytes} that it wrote{place} {lie} unflushed in a buffer")
    });
    lie.collect()
}

/// What a task has that others waited for, a line each.
pub(super) fn holds(holds: &[Holding], places: Places) -> Vec<String> {
    let line = |holding: &Holding| {
        let name_of = name;
        let name = name_of(&holding.resource.name);
        let what = match holding.action {
            Action::Acquire(permits) => format!("{} of {name}", counted(permits, "permit")),
            Action::Reserve(_) => format!("room in {name}"),
            Action::Lock
            | Action::Read
            | Action::Write
            | Action::Release
            | Action::Adjust
            | Action::Send
            | Action::Receive
            | Action::Await
            | Action::NotifyOne
            | Action::NotifyAll
            | Action::Observe
            | Action::Meet
            | Action::Close
            | Action::Bind
            | Action::Connect
            | Action::Accept => name.clone(),
        };
        let (by, since) = (name_of(&holding.taken_by), seconds(holding.since));
        let place = places.at(" at", &holding.place);
        let (task, from) = (name_of(&holding.wanted_by), seconds(holding.wanted_since));
        let waits = match holding.given_up {
            Some(at) => format!(
                "{task} waited for it in vain from {from} to {}",
                seconds(at)
            ),
            None => format!("{task} waits for it since {from}"),
        };
        format!("holds {what}, taken by {by}{place} at {since}; {waits}")
    };
    let mut lines: Vec<String> = holds.iter().take(MOST_OWNERS).map(line).collect();
    if holds.len() > MOST_OWNERS {
        let more = holds.len() - MOST_OWNERS;
        lines.push(format!("holds {more} more that others waited for"));
    }
    lines
}

pub(super) fn awaited(awaited: &Awaited) -> String {
    match awaited {
        Awaited::Resource { resource, want } => format!("{}{}", want.lead(), name(&resource.name)),
        Awaited::Task(task) => format!("the end of {}", name(task)),
        Awaited::AnyTask(tasks) => format!("the end of any of {}", counted(*tasks, "task")),
        Awaited::Timer(None) => "a timer that never fires".to_owned(),
        Awaited::Timer(Some(at)) => format!("a timer at {}", seconds(*at)),
    }
}

/// What stands between something awaited and its place. A timer has a time before.
fn lead(awaited: &Awaited) -> &'static str {
    match awaited {
        Awaited::Timer(Some(_)) => ", at",
        Awaited::Timer(None)
        | Awaited::Resource { .. }
        | Awaited::Task(_)
        | Awaited::AnyTask(_) => " at",
    }
}

/// What a task waits for. Several owners of one resource are named once, and then `known`.
/// The task whose end is waited for.
fn task_of(wait: &Wait) -> Option<&str> {
    let Awaited::Task(task) = &wait.awaited else {
        return None;
    };
    Some(task)
}

/// Names in a row; the first few of many.
pub(super) fn names<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(name).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, three] => format!("{one}, {two} and {three}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
    }
}

pub(super) fn waits<'d>(waits: &'d [Wait], known: &mut Vec<&'d Awaited>, places: Places) -> String {
    if waits.is_empty() {
        // A thread or another runtime may have its waker.
        return "something that this run does not see, such as a thread or another runtime, which are not waited for"
            .to_owned();
    }
    let ends = |one: &Wait, next: &Wait| {
        let tasks = [&one.awaited, &next.awaited].map(|it| matches!(it, Awaited::Task(_)));
        tasks == [true, true] && one.place == next.place
    };
    let waits = waits.chunk_by(ends).map(|alike| {
        let wait = &alike[0];
        let place = match (&wait.place, &wait.awaited) {
            (Some(place), awaited) => places.at(lead(awaited), place),
            // Better than nothing, and of the user's.
            (None, Awaited::Resource { resource, .. }) => {
                places.maybe_at(", made at", resource.made.as_ref())
            }
            (None, Awaited::Task(_) | Awaited::AnyTask(_) | Awaited::Timer(_)) => String::new(),
        };
        let words = match alike.len() {
            1 => awaited(&wait.awaited) + &place,
            _ => format!(
                "the end of {}{place}",
                names(alike.iter().filter_map(task_of))
            ),
        };
        if let Some(call) = &wait.missed_call {
            let (at, task) = (seconds(call.at), name(&call.task));
            return format!("{words} (at {at} {task} notified all who waited: nobody did)");
        }
        let several = wait.owners.len() > 1 || !wait.senders.is_empty();
        let said = several && known.contains(&&wait.awaited);
        if several && !said {
            known.push(&wait.awaited);
        }
        let mut known: Vec<String> = wait.supply.map(supply).into_iter().collect();
        if said {
            known.push(match wait.owners.is_empty() {
                true => "its senders are listed above".to_owned(),
                false => "who has it is listed above".to_owned(),
            });
        } else if !wait.owners.is_empty() {
            known.push(owners(&wait.owners, places));
        } else if !wait.senders.is_empty() {
            known.push(senders(wait, places));
        }
        match known.is_empty() {
            true => words,
            false => format!("{words} ({})", known.join("; ")),
        }
    });
    let waits: Vec<String> = waits.collect();
    // Whether one of them is enough, as in a `select!`, or all are needed, as in a `join!`, is not known.
    waits.join("; and for ")
}

/// How much there is of what is waited for.
fn supply(supply: Supply) -> String {
    match supply {
        Supply::There { there: 1, of } => format!("1 of {of} is there"),
        Supply::There { there, of } => format!("{there} of {of} are there"),
        Supply::Free {
            wanted,
            free,
            of,
            forgotten,
        } => {
            let are = if free == 1 { "is" } else { "are" };
            let free = format!("wants {wanted}, {free} of {of} {are} free");
            match forgotten {
                0 => free,
                1 => format!("{free}, 1 more was forgotten"),
                more => format!("{free}, {more} more were forgotten"),
            }
        }
        Supply::Full { slots: 1 } => "its only slot is taken".to_owned(),
        Supply::Full { slots } => format!("all {slots} slots are taken"),
        Supply::Sent { sends: 0, .. } => "nothing was sent yet".to_owned(),
        Supply::Sent {
            sends,
            subscribed_after,
        } => match (subscribed_after, sends) {
            (true, 1) => "it subscribed after the only send".to_owned(),
            (true, sends) => format!("it subscribed after the last of {sends} sends"),
            (false, 1) => "it has had the only send".to_owned(),
            (false, sends) => format!("it has had the last of {sends} sends"),
        },
        Supply::Bytes { sent: 0, .. } => "nothing was sent yet".to_owned(),
        Supply::Bytes {
            sent: 1,
            unreceived: 0,
        } => "the only byte that was sent was received".to_owned(),
        Supply::Bytes {
            sent,
            unreceived: 0,
        } => format!("all {sent} bytes that were sent were received"),
        Supply::Bytes { sent, unreceived } => {
            let bytes = counted(sent, "byte");
            format!("{bytes} sent, {unreceived} not received yet")
        }
    }
}

/// The senders that are there, and who has them.
fn senders(wait: &Wait, places: Places) -> String {
    let made = senders_made(&wait.senders, places);
    let and = match wait.senders.len() {
        1 => ", and ",
        _ => "; ",
    };
    match keepers(&wait.keepers, wait.senders.len()) {
        Some(keepers) => format!("{made}{and}{keepers}"),
        None => made,
    }
}

/// Who has the senders, of which there are so many.
fn keepers(keepers: &[Keeper], senders: usize) -> Option<String> {
    let has = |keeper: &Keeper| {
        let them = match (senders, keeper.senders) {
            (1, _) => "it".to_owned(),
            (all, n) if all == n => format!("all {n}"),
            (_, n) => n.to_string(),
        };
        match &keeper.kept {
            Kept::Alone(task) => format!("{} has {them}", name(task)),
            Kept::Last(task) => format!("{} has {them}, perhaps with others", name(task)),
            Kept::Message { channel, receiver } => {
                let receiver = match receiver {
                    Some(task) => format!(", whose receiver {} has", name(task)),
                    None => String::new(),
                };
                let lie = match (senders, keeper.senders) {
                    (1, _) => "lies".to_owned(),
                    (_, 1) => "1 lies".to_owned(),
                    _ => format!("{them} lie"),
                };
                format!(
                    "{lie} in a message left in {}{receiver}",
                    name(&channel.name)
                )
            }
            Kept::NoTask => format!("no task has {them}"),
        }
    };
    let mut words: Vec<String> = keepers.iter().take(MOST_OWNERS).map(has).collect();
    if keepers.len() > MOST_OWNERS {
        let more = keepers[MOST_OWNERS..].iter();
        let more = more.map(|keeper| keeper.senders).sum::<usize>();
        words.push(format!("others have {more}"));
    }
    (!words.is_empty()).then(|| words.join(", "))
}

/// Senders that are there, those of one place in one go.
fn senders_made(senders: &[LivingSender], places: Places) -> String {
    // That it has senders is why nobody is told that no more will come.
    let (mut words, were) = match senders.len() {
        1 => ("its sender is alive".to_owned(), "it was made"),
        n => (format!("its {n} senders are alive"), "they were made"),
    };
    if places == Places::LeftOut {
        return words;
    }
    let _ = write!(words, ": {were}");
    let mut made: Vec<(&LivingSender, usize)> = Vec::new();
    for sender in senders {
        match made.iter_mut().find(|(same, _)| *same == sender) {
            Some((_, times)) => *times += 1,
            None => made.push((sender, 1)),
        }
    }
    for (nth, (sender, times)) in made.iter().take(MOST_OWNERS).enumerate() {
        let lead = if nth == 0 { "" } else { "," };
        let number = match (*times, made.len()) {
            (1, _) | (_, 1) => String::new(),
            (times, _) => format!(" ({times} of them)"),
        };
        let (made, by) = (&sender.made, name(&sender.by));
        let _ = write!(words, "{lead} at {made} by {by}{number}");
    }
    if made.len() > MOST_OWNERS {
        let more = counted(made.len() - MOST_OWNERS, "more place");
        let _ = write!(words, " and at {more}");
    }
    words
}

/// Owners that are named, at the most.
const MOST_OWNERS: usize = 3;

pub(super) fn owners(owners: &[Owner], places: Places) -> String {
    let owner = |owner: &Owner| {
        let (role, since) = match owner.role {
            Role::Holder => ("held by", " since"),
            Role::Reader => ("held for reading by", " since"),
            Role::Writer => ("held for writing by", " since"),
            Role::Grantee => ("handed to", ", who asked at"),
            Role::Ahead => ("behind", ", who asked at"),
            Role::Receiver => ("its receiver is with", ", who last received at"),
            Role::OtherEnd => ("the other end is with", ", who last used it at"),
        };
        let over = match owner.over {
            true => " (over)",
            false => "",
        };
        format!(
            "{role} {}{over}{}",
            name(&owner.task),
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

pub(super) fn busiest(busiest: &Busiest, places: Places) -> Vec<String> {
    let line = |task: &crate::record::detail::BusyTask| {
        let steps = counted(task.steps, "step");
        let waiting = &task.waiting;
        let waits = match waiting.waits.is_empty() {
            true => String::new(),
            false => {
                let waits = waits(&waiting.waits, &mut Vec::new(), places);
                format!(" and waits for {waits}")
            }
        };
        let spawned = places.maybe_at(", spawned at", waiting.spawned.as_ref());
        format!("{} took {steps}{waits}{spawned}", name(&waiting.task))
    };
    let mut lines: Vec<String> = busiest.tasks.iter().map(line).collect();
    if busiest.more > 0 {
        lines.push(format!("and {}", counted(busiest.more, "more task")));
    }
    lines
}

/// A cycle as a chain of arrows.
pub(super) fn cycle(edges: &[Edge]) -> String {
    let mut chain = String::new();
    let left_out = edges.len().saturating_sub(MOST_TASKS);
    for (at, edge) in edges.iter().enumerate() {
        // The middle of a long one says no more than its ends.
        if left_out > 0 && at == MOST_TASKS / 2 {
            let _ = write!(chain, "… {} … ", counted(left_out, "task"));
        }
        if (MOST_TASKS / 2..MOST_TASKS / 2 + left_out).contains(&at) {
            continue;
        }
        let along = match &edge.awaited {
            Awaited::Resource { resource, .. } => name(&resource.name),
            Awaited::Task(_) => "its end".to_owned(),
            waited @ (Awaited::AnyTask(_) | Awaited::Timer(_)) => awaited(waited),
        };
        let _ = write!(chain, "{} ── {along} ──► ", name(&edge.from));
    }
    chain + &edges.last().map_or_else(String::new, |edge| name(&edge.to))
}

pub(super) fn pending(future: &PendingFuture, places: Places) -> String {
    let place = places.maybe_at(lead(&future.awaited), future.place.as_ref());
    let (since, last) = (seconds(future.since), seconds(future.last_polled));
    let what = awaited(&future.awaited);
    format!("waits for {what}{place} since {since}, last polled at {last}")
}

/// When a future was given what it waits for, if it was.
pub(super) fn given(future: &PendingFuture) -> String {
    match (future.granted, &future.awaited) {
        (None, _) => String::new(),
        (Some(at), Awaited::Timer(_)) => format!(", which was due at {}", seconds(at)),
        (Some(at), _) => format!(", given it at {}", seconds(at)),
    }
}

pub(super) fn messages_were(messages: usize) -> String {
    match messages {
        1 => "1 message was".to_owned(),
        n => format!("{n} messages were"),
    }
}
