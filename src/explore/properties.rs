//! Properties of many runs: what was come to in some of them, and held or never did.

use std::collections::BTreeMap;

use crate::base::place::SourcePlace;
use crate::run::properties::Met;

/// A [`sometimes!`](crate::sometimes) or [`reachable!`](crate::reachable), over all runs of an exploration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Where it is; `None` if no run came to it, and it is known because it was expected.
    pub place: Option<SourcePlace>,
    /// In how many runs it was come to.
    pub reached: u64,
    /// In how many of them it held, at least once.
    pub held: u64,
    /// Whether it was [expected](crate::Explore::expects).
    pub expected: bool,
}

impl Property {
    /// Whether a test fails for it once all its runs are made: it was come to, or was expected, and never held.
    pub fn is_unmet(&self) -> bool {
        self.held == 0 && (self.reached > 0 || self.expected)
    }
}

/// What was seen so far, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Properties(BTreeMap<String, Property>);

impl Properties {
    /// Knows those that are expected, although no run came to them yet.
    pub(crate) fn expecting(names: &[&'static str]) -> Properties {
        let expected = names.iter().map(|&name| {
            let mut property = Property::named(name);
            property.expected = true;
            (name.to_owned(), property)
        });
        Properties(expected.collect())
    }

    /// Takes in what a run came to.
    pub(crate) fn add(&mut self, met: &[Met]) {
        for Met { name, place, held } in met {
            if !self.0.contains_key(*name) {
                self.0.insert((*name).to_owned(), Property::named(name));
            }
            if let Some(property) = self.0.get_mut(*name) {
                property.reached += 1;
                property.held += u64::from(*held);
                property.at(SourcePlace::from(*place));
            }
        }
    }

    /// Takes in what other runs came to.
    pub(crate) fn merge<'p>(&mut self, others: impl IntoIterator<Item = &'p Property>) {
        for seen in others {
            let property = self.0.entry(seen.name.clone());
            let property = property.or_insert_with_key(|name| Property::named(name));
            property.reached = property.reached.saturating_add(seen.reached);
            property.held = property.held.saturating_add(seen.held);
            property.expected |= seen.expected;
            if let Some(place) = &seen.place {
                property.at(place.clone());
            }
        }
    }

    /// All of them, by name.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Property> {
        self.0.values()
    }

    /// Those that held in no run.
    pub(crate) fn unmet(&self) -> impl Iterator<Item = &Property> {
        self.all().filter(|property| property.is_unmet())
    }

    /// All of them, by name.
    pub(crate) fn into_all(self) -> Vec<Property> {
        self.0.into_values().collect()
    }
}

impl Property {
    /// One of this name, of which nothing else is known.
    pub(crate) fn named(name: &str) -> Property {
        Property {
            name: name.to_owned(),
            place: None,
            reached: 0,
            held: 0,
            expected: false,
        }
    }

    /// It is at this place, too. Of several the first in the source is told, whichever thread came to it first.
    fn at(&mut self, place: SourcePlace) {
        if self.place.as_ref().is_none_or(|known| place < *known) {
            self.place = Some(place);
        }
    }
}
