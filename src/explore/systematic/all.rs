//! All runs there are: the tree of draws, depth first.

use super::tree::Tree;
use crate::choice::draw::Draw;

/// See the top of this file.
#[derive(Default)]
pub(super) struct All {
    /// The draws of the path that is walked, of each how many candidates there are and which is tried.
    path: Vec<(u32, u32)>,
    at: usize,
}

impl Tree for All {
    fn begin(&mut self) {
        self.at = 0;
    }

    fn draw(&mut self, _: &Draw<'_>, count: usize) -> usize {
        if self.at == self.path.len() {
            self.path.push((count as u32, 0));
        }
        let (_, tried) = self.path[self.at];
        self.at += 1;
        // There are fewer than before only if the program is not deterministic.
        (tried as usize).min(count - 1)
    }

    fn next(&mut self) -> bool {
        self.path.truncate(self.at);
        while let Some((count, tried)) = self.path.last_mut() {
            if *tried + 1 < *count {
                *tried += 1;
                return true;
            }
            self.path.pop();
        }
        false
    }
}
