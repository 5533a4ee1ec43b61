//! What is done again and again, in sentences.

use super::places::{Places, seconds};
use crate::base::count::counted;
use crate::base::resource::Action;
use crate::record::spin::{Closed, Spin};

/// A line for each.
pub(super) fn lines(spins: &[Spin], places: Places) -> Vec<String> {
    let line = |spin: &Spin| {
        let (task, name) = (&spin.task, &spin.resource.name);
        let times = counted(spin.times, "time");
        let closed = match &spin.closed {
            Some(closed) => format!(", which is closed since {}", since(closed)),
            None => String::new(),
        };
        let (verb, place) = (verb(spin.action), places.at(" at", &spin.place));
        format!("{task} {verb} {name}{closed}, again and again: {times}{place}")
    };
    spins.iter().map(line).collect()
}

fn since(closed: &Closed) -> String {
    let at = seconds(closed.at);
    match &closed.by {
        Some(by) => format!("{at}, by {by}"),
        None => at.to_string(),
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
        Action::Connect => "connects",
        Action::Accept => "accepts connections of",
    }
}
