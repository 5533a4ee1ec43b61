//! Draws that no task makes: they have a label, which stands on a tape where others have the path of a task.

use std::collections::BTreeMap;

use super::draw::View;
use crate::base::ids::{HostNo, TaskNo};
use crate::base::place::{Place, caller};
use crate::base::resource::Operation;

/// The first number that stands for a label: there are fewer tasks.
const FIRST: u32 = 1 << 31;

/// The labels of a run, with numbers that stand for them beside those of tasks.
#[derive(Debug, Default)]
pub(super) struct Labels {
    list: Vec<Box<str>>,
    numbers: BTreeMap<Box<str>, TaskNo>,
}

impl Labels {
    /// There are none, as at the begin of a run.
    pub(super) fn clear(&mut self) {
        // Few runs have any, and clearing an empty map costs as much as a draw.
        if !self.list.is_empty() {
            self.list.clear();
            self.numbers.clear();
        }
    }

    /// The number that stands for this label.
    pub(super) fn number(&mut self, label: &str) -> TaskNo {
        if let Some(&number) = self.numbers.get(label) {
            return number;
        }
        let number = TaskNo(FIRST + self.list.len() as u32);
        self.list.push(label.into());
        self.numbers.insert(label.into(), number);
        number
    }

    /// The label for which this number stands, if it is not a task's.
    pub(super) fn get(&self, number: TaskNo) -> Option<&str> {
        let label = self.list.get(nth_label(number)?)?;
        Some(label)
    }
}

/// Which of the labels a number stands for, if it is not a task's.
pub(super) fn nth_label(number: TaskNo) -> Option<usize> {
    number.0.checked_sub(FIRST).map(|nth| nth as usize)
}

/// What a draw with a label shows of the run.
pub(super) struct Labelled<'a>(pub(super) &'a str);

impl View for Labelled<'_> {
    fn owner(&self) -> TaskNo {
        TaskNo::RUNTIME
    }

    fn task(&self, _: u32) -> TaskNo {
        TaskNo::RUNTIME
    }

    fn path(&self, _: u32) -> String {
        self.0.to_owned()
    }

    fn host(&self, _: u32) -> HostNo {
        HostNo::DEFAULT
    }

    fn spawned(&self, _: u32) -> Place {
        caller()
    }

    fn operations(&self, _: u32) -> Option<&[Operation]> {
        None
    }

    fn label(&self) -> Option<&str> {
        Some(self.0)
    }
}
