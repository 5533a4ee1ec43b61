//! Who holds one resource, in the order in which they took it.
//!
//! Holds are numbered as they are taken, so one is found by its number; and most are given back first or last of all, which
//! moves nobody. So a pool of hundreds of thousands of permits costs no more a permit than a small one.

use std::collections::VecDeque;
use std::collections::vec_deque::Iter;

use super::held::Held;
use crate::record::fact::Hold;

/// See the top of this file.
#[derive(Debug, Default)]
pub(crate) struct Holders {
    all: VecDeque<Held>,
}

impl Holders {
    /// Nobody.
    pub(crate) const NONE: &'static Holders = &Holders {
        all: VecDeque::new(),
    };

    pub(super) fn push(&mut self, held: Held) {
        self.all.push_back(held);
    }

    /// Takes out the one with this hold.
    pub(super) fn remove(&mut self, hold: Hold) -> Option<Held> {
        // Those that other threads took are told late, and so out of order.
        let found = self
            .all
            .binary_search_by_key(&hold.number, |held| held.hold.number)
            .ok()
            .filter(|&at| self.all[at].hold == hold);
        let at = found.or_else(|| self.all.iter().position(|held| held.hold == hold))?;
        self.all.remove(at)
    }

    /// Gives back the memory of what there was, if there is nobody.
    pub(super) fn trim(&mut self) {
        if self.all.is_empty() {
            self.all = VecDeque::new();
        }
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.all.capacity()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(crate) fn iter(&self) -> Iter<'_, Held> {
        self.all.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::{RunId, TaskNo};
    use crate::base::place::caller;
    use crate::base::resource::Action;
    use crate::observe::held::Stamp;
    use crate::record::event::EventNo;

    fn hold(number: u32) -> Hold {
        Hold {
            run: RunId::NONE,
            number,
        }
    }

    fn holders(numbers: &[u32]) -> Holders {
        let moment = Stamp {
            task: TaskNo::MAIN,
            now: 0,
            event: EventNo(0),
        };
        let held = |&number: &u32| Held::new(hold(number), Action::Lock, caller(), moment);
        Holders {
            all: numbers.iter().map(held).collect(),
        }
    }

    #[test]
    fn each_is_found_by_its_hold_also_where_they_came_out_of_order() {
        for numbers in [[1, 2, 3, 4, 5], [5, 1, 4, 2, 3]] {
            for number in numbers {
                let mut holders = holders(&numbers);
                assert_eq!(holders.remove(hold(number)).unwrap().hold, hold(number));
                assert!(holders.remove(hold(number)).is_none());
                let left = holders.iter().map(|held| held.hold.number);
                let others = numbers.into_iter().filter(|&other| other != number);
                assert!(left.eq(others), "{holders:?}");
            }
        }
    }

    #[test]
    fn one_of_another_run_is_not_found() {
        let other = Hold {
            run: RunId::next(),
            number: 2,
        };
        assert!(holders(&[1, 2, 3]).remove(other).is_none());
    }
}
