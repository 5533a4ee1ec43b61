//! Edits of a tape: what shrinking does to one.

use super::{Builder, Choice, Deviation, Tape};
use crate::base::hash::Hash;

impl Tape {
    /// The tape without the deviations for whose places, from 0, this says no.
    pub(crate) fn keeping(&self, keep: impl Fn(usize) -> bool) -> Tape {
        let marks = self.marks.iter().enumerate();
        let kept = marks.filter(|(at, _)| keep(*at)).map(|(_, mark)| *mark);
        Tape {
            values: self.values,
            passes: self.passes.clone(),
            paths: self.paths.clone(),
            marks: kept.collect(),
        }
    }

    /// The tape without deviations.
    pub(crate) fn plain(&self) -> Tape {
        Tape {
            values: self.values,
            passes: self.passes.clone(),
            ..Tape::default()
        }
    }

    /// The tape with a deviation more, at its end.
    pub(crate) fn with(&self, deviation: Deviation<'_>) -> Tape {
        self.rebuilt(self.deviations().chain([deviation]))
    }

    /// The tape with another choice in the deviation at this place.
    pub(crate) fn choosing(&self, at: usize, choice: Choice<'_>) -> Tape {
        let mut deviations: Vec<_> = self.deviations().collect();
        deviations[at].choice = choice;
        self.rebuilt(deviations)
    }

    /// The tape with the number at this place less by one, and this one as the choice of the task's next draw of the kind: as in a
    /// subtraction that takes one from the digit before. `None` if it is no number.
    pub(crate) fn borrowing(&self, at: usize, next: u32) -> Option<Tape> {
        let mut deviations: Vec<_> = self.deviations().collect();
        let lowered = deviations.get(at).copied()?;
        let Choice::Number(number) = lowered.choice else {
            return None;
        };
        let digit = Deviation {
            nth: lowered.nth + 1,
            choice: Choice::Number(next),
            ..lowered
        };
        let is_digit = |other: &Deviation<'_>| {
            (other.task, other.kind, other.nth) == (digit.task, digit.kind, digit.nth)
        };
        deviations.retain(|other| !is_digit(other));
        deviations[at].choice = Choice::Number(number - 1);
        deviations.insert(at + 1, digit);
        if number == 1 {
            deviations.remove(at);
        }
        Some(self.rebuilt(deviations))
    }

    /// The tape with these deviations in place of its own.
    pub(super) fn rebuilt<'a>(&self, deviations: impl IntoIterator<Item = Deviation<'a>>) -> Tape {
        let mut builder = Builder::new();
        builder.tape.values = self.values;
        builder.tape.passes = self.passes.clone();
        for deviation in deviations {
            builder.push(deviation);
        }
        builder.tape
    }

    /// The tape with another seed for random values.
    pub(crate) fn with_values(self, values: u64) -> Tape {
        Tape { values, ..self }
    }

    /// Equal for equal tapes, and for no others in practice.
    pub(crate) fn identity(&self) -> u64 {
        let mut hash = Hash::new();
        hash.fold(self.values);
        hash.fold_str(&self.passes.to_string());
        for deviation in self.deviations() {
            hash.fold_str(deviation.task);
            hash.fold(deviation.kind as u64);
            hash.fold(u64::from(deviation.nth) << 32 | u64::from(deviation.again));
            match deviation.choice {
                Choice::Task(path) => hash.fold_str(path),
                Choice::Number(number) => hash.fold(u64::from(number)),
            }
        }
        hash.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tape() -> Tape {
        "reweave tape 1; values 7; main point@2 main/a; main/a choose@1 3; main/b task@1 main/a"
            .parse()
            .expect("a tape")
    }

    fn lines(tape: &Tape) -> Vec<String> {
        tape.deviations().map(|d| d.to_string()).collect()
    }

    #[test]
    fn what_is_left_keeps_its_order_its_values_and_its_names() {
        let kept = tape().keeping(|at| at != 1);
        assert_eq!(
            lines(&kept),
            ["main point@2 main/a", "main/b task@1 main/a"]
        );
        assert_eq!(kept.values(), 7);
        assert_eq!(lines(&tape().plain()), [""; 0]);
        assert_eq!(tape().plain().values(), 7);
    }

    #[test]
    fn a_deviation_is_added_and_a_choice_exchanged() {
        let other: Tape = "reweave tape 1; main/c select@4 1".parse().expect("a tape");
        let more = tape().with(other.deviations().next().expect("one"));
        assert_eq!(lines(&more)[3], "main/c select@4 1");
        let less = tape().choosing(1, Choice::Number(1));
        assert_eq!(lines(&less)[1], "main/a choose@1 1");
        assert_eq!(less.deviations().len(), 3);
    }

    #[test]
    fn one_is_taken_from_a_digit_for_the_next() {
        let number: Tape = "reweave tape 1; main@1 any@1 2; main@1 any@2 7; main flip@1 1"
            .parse()
            .expect("a tape");
        let less = number.borrowing(0, 9).expect("a number");
        assert_eq!(
            lines(&less),
            ["main@1 any@1 1", "main@1 any@2 9", "main flip@1 1"]
        );
        let least = less.borrowing(0, 8).expect("a number");
        assert_eq!(lines(&least), ["main@1 any@2 8", "main flip@1 1"]);
        assert_eq!(tape().borrowing(0, 9), None);
    }

    #[test]
    fn tapes_that_say_the_same_are_one_however_they_came_about() {
        let edited = tape()
            .choosing(1, Choice::Number(1))
            .choosing(1, Choice::Number(3));
        assert_eq!(edited.identity(), tape().identity());
        assert_ne!(tape().with_values(8).identity(), tape().identity());
        assert_ne!(
            tape().keeping(|at| at > 0).identity(),
            tape().keeping(|at| at < 2).identity()
        );
    }
}
