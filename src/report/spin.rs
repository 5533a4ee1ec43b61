//! What is done again and again, in sentences.

use super::places::{Places, seconds};
use super::screen::name;
use crate::base::count::counted;
use crate::base::resource::Action;
use crate::record::spin::{Closed, Closing, Spin};

/// A line for each.
pub(super) fn lines(spins: &[Spin], places: Places) -> Vec<String> {
    let line = |spin: &Spin| {
        let (task, name) = (name(&spin.task), name(&spin.resource.name));
        let times = counted(spin.times, "time");
        let closed = spin.closed.as_ref().map_or_else(String::new, closed);
        let (verb, place) = (verb(spin.action), places.at(" at", &spin.place));
        let failed = spin.failed.as_ref();
        let failed = failed.map_or_else(String::new, |why| format!(", which fails ({why})"));
        format!("{task} {verb} {name}{closed}{failed}, again and again: {times}{place}")
    };
    spins.iter().map(line).collect()
}

/// That it is closed, since when, and whose doing that was.
fn closed(closed: &Closed) -> String {
    let at = seconds(closed.at);
    let dropped = match closed.how {
        Closing::Asked => {
            let by = closed.by.as_ref().map(|by| format!(", by {}", name(by)));
            return format!(", which is closed since {at}{}", by.unwrap_or_default());
        }
        Closing::LastSender => "last sender",
        Closing::Receiver => "receiver",
    };
    match &closed.by {
        Some(by) => format!(", whose {dropped} was dropped at {at} by {}", name(by)),
        None => format!(", whose {dropped} was dropped at {at}"),
    }
}

/// What is done, with the resource behind it.
fn verb(action: Action) -> &'static str {
    match action {
        Action::Lock => "locks",
        Action::Read => "reads",
        Action::Write => "writes",
        Action::Acquire(_) => "acquires permits of",
        Action::Release => "releases",
        Action::Adjust => "adjusts",
        Action::Reserve(_) => "reserves room in",
        Action::Send => "sends into",
        Action::Receive => "receives from",
        Action::Await => "waits for notifications of",
        Action::NotifyOne | Action::NotifyAll => "notifies",
        Action::Observe => "looks at",
        Action::Meet => "meets the others at",
        Action::Close => "closes",
        Action::Bind => "binds",
        Action::Connect => "connects",
        Action::Accept => "accepts connections of",
    }
}
