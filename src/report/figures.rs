//! The figures of an exploration, its properties that are unmet, and its targets, in words.

use std::fmt;

use crate::base::count::counted;
use crate::explore::figures::Figures;
use crate::explore::properties::Property;
use crate::explore::schedules::Count;
use crate::explore::targets::Target;

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Count::Exactly(count) => write!(f, "{}", grouped(*count)),
            Count::About(count) => write!(f, "about {}", grouped(*count)),
            Count::AtMost(count) => write!(f, "at most {}", grouped(*count)),
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = of(self.runs, "run");
        let schedules = match self.schedules.get() {
            1 => "schedule",
            _ => "schedules",
        };
        write!(f, "{runs}, {} distinct {schedules}", self.schedules)?;
        if self.last > 0 {
            write!(
                f,
                " ({} of them in the last {})",
                self.new_at_last,
                of(self.last, "run")
            )?;
        }
        write!(
            f,
            ", up to {} and {} deep",
            of(self.most_draws, "draw"),
            of(self.most_steps, "step")
        )
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Property {
            name,
            reached,
            held,
            ..
        } = self;
        match (*held, *reached) {
            (0, 0) => write!(f, "{name:?} was expected, and no run came to it"),
            (0, reached) => write!(
                f,
                "{name:?} never held in the {} that came to it",
                of(reached, "run")
            ),
            (held, reached) => write!(
                f,
                "{name:?} held in {} of {} that came to it",
                grouped(held),
                of(reached, "run")
            ),
        }?;
        match &self.place {
            Some(place) => write!(f, " ({place})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Target {
            name, most, run, ..
        } = self;
        write!(f, "{name:?}: at most {most}, first in run {run}")
    }
}

fn of(count: u64, noun: &str) -> String {
    let said = counted(count, noun);
    said.replacen(&count.to_string(), &grouped(count), 1)
}

/// A number with a comma after each three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn digits_are_grouped_by_three() {
        let all = [0, 7, 999, 1_000, 12_345, 1_234_567].map(grouped);
        assert_eq!(all, ["0", "7", "999", "1,000", "12,345", "1,234,567"]);
    }
}
