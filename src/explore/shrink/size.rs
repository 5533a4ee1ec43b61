//! Which of two tapes is the smaller.

use crate::choice::draw::Kind;
use crate::choice::tape::{Choice, Tape};

/// What a deviation is, in the order in which it is best to be without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A fault, or what befalls a packet.
    Fault,
    /// When a timer fires, or a packet comes.
    Delay,
    /// A task stops before an operation, or between two statements.
    Preemption,
    /// Another ready task, waiter or branch comes first.
    Switch,
    /// What the test itself drew.
    Input,
}

impl Class {
    pub(super) const ALL: [Class; 5] = [
        Class::Fault,
        Class::Delay,
        Class::Preemption,
        Class::Switch,
        Class::Input,
    ];

    pub(super) fn of(kind: Kind) -> Class {
        match kind {
            Kind::Fault => Class::Fault,
            Kind::Timer | Kind::Fire | Kind::Latency | Kind::Cost => Class::Delay,
            Kind::Point | Kind::Preempt => Class::Preemption,
            Kind::Task | Kind::Wake | Kind::Select => Class::Switch,
            Kind::Choose | Kind::Flip | Kind::Any => Class::Input,
        }
    }
}

/// The size of a tape: how many deviations it has, then how many of each [`Class`], then the sum of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Size {
    deviations: usize,
    classes: [usize; 5],
    values: u64,
}

impl Size {
    pub(super) fn of(tape: &Tape) -> Size {
        let mut classes = [0; 5];
        let mut values = 0;
        for deviation in tape.deviations() {
            classes[Class::of(deviation.kind) as usize] += 1;
            if let Choice::Number(number) = deviation.choice {
                values += u64::from(number);
            }
        }
        Size {
            deviations: tape.deviations().len(),
            classes,
            values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(tape: &str) -> Size {
        Size::of(&format!("reweave tape 1; {tape}").parse().expect("a tape"))
    }

    #[test]
    fn fewer_deviations_are_smaller_than_milder_ones_and_those_than_smaller_values() {
        let fault = size("crash fault@1 1");
        let preemption = size("main point@1 main/a");
        let switch = size("main task@1 main/a");
        let input = size("main choose@1 7");
        let less = size("main choose@1 6");
        let two = size("main choose@1 1; main flip@1 1");
        assert!(less < input && input < switch && switch < preemption && preemption < fault);
        assert!(fault < two);
    }
}
