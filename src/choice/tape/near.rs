//! Tapes near one: what it would be if somebody had edited the program.
//!
//! Keys count what a task did, so that an edit elsewhere does not touch them. An edit of the task itself does, and in few ways:
//!
//! ```text
//!   an operation, an await or a draw more, or one less    main/a point@2 main/b  ─►  main/a point@3 main/b, and those after it
//!   a task more of the same name, or one less             main/a point@2 main/b  ─►  main/a#2 point@2 main/b
//!   a step more until the other one has done its part     main/a point@2 main/b  ─►  … and main/a task@2 main/b
//! ```
//!
//! The first two are here. The third is a deviation more, of which only a [survey](super::Survey) knows which there are.

use std::collections::BTreeSet;

use super::{Choice, Deviation, Tape};
use crate::choice::draw::Kind;

/// By how much one edit moves what comes after it.
const BY: [i64; 6] = [1, -1, 2, -2, 3, -3];

/// No neighbours are made of a tape with more deviations than these.
const MOST_DEVIATIONS: usize = 200;

/// Which tasks' deviations are moved together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Whose<'a> {
    All,
    /// Of tasks with this path but for the number at its end, for they run the same code.
    Named(&'a str),
    Task(&'a str),
}

impl Whose<'_> {
    fn has(self, task: &str) -> bool {
        match self {
            Whose::All => true,
            Whose::Named(name) => split(task).0 == name,
            Whose::Task(path) => path == task,
        }
    }
}

impl Tape {
    /// The tapes that one edit away are the same, those first of which less has moved. Of one with very many deviations there are none: it
    /// was never shrunk, and its neighbours are too many to be tried.
    pub(crate) fn near(&self) -> Vec<Tape> {
        let mut near = Vec::new();
        if self.deviations().len() > MOST_DEVIATIONS {
            return near;
        }
        for by in BY {
            self.moved(by, &mut near);
            self.renumbered(by, &mut near);
        }
        near
    }

    /// With a few deviations later than they were, or earlier.
    fn moved(&self, by: i64, near: &mut Vec<Tape>) {
        let mut moves = BTreeSet::new();
        for Deviation {
            task, kind, nth, ..
        } in self.deviations()
        {
            for whose in [Whose::All, Whose::Named(split(task).0), Whose::Task(task)] {
                // What an edit adds before it moves it, and what comes after it.
                moves.insert((whose, kind, nth));
            }
        }
        for (whose, kind, from) in moves {
            let later = self.with_each(|mut deviation| {
                if deviation.kind == kind && deviation.nth >= from && whose.has(deviation.task) {
                    let nth = i64::from(deviation.nth) + by;
                    deviation.nth = u32::try_from(nth).ok().filter(|&nth| nth > 0)?;
                }
                Some(deviation)
            });
            near.extend(later);
        }
        // Which draw it was while the task was ready, where more tasks are ready with it, or fewer.
        let among_tasks = |deviation: &Deviation<'_>| deviation.kind == Kind::Task;
        if self.deviations().any(|deviation| among_tasks(&deviation)) {
            near.extend(self.with_each(|mut deviation| {
                if among_tasks(&deviation) {
                    deviation.again = u32::try_from(i64::from(deviation.again) + by).ok()?;
                }
                Some(deviation)
            }));
        }
    }

    /// With other numbers for tasks of one name.
    fn renumbered(&self, by: i64, near: &mut Vec<Tape>) {
        let mut names = BTreeSet::new();
        for deviation in self.deviations() {
            let other = match deviation.choice {
                Choice::Task(path) => Some(path),
                Choice::Number(_) => None,
            };
            for path in [Some(deviation.task), other].into_iter().flatten() {
                let ends = path.match_indices('/').map(|(at, _)| at);
                for end in ends.chain([path.len()]) {
                    names.insert(split(&path[..end]));
                }
            }
        }
        for (name, from) in names.into_iter().filter(|(name, _)| name.contains('/')) {
            let renumber = |path: &str| renumber(path, name, from, by);
            let mut paths = Vec::new();
            for deviation in self.deviations() {
                let task = renumber(deviation.task);
                let choice = match deviation.choice {
                    Choice::Task(path) => renumber(path).map(Some),
                    Choice::Number(_) => Some(None),
                };
                paths.push(task.zip(choice));
            }
            // There is no task with a number below 1.
            let Some(paths) = paths.into_iter().collect::<Option<Vec<_>>>() else {
                continue;
            };
            let deviations = self.deviations().zip(&paths);
            near.push(
                self.rebuilt(deviations.map(|(deviation, (task, choice))| Deviation {
                    task,
                    choice: choice.as_deref().map_or(deviation.choice, Choice::Task),
                    ..deviation
                })),
            );
        }
    }

    /// The tape with each deviation changed; `None` if one cannot be, or two are of the same draw then.
    fn with_each<'a>(
        &'a self,
        change: impl Fn(Deviation<'a>) -> Option<Deviation<'a>>,
    ) -> Option<Tape> {
        let changed = self.deviations().map(change).collect::<Option<Vec<_>>>()?;
        let keys = changed.iter().map(|d| (d.task, d.kind, d.nth, d.again));
        let count = keys.collect::<BTreeSet<_>>().len();
        (count == changed.len()).then(|| self.rebuilt(changed))
    }
}

/// A path without the number at its end, and that number.
fn split(path: &str) -> (&str, u32) {
    let last = path.rsplit('/').next().unwrap_or(path);
    let number = last
        .rsplit_once('#')
        .and_then(|(_, number)| number.parse().ok());
    match number {
        Some(number) => (
            &path[..path.len() - last.len() + last.rfind('#').unwrap_or(0)],
            number,
        ),
        None => (path, 1),
    }
}

/// The path, with another number for its ancestor, or itself, of this name and a number from `from` on. `None` if there is no such number.
fn renumber(path: &str, name: &str, from: u32, by: i64) -> Option<String> {
    let same = || Some(path.to_owned());
    let Some(rest) = path.strip_prefix(name) else {
        return same();
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (segment, below) = rest.split_at(end);
    let number = match segment.strip_prefix('#') {
        Some(number) => number.parse().ok(),
        None => segment.is_empty().then_some(1),
    };
    match number {
        Some(number) if number >= from => match i64::from(number) + by {
            ..=0 => None,
            1 => Some(format!("{name}{below}")),
            number => Some(format!("{name}#{number}{below}")),
        },
        _ => same(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(line: &str) -> Vec<String> {
        let tape: Tape = format!("reweave tape 1; {line}").parse().expect("a tape");
        let lines = tape.near().into_iter().map(|near| near.to_line());
        lines
            .map(|line| line.replacen("reweave tape 1; ", "", 1))
            .collect()
    }

    #[test]
    fn what_comes_after_an_edit_is_moved() {
        let near = near("main/a point@2 main/b; main/a point@5 main/b");
        let has = |line: &str| near.iter().any(|near| near == line);
        assert!(has("main/a point@3 main/b; main/a point@6 main/b"));
        assert!(has("main/a point@2 main/b; main/a point@6 main/b"));
        assert!(has("main/a point@1 main/b; main/a point@4 main/b"));
        assert!(!has("main/a point@3 main/b; main/a point@5 main/b"));
        assert!(!near.iter().any(|line| line.contains("@0")));
    }

    #[test]
    fn tasks_of_one_name_run_the_same_code() {
        let near = near("main/a point@2 main/b; main/a#2 point@2 main/b");
        let has = |line: &str| near.iter().any(|near| near == line);
        assert!(has("main/a point@3 main/b; main/a#2 point@3 main/b"));
        assert!(has("main/a point@3 main/b; main/a#2 point@2 main/b"));
    }

    #[test]
    fn tasks_are_numbered_anew() {
        let near = near("main/a/x point@2 main/a#2");
        let has = |line: &str| near.iter().any(|near| near == line);
        assert!(has("main/a#2/x point@2 main/a#3"));
        assert!(has("main/a/x point@2 main/a#3"));
        assert!(has("main/a/x point@2 main/a"));
        assert!(has("main/a/x#2 point@2 main/a#2"));
        assert!(!near.iter().any(|line| line.contains("main#")));
    }

    #[test]
    fn no_draw_is_answered_twice() {
        for line in near("main/a point@1 main/b; main/a point@2 main/b") {
            let tape = format!("reweave tape 1; {line}").parse::<Tape>();
            assert!(tape.is_ok(), "{line}");
        }
    }
}
