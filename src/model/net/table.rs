//! A table whose rows are known by keys that no later row has.

use std::marker::PhantomData;

use super::keys::Key;

/// See the top of this file.
#[derive(Debug)]
pub(crate) struct Table<T, K> {
    /// Each with its generation.
    rows: Vec<(u32, Option<T>)>,
    free: Vec<u32>,
    of: PhantomData<fn() -> K>,
}

impl<T, K> Default for Table<T, K> {
    fn default() -> Table<T, K> {
        Table {
            rows: Vec::new(),
            free: Vec::new(),
            of: PhantomData,
        }
    }
}

impl<T, K> Table<T, K> {
    pub(super) fn add(&mut self, row: T) -> Key<K> {
        let at = self.free.pop().unwrap_or_else(|| {
            self.rows.push((0, None));
            self.rows.len() as u32 - 1
        });
        let slot = &mut self.rows[at as usize];
        slot.1 = Some(row);
        Key {
            at,
            generation: slot.0,
            of: PhantomData,
        }
    }

    pub(super) fn get(&self, key: Key<K>) -> Option<&T> {
        let slot = self.rows.get(key.at as usize)?;
        slot.1.as_ref().filter(|_| slot.0 == key.generation)
    }

    pub(super) fn get_mut(&mut self, key: Key<K>) -> Option<&mut T> {
        let slot = self.rows.get_mut(key.at as usize)?;
        slot.1.as_mut().filter(|_| slot.0 == key.generation)
    }

    pub(super) fn remove(&mut self, key: Key<K>) -> Option<T> {
        let slot = self.rows.get_mut(key.at as usize)?;
        let row = slot.1.take_if(|_| slot.0 == key.generation)?;
        slot.0 = slot.0.wrapping_add(1);
        self.free.push(key.at);
        Some(row)
    }

    /// The keys of the rows for which this holds.
    pub(super) fn keys(&self, holds: impl Fn(&T) -> bool) -> Vec<Key<K>> {
        let rows = self.rows.iter().enumerate();
        let keys = rows.filter(|(_, slot)| slot.1.as_ref().is_some_and(&holds));
        keys.map(|(at, slot)| Key {
            at: at as u32,
            generation: slot.0,
            of: PhantomData,
        })
        .collect()
    }

    /// All rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().filter_map(|slot| slot.1.as_ref())
    }

    /// How many rows there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.rows.len() - self.free.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_takes_the_place_of_another_has_a_key_of_its_own() {
        let mut table: Table<_, ()> = Table::default();
        let first = table.add("first");
        let second = table.add("second");
        assert_eq!(table.remove(first), Some("first"));
        let third = table.add("third");
        assert!(first != third && table.get(first).is_none() && table.remove(first).is_none());
        assert_eq!(table.get(third), Some(&"third"));
        assert_eq!(table.get(second), Some(&"second"));
        assert_eq!(table.len(), 2);
    }
}
