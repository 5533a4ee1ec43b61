//! Where tasks are spawned, and under which names; with small numbers for both.

use std::collections::BTreeMap;

use crate::base::ids::name_of_type;
use crate::base::path::NameHash;
use crate::base::place::Place;

/// See the top of this file.
#[derive(Default)]
pub(super) struct Sites {
    pub(super) list: Vec<Site>,
    numbers: BTreeMap<(u32, (&'static str, u32, u32)), u32>,
    names: Vec<Box<str>>,
    /// Of each of these.
    hashes: Vec<NameHash>,
    labels: BTreeMap<Box<str>, u32>,
    /// The type and place asked for last. Their addresses are a short cut to the same answer, never
    /// an answer.
    last: Option<(&'static str, Place, u32)>,
    /// The same for `main`, which every run spawns.
    main: Option<(Place, u32)>,
}

pub(super) struct Site {
    pub(super) label: u32,
    pub(super) place: Place,
}

impl Sites {
    #[inline(never)]
    pub(super) fn of(&mut self, name: &str, place: Place) -> u32 {
        let label = match self.labels.get(name) {
            Some(&label) => label,
            None => {
                let label = self.names.len() as u32;
                self.names.push(name.into());
                self.hashes.push(NameHash::of(name));
                self.labels.insert(name.into(), label);
                label
            }
        };
        let next = self.list.len() as u32;
        let key = (label, (place.file(), place.line(), place.column()));
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.list.push(Site { label, place });
        }
        number
    }

    pub(super) fn of_main(&mut self, place: Place) -> u32 {
        match self.main {
            Some((last, number)) if std::ptr::eq(last, place) => number,
            _ => {
                let number = self.of("main", place);
                self.main = Some((place, number));
                number
            }
        }
    }

    #[inline(always)]
    pub(super) fn of_type(&mut self, type_name: &'static str, place: Place) -> u32 {
        match self.last {
            // `ptr::eq` compares lengths too: one name may begin another in memory.
            Some((name, last, number))
                if std::ptr::eq(name, type_name) && std::ptr::eq(last, place) =>
            {
                number
            }
            _ => {
                let number = self.of(name_of_type(type_name), place);
                self.last = Some((type_name, place, number));
                number
            }
        }
    }

    pub(super) fn text(&self, site: u32) -> &str {
        &self.names[self.list[site as usize].label as usize]
    }

    /// The hash of that.
    pub(super) fn name_hash(&self, site: u32) -> NameHash {
        self.hashes[self.list[site as usize].label as usize]
    }
}
