//! The paths of all tasks of a run, by their numbers.
//!
//! They lie one behind the other in one text. A path that begins with the one before it, as in a chain of tasks, each of which
//! spawns the next, shares its memory and adds its end.

/// See the top of this file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paths {
    text: String,
    /// Where each begins, and how long it is.
    places: Vec<(usize, usize)>,
}

impl Paths {
    pub(crate) fn with_capacity(tasks: usize) -> Paths {
        Paths {
            text: String::new(),
            places: Vec::with_capacity(tasks),
        }
    }

    /// The path of the next task.
    pub(crate) fn push(&mut self, path: &str) {
        let last = self.places.last().map_or(0, |&(start, _)| start);
        let place = match path.strip_prefix(&self.text[last..]) {
            Some(end) => {
                self.text.push_str(end);
                (last, path.len())
            }
            None => {
                let start = self.text.len();
                self.text.push_str(path);
                (start, path.len())
            }
        };
        self.places.push(place);
    }

    /// The path of the task with this number, from 1.
    pub(crate) fn get(&self, number: u32) -> Option<&str> {
        let nth = (number as usize).checked_sub(1)?;
        let &(start, length) = self.places.get(nth)?;
        self.text.get(start..start + length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_is_given_back_and_a_chain_is_stored_once() {
        let all = [
            "main", "main/a", "main/a/b", "main/a", "main/a#2", "db:main", "main", "main/a",
        ];
        let mut paths = Paths::default();
        for path in all {
            paths.push(path);
        }
        for (nth, path) in (1..).zip(all) {
            assert_eq!(paths.get(nth), Some(path));
        }
        assert_eq!((paths.get(0), paths.get(9)), (None, None));
        assert_eq!(paths.text, "main/a/bmain/a#2db:mainmain/a");
    }
}
