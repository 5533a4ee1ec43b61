//! What a hunt comes to: how its programs came out, which strategies found the bugs, and how many schedules that took.

use std::fmt;

use reweave::strategies::Builtin;

/// How the programs of a hunt came out.
#[derive(Debug, Default)]
pub struct Tally {
    pub bugs: u64,
    pub clean: u64,
    pub unexpected: u64,
    pub runs: u64,
    /// How many bugs each strategy found, in the order in which they first found one.
    by: Vec<(Finder, u64)>,
    /// The most schedules that a bug needed, and its name.
    most: Option<(u64, &'static str)>,
}

/// Who found a bug.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Finder {
    /// The strategy that answered the draws of the seed; of a portfolio its member.
    Strategy(Builtin),
    /// The runs from which strategies learn the program, before the first seed.
    Calibration,
}

impl fmt::Display for Finder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finder::Strategy(strategy) => write!(f, "{strategy}"),
            Finder::Calibration => f.write_str("the calibration"),
        }
    }
}

impl Tally {
    /// A bug of this program was found by this, with so many schedules.
    pub fn found(&mut self, name: &'static str, by: Finder, schedules: u64) {
        self.bugs += 1;
        match self.by.iter_mut().find(|(known, _)| *known == by) {
            Some((_, count)) => *count += 1,
            None => self.by.push((by, 1)),
        }
        if self.most.is_none_or(|(most, _)| schedules > most) {
            self.most = Some((schedules, name));
        }
    }

    /// What is said of the bugs that were found: who found them, the most successful first, and which needed the most schedules.
    pub fn finders(&self) -> String {
        let Some((most, name)) = self.most else {
            return String::new();
        };
        let mut by = self.by.clone();
        // Those with as many stay in their order.
        by.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        let by: Vec<String> = by
            .iter()
            .map(|(by, count)| format!("{by} {count}"))
            .collect();
        format!(
            "by strategy: {}\nthe most schedules any bug needed: {most} ({name})\n",
            by.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strategies_are_told_by_how_much_they_found_and_the_bug_that_took_longest_by_name() {
        let mut tally = Tally::default();
        assert_eq!(tally.finders(), "");
        tally.found("a", Finder::Strategy(Builtin::Pct { depth: 3 }), 3);
        tally.found("b", Finder::Strategy(Builtin::Surw), 9);
        tally.found("c", Finder::Calibration, 0);
        tally.found("d", Finder::Strategy(Builtin::Surw), 9);
        assert_eq!(
            tally.finders(),
            "by strategy: surw 2, pct(3) 1, the calibration 1\nthe most schedules any bug needed: 9 (b)\n"
        );
        assert_eq!(tally.bugs, 4);
    }
}
