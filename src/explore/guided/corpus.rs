//! The runs from which others are made: those that showed something new, and those that came nearest to a target.
//!
//! All that decides is the order in which runs are added, which is that of their numbers.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::coverage::Feature;
use super::mutant::{Log, Recipe};
use super::parent::Parent;
use crate::base::prng::Prng;
use crate::run::targets::Reached;

/// So many runs are made before what they showed is looked at.
pub(super) const ROUND: u64 = 64;

/// So many mutants are made of a parent at a time. In a round there are as many runs of seeds.
const BROOD: usize = 16;

/// What counts as new is told apart up to so many things.
const MOST_FEATURES: usize = 1 << 20;

/// The parents have so many draws together, at the most; each counts as if it had some more.
const MOST_DRAWS_KEPT: usize = 1 << 19;
const MORE: usize = 16;

/// See the top of this file.
#[derive(Debug)]
pub(super) struct Corpus {
    /// By the number of the run.
    entries: BTreeMap<u64, Entry>,
    /// The best run of each target.
    best: BTreeMap<&'static str, Best>,
    /// Nothing depends on the order in which they lie there.
    seen: HashSet<Feature>,
    draws: usize,
    kept: u64,
    /// How many rounds were planned.
    rounds: usize,
    prng: Prng,
}

#[derive(Debug)]
struct Entry {
    parent: Arc<Parent>,
    /// How often mutants of it were made.
    broods: u32,
}

#[derive(Debug)]
struct Best {
    reached: i64,
    parent: Arc<Parent>,
}

impl Corpus {
    /// None yet, of the search with this seed.
    pub(super) fn new(seed: u64) -> Corpus {
        Corpus {
            entries: BTreeMap::new(),
            best: BTreeMap::new(),
            seen: HashSet::new(),
            draws: 0,
            kept: 0,
            rounds: 0,
            prng: Prng::labelled(seed, "guided"),
        }
    }

    /// How many runs showed something new.
    pub(super) fn kept(&self) -> u64 {
        self.kept
    }

    /// Takes in the run of this number, which comes after those that were taken in, if it showed something new.
    pub(super) fn add(&mut self, number: u64, log: Log, targets: &[Reached]) {
        let mut new = false;
        for feature in log.features {
            new |= self.seen.len() < MOST_FEATURES && self.seen.insert(feature);
        }
        let is_best = |target: &&Reached| {
            let best = self.best.get(target.name);
            best.is_none_or(|best| target.most >= best.reached)
        };
        let bests: Vec<_> = targets.iter().filter(is_best).collect();
        if !new && bests.is_empty() {
            return;
        }
        let parent = Arc::new(Parent::new(log.draws));
        for &&Reached { name, most } in &bests {
            let best = Best {
                reached: most,
                parent: parent.clone(),
            };
            // A run that comes as far takes the place of the one before: from elsewhere the way may be open.
            let before = self.best.insert(name, best);
            new |= before.is_none_or(|before| before.reached < most);
        }
        if new {
            self.kept += 1;
            self.draws += parent.draws().len() + MORE;
            let entry = Entry { parent, broods: 0 };
            self.entries.insert(number, entry);
            self.shrink();
        }
    }

    /// Leaves out those of which most mutants were made, the oldest first.
    fn shrink(&mut self) {
        while self.draws > MOST_DRAWS_KEPT {
            let entries = self.entries.iter();
            let oldest =
                entries.max_by_key(|&(&number, entry)| (entry.broods, std::cmp::Reverse(number)));
            let Some(entry) = oldest.map(|(&number, _)| number) else {
                return;
            };
            if let Some(entry) = self.entries.remove(&entry) {
                self.draws -= entry.parent.draws().len() + MORE;
            }
        }
    }

    /// The recipes of the next round.
    pub(super) fn plan(&mut self) -> Vec<Recipe> {
        let mut recipes = Vec::with_capacity(ROUND as usize);
        if self.rounds == 0 {
            recipes.push(Recipe::Plain);
        } else {
            let parents = [self.next_best(), self.newest(), self.any()];
            for parent in parents.into_iter().flatten() {
                let mutant = Recipe::Mutant(parent);
                recipes.extend(std::iter::repeat_n(mutant, BROOD));
            }
        }
        self.rounds += 1;
        recipes.resize(ROUND as usize, Recipe::Seed);
        recipes
    }

    /// The best run of the target whose turn it is; without targets, one as [`Corpus::any`].
    fn next_best(&mut self) -> Option<Arc<Parent>> {
        match self.best.len() {
            0 => self.any(),
            targets => {
                let best = self.best.values().nth(self.rounds % targets)?;
                Some(best.parent.clone())
            }
        }
    }

    /// Of the runs of which the fewest mutants were made, the newest.
    fn newest(&mut self) -> Option<Arc<Parent>> {
        let entries = self.entries.iter_mut().rev();
        let (_, entry) = entries.min_by_key(|(_, entry)| entry.broods)?;
        entry.broods += 1;
        Some(entry.parent.clone())
    }

    /// Any of them, each as likely as the next.
    fn any(&mut self) -> Option<Arc<Parent>> {
        let count = u32::try_from(self.entries.len())
            .ok()
            .filter(|&count| count > 0)?;
        let nth = self.prng.below(count) as usize;
        let entry = self.entries.values_mut().nth(nth)?;
        entry.broods += 1;
        Some(entry.parent.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::super::parent::Drawn;
    use super::*;

    fn log(draws: usize, features: &[Feature]) -> Log {
        let drawn = |key| Drawn {
            key,
            answer: 0,
            chosen: None,
        };
        Log {
            draws: (0..draws as u64).map(drawn).collect(),
            features: features.to_vec(),
        }
    }

    fn parents(recipes: &[Recipe]) -> Vec<usize> {
        let draws = recipes.iter().filter_map(|recipe| match recipe {
            Recipe::Mutant(parent) => Some(parent.draws().len()),
            Recipe::Plain | Recipe::Seed => None,
        });
        draws.collect()
    }

    #[test]
    fn what_shows_something_new_is_a_parent_and_the_best_of_a_target_once_a_round() {
        let mut corpus = Corpus::new(0);
        assert!(parents(&corpus.plan()).is_empty());
        corpus.add(0, log(10, &[1, 2]), &[]);
        corpus.add(1, log(11, &[2, 1]), &[]);
        assert_eq!((corpus.kept(), parents(&corpus.plan())), (1, vec![10; 48]));
        let reached = |most| [Reached { name: "n", most }];
        corpus.add(2, log(12, &[]), &reached(5));
        corpus.add(3, log(13, &[3]), &reached(4));
        // As good as the best, and so in its place; but nothing new.
        corpus.add(4, log(14, &[]), &reached(5));
        assert_eq!(corpus.kept(), 3);
        let planned = parents(&corpus.plan());
        assert_eq!(planned.len(), 48);
        assert_eq!(planned[..16], [14; 16]);
        // The newest of which none were made yet.
        assert_eq!(planned[16..32], [13; 16]);
    }

    #[test]
    fn parents_of_which_many_were_made_make_room() {
        let mut corpus = Corpus::new(0);
        for number in 0..1_000 {
            corpus.add(number, log(10_000, &[number]), &[]);
            corpus.plan();
            assert!(corpus.draws <= MOST_DRAWS_KEPT);
        }
        assert_eq!(corpus.kept(), 1_000);
        assert!(corpus.entries.len() > 40 && corpus.entries.contains_key(&999));
    }
}
