//! What is remembered of resources, and how little memory it takes.

use super::*;
use crate::base::ids::RunId;
use crate::base::place::caller;

fn moment() -> Stamp {
    Stamp {
        task: TaskNo::MAIN,
        now: 0,
        event: EventNo(0),
    }
}

fn remembered(resources: &Resources) -> usize {
    resources.known().count()
}

#[test]
fn locks_that_nobody_has_take_no_memory() {
    let mut resources = Resources::default();
    for number in 1..100 {
        let (resource, place) = (ResourceNo(number), caller());
        let hold = Hold {
            run: RunId::NONE,
            number,
        };
        let action = Action::Lock;
        let took = Fact::Took {
            resource,
            hold,
            place,
            action,
        };
        resources.note(&took, moment());
        assert_eq!(remembered(&resources), 1);
        assert_eq!(resources.holders(resource).iter().count(), 1);
        let gave = Fact::GaveBack {
            resource,
            hold,
            first_waits_since: None,
            shared_at: None,
        };
        assert!(resources.note(&gave, moment()).held.is_some());
    }
    assert_eq!(remembered(&resources), 0);
}

/// A loop may make a semaphore or a cell a turn.
#[test]
fn locks_that_are_closed_or_short_of_permits_take_little_memory() {
    let (mut resources, place) = (Resources::default(), caller());
    for number in [1, 2] {
        let resource = ResourceNo(number);
        let hold = Hold {
            run: RunId::NONE,
            number,
        };
        let action = Action::Acquire(1);
        let took = Fact::Took {
            resource,
            hold,
            place,
            action,
        };
        let forgot = Fact::Forgot {
            resource,
            permits: 1,
            place,
        };
        let closed = Fact::Closed {
            resource,
            how: Closing::Asked,
        };
        let end = [forgot, closed][number as usize - 1];
        for fact in [took, Fact::LetGo { resource, hold }, end] {
            resources.note(&fact, moment());
        }
        let row = resources.get(resource).expect("it is short, or closed");
        assert_eq!(row.holders.capacity(), 0);
        assert!(row.channel.is_none());
    }
}

#[test]
fn of_a_channel_is_remembered_what_one_of_its_ends_may_ask() {
    let (mut resources, place) = (Resources::default(), caller());
    let [ended, receiving, sending, older] = [1, 2, 3, 4].map(ResourceNo);
    let receiver_gone = |resource| Fact::Dropped {
        resource,
        at: 0,
        sends: false,
    };
    resources.is_from_before(older);
    for channel in [ended, receiving, sending] {
        resources.sender_made(channel, place, TaskNo::MAIN);
    }
    for channel in [ended, receiving, sending, older] {
        let how = Closing::Asked;
        let closed = Fact::Closed {
            resource: channel,
            how,
        };
        resources.note(&closed, moment());
    }
    resources.note(&receiver_gone(ended), moment());
    resources.sender_gone(ended, place);
    resources.sender_gone(receiving, place);
    resources.note(&receiver_gone(sending), moment());
    resources.note(&receiver_gone(older), moment());
    assert!(resources.closed(ended).is_none());
    for channel in [receiving, sending, older] {
        assert!(resources.closed(channel).is_some(), "{channel:?}");
    }
}
