//! The table of tasks: who lives, whose child it is, how many steps it took.
//!
//! A row stays while the task or a child of it lives, because a child's path is put together from
//! its ancestors' rows. A chain of tasks, each of which spawns the next, may go on for ever: below every [`DEEPEST`]th
//! generation, a task has the beginning of its path for itself, shortened, and holds no row of its ancestors. So memory is
//! bounded by the living tasks, each with fewer than [`DEEPEST`] ancestors, and so is the length of a path.

use std::collections::BTreeMap;
use std::panic::Location;
use std::ptr;
use std::sync::Arc;

use super::row::PARENT;
pub(crate) use super::row::{InRow, RUNTIME_SLOT, Row};
use super::sites::Sites;
use super::task::Runnable;
use crate::base::ids::{HostNo, TaskNo, elided, push_name, push_segment};
use crate::base::path::PathHash;
use crate::base::place::Place;

/// The slot of `main`.
pub(crate) const MAIN_SLOT: u32 = 1;

/// What to call a task.
#[derive(Clone, Copy)]
pub(crate) enum Name<'a> {
    /// `main`.
    Main,
    /// As the user says.
    Given(&'a str),
    /// As the type of its future suggests.
    OfType(&'static str),
}

/// A task with so many ancestors in its path leaves them out of the paths of its children.
const DEEPEST: u16 = 32;

/// As many bytes as most paths have, so that they need not grow.
const USUAL_PATH: usize = 32;

/// All tasks of a run. Rows keep their memory from run to run, and sites their numbers, which no run can see.
pub(crate) struct Tasks {
    rows: Vec<Row>,
    /// How many of them tasks of this run have, or had. Those after them are of earlier runs, and vacant.
    used: u32,
    /// The row that became vacant last in this run; [`RUNTIME_SLOT`], which never does, if there is none.
    vacant: u32,
    sites: Sites,
    counts: Counts,
    /// How the paths of tasks of each host begin, by number from 1.
    hosts: Vec<Box<str>>,
    /// How the path of a task begins that is that of a task with [`DEEPEST`] ancestors, by the child's slot.
    elided: BTreeMap<u32, Box<str>>,
}

/// What belongs to one run, and is made anew for each.
struct Counts {
    spawned: u32,
    alive: usize,
    /// How many children of each name a task has spawned.
    siblings: BTreeMap<(TaskNo, u32), u32>,
    /// The last such count, because most tasks are spawned in a loop.
    last_sibling: ((TaskNo, u32), u32),
}

impl Counts {
    const START: Counts = Counts {
        spawned: 0,
        alive: 0,
        siblings: BTreeMap::new(),
        last_sibling: NO_SIBLING,
    };
}

impl Tasks {
    pub(crate) fn new() -> Tasks {
        let mut sites = Sites::default();
        let site = sites.of("runtime", Location::caller());
        let runtime = Row {
            site,
            users: 1,
            ..Row::VACANT
        };
        Tasks {
            rows: vec![runtime],
            used: 1,
            vacant: RUNTIME_SLOT,
            sites,
            counts: Counts::START,
            hosts: Vec::new(),
            elided: BTreeMap::new(),
        }
    }

    /// Empties the table for another run.
    pub(crate) fn clear(&mut self) {
        if self.counts.alive > 0 {
            for row in &mut self.rows[..self.used as usize] {
                (row.cell, row.at) = (None, ptr::null());
            }
        }
        (self.rows[0].users, self.rows[0].steps) = (1, 0);
        self.used = 1;
        self.hosts.clear();
        // An empty map is known at a glance, and costs as much to clear as one that is not.
        if !self.elided.is_empty() {
            self.elided.clear();
        }
        self.vacant = RUNTIME_SLOT;
        let Counts {
            spawned,
            alive,
            siblings,
            last_sibling,
        } = &mut self.counts;
        (*spawned, *alive, *last_sibling) = (0, 0, NO_SIBLING);
        if !siblings.is_empty() {
            siblings.clear();
        }
    }

    /// For how many tasks, or names and places of tasks, there is memory.
    pub(crate) fn capacity(&self) -> usize {
        self.rows.capacity().max(self.sites.list.capacity())
    }

    /// Makes a row for a child of `parent`; its cell follows with [`Tasks::put`].
    #[inline(always)]
    pub(crate) fn add(&mut self, parent: u32, name: Name<'_>, place: Place) -> (u32, TaskNo) {
        let row = &self.rows[parent as usize];
        let (number, host, depth) = (row.number, row.host, row.depth);
        if depth == DEEPEST {
            return self.add_elided(parent, name, place);
        }
        self.add_row(parent, number, host, depth + 1, name, place)
    }

    /// Makes a row for a child of a task with [`DEEPEST`] ancestors, which holds none of their rows.
    #[cold]
    #[inline(never)]
    fn add_elided(&mut self, parent: u32, name: Name<'_>, place: Place) -> (u32, TaskNo) {
        let beginning = elided(&self.path(parent)).into();
        let row = &mut self.rows[parent as usize];
        // It forgets how many children it had when it ends itself: no child holds its row.
        row.users |= PARENT;
        let (number, host) = (row.number, row.host);
        let added = self.add_row(RUNTIME_SLOT, number, host, 0, name, place);
        self.elided.insert(added.0, beginning);
        added
    }

    /// Makes a row for a task that is nobody's child on its host; on the default one, a child of `main`.
    #[inline(never)]
    pub(crate) fn add_root(&mut self, host: HostNo, name: Name<'_>, place: Place) -> (u32, TaskNo) {
        let main = self.row_if_any(MAIN_SLOT);
        if host == HostNo::DEFAULT && main.is_some_and(|main| main.number == TaskNo::MAIN) {
            // Whose paths must not be that of `main`.
            return self.add(MAIN_SLOT, name, place);
        }
        self.add_row(RUNTIME_SLOT, TaskNo::roots_of(host), host, 0, name, place)
    }

    /// Makes a row. Siblings are counted by the number of who stands for their parent.
    #[inline(always)]
    fn add_row(
        &mut self,
        parent: u32,
        counted_by: TaskNo,
        host: HostNo,
        depth: u16,
        name: Name<'_>,
        place: Place,
    ) -> (u32, TaskNo) {
        let site = match name {
            Name::Main => self.sites.of_main(place),
            Name::Given(name) => self.sites.of(name, place),
            Name::OfType(type_name) => self.sites.of_type(type_name, place),
        };
        let label = self.sites.list[site as usize].label;
        let ordinal = self.next_ordinal((counted_by, label));
        let users = &mut self.rows[parent as usize].users;
        *users = (*users + 1) | PARENT;
        self.counts.spawned += 1;
        self.counts.alive += 1;
        let number = TaskNo(self.counts.spawned);
        let slot = self.take_vacant();
        // Written where it lies: a row is made for every task.
        let row = &mut self.rows[slot as usize];
        debug_assert!(row.cell.is_none() && row.at.is_null(), "it is vacant");
        row.number = number;
        row.steps = 0;
        row.host = host;
        row.depth = depth;
        row.parent = parent;
        row.site = site;
        row.ordinal = ordinal;
        row.users = 1;
        (slot, number)
    }

    /// The slot of a row for a new task.
    #[inline]
    fn take_vacant(&mut self) -> u32 {
        let slot = self.vacant;
        if slot != RUNTIME_SLOT {
            self.vacant = self.rows[slot as usize].parent;
            return slot;
        }
        let slot = self.used;
        if slot as usize == self.rows.len() {
            self.rows.push(Row::VACANT);
        }
        self.used += 1;
        slot
    }

    #[inline]
    fn next_ordinal(&mut self, key: (TaskNo, u32)) -> u32 {
        if key.0 == TaskNo::RUNTIME {
            // `main` has no siblings.
            return 1;
        }
        if self.counts.last_sibling.0 != key {
            self.look_up_sibling(key);
        }
        self.counts.last_sibling.1 += 1;
        self.counts.last_sibling.1
    }

    #[inline(never)]
    fn look_up_sibling(&mut self, key: (TaskNo, u32)) {
        let (old, count) = self.counts.last_sibling;
        if old != NO_SIBLING.0 {
            self.counts.siblings.insert(old, count);
        }
        let count = match self.counts.siblings.is_empty() {
            true => 0,
            false => self.counts.siblings.get(&key).copied().unwrap_or(0),
        };
        self.counts.last_sibling = (key, count);
    }

    /// Gives a row its cell.
    #[inline(always)]
    pub(crate) fn put(&mut self, slot: u32, cell: Arc<dyn Runnable>) {
        let row = &mut self.rows[slot as usize];
        row.at = Arc::as_ptr(&cell).cast();
        row.cell = Some(cell);
    }

    /// The cell of a living task.
    #[inline(always)]
    pub(crate) fn cell(&self, slot: u32) -> Option<&Arc<dyn Runnable>> {
        self.rows[slot as usize].cell.as_ref()
    }

    /// Whether this task is ready: it is queued, to be polled.
    pub(crate) fn is_ready(&self, slot: u32) -> bool {
        let cell = self.cell(slot);
        cell.is_some_and(|cell| cell.header().is_queued())
    }

    /// Whether this task lives and is not ready.
    pub(crate) fn is_parked(&self, slot: u32) -> bool {
        let cell = self.cell(slot);
        cell.is_some_and(|cell| !cell.header().is_queued())
    }

    /// A step of this task begins: its number, and its cell to be polled. `None` for the runtime.
    #[inline(always)]
    pub(crate) fn start_step(&mut self, slot: u32) -> Option<(TaskNo, InRow)> {
        let row = &mut self.rows[slot as usize];
        row.steps = row.steps.wrapping_add(1);
        let at = row.at;
        (!at.is_null()).then_some((row.number, InRow(at)))
    }

    /// The `spawn` that made this task.
    pub(crate) fn place(&self, slot: u32) -> Place {
        self.sites.list[self.row(slot).site as usize].place
    }

    /// Takes the cell of a task that is over, or is to be cut off. Never of one that is being
    /// polled: the poll relies on the row to keep it alive.
    pub(crate) fn take_cell(&mut self, slot: u32) -> Option<Arc<dyn Runnable>> {
        let row = &mut self.rows[slot as usize];
        row.at = ptr::null();
        row.cell.take()
    }

    /// The row of a slot that may be of another run.
    pub(crate) fn row_if_any(&self, slot: u32) -> Option<&Row> {
        self.rows[..self.used as usize].get(slot as usize)
    }

    #[inline(always)]
    pub(crate) fn row(&self, slot: u32) -> &Row {
        &self.rows[slot as usize]
    }

    /// The task is over: its row goes, and with it those of ancestors that only waited for it.
    #[inline(always)]
    pub(crate) fn remove(&mut self, slot: u32) {
        self.counts.alive -= 1;
        let mut slot = slot;
        loop {
            let row = &mut self.rows[slot as usize];
            row.users -= 1;
            if row.users & !PARENT > 0 || slot == RUNTIME_SLOT {
                return;
            }
            let (spawner, was_parent) = (row.number, row.users & PARENT != 0);
            let parent = std::mem::replace(&mut row.parent, self.vacant);
            self.vacant = slot;
            if parent == RUNTIME_SLOT && !self.elided.is_empty() {
                self.forget_beginning(slot);
            }
            if was_parent {
                self.forget_siblings(spawner);
            }
            slot = parent;
        }
    }

    /// Forgets how the path of a task begins.
    #[inline(never)]
    fn forget_beginning(&mut self, slot: u32) {
        self.elided.remove(&slot);
    }

    /// Forgets how many children a task had.
    #[inline(never)]
    fn forget_siblings(&mut self, spawner: TaskNo) {
        if self.counts.last_sibling.0.0 == spawner {
            self.counts.last_sibling = NO_SIBLING;
        }
        // An empty map is known at a glance, and costs as much to search as one that is not.
        if self.counts.siblings.is_empty() {
            return;
        }
        let keys = (spawner, 0)..=(spawner, u32::MAX);
        while let Some((&key, _)) = self.counts.siblings.range(keys.clone()).next() {
            self.counts.siblings.remove(&key);
        }
    }

    /// How many tasks were spawned so far.
    pub(crate) fn spawned(&self) -> u32 {
        self.counts.spawned
    }

    /// How many tasks live.
    pub(crate) fn alive(&self) -> usize {
        self.counts.alive
    }

    /// The slots of living tasks, in the order of their spawns.
    pub(crate) fn living(&self) -> Vec<u32> {
        if self.counts.alive == 0 {
            return Vec::new();
        }
        let mut slots: Vec<u32> = (0..self.used)
            .filter(|&s| self.row(s).cell.is_some())
            .collect();
        slots.sort_unstable_by_key(|&slot| self.row(slot).number);
        slots
    }

    /// The slots of living tasks of a host, in the order of their spawns.
    pub(crate) fn living_on(&self, host: HostNo) -> Vec<u32> {
        let mut living = self.living();
        living.retain(|&slot| self.row(slot).host == host);
        living
    }

    /// A host with this name has tasks from now on.
    pub(crate) fn add_host(&mut self, name: &str) {
        let mut start = String::with_capacity(name.len() + 1);
        push_name(&mut start, name);
        start.push(':');
        self.hosts.push(start.into());
    }

    /// How the path of a task of this host begins.
    fn start_of_path(&self, host: HostNo) -> &str {
        let at = usize::from(host.get()).checked_sub(1);
        at.and_then(|at| self.hosts.get(at))
            .map_or("", |start| start)
    }

    /// The task's path, such as `main/worker#2`.
    pub(crate) fn path(&self, slot: u32) -> String {
        let row = self.row(slot);
        let mut path = match row.parent {
            RUNTIME_SLOT => {
                let mut path = String::with_capacity(USUAL_PATH);
                match self.elided.get(&slot) {
                    Some(beginning) => path.push_str(beginning),
                    None => path.push_str(self.start_of_path(row.host)),
                }
                path
            }
            parent => self.path(parent),
        };
        push_segment(&mut path, self.sites.text(row.site), row.ordinal);
        path
    }

    /// The hash of the task's path.
    pub(crate) fn path_hash(&self, slot: u32) -> PathHash {
        let row = self.row(slot);
        let parents = match row.parent {
            RUNTIME_SLOT => {
                let elided = self.elided.contains_key(&slot);
                if elided || !self.start_of_path(row.host).is_empty() {
                    return PathHash::of(&self.path(slot));
                }
                PathHash::EMPTY
            }
            parent => self.path_hash(parent),
        };
        parents.then(self.sites.name_hash(row.site), row.ordinal)
    }
}

/// No task has the number `u32::MAX`.
const NO_SIBLING: ((TaskNo, u32), u32) = ((TaskNo(u32::MAX), 0), 0);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[track_caller]
    fn add(tasks: &mut Tasks, parent: u32, name: &str) -> u32 {
        tasks
            .add(parent, Name::Given(name), std::panic::Location::caller())
            .0
    }

    #[test]
    fn a_path_outlives_the_ancestors_it_names() {
        let mut tasks = Tasks::new();
        let main = add(&mut tasks, RUNTIME_SLOT, "main");
        assert_eq!(main, MAIN_SLOT);
        let parent = add(&mut tasks, main, "parent");
        let child = add(&mut tasks, parent, "child");
        tasks.remove(parent);
        let other = add(&mut tasks, main, "other");
        assert_ne!(other, parent, "the row of an ancestor is not given away");
        assert_eq!(tasks.path(child), "main/parent/child");
        tasks.remove(child);
        let rows = [add(&mut tasks, main, "x"), add(&mut tasks, main, "x")];
        assert!(
            rows.contains(&parent) && rows.contains(&child),
            "both rows are free again"
        );
        assert_eq!(tasks.path(rows[1]), "main/x#2");
    }

    #[test]
    fn a_long_chain_holds_few_rows_and_has_paths_that_are_short_and_its_own() {
        let mut tasks = Tasks::new();
        let mut last = add(&mut tasks, RUNTIME_SLOT, "main");
        let mut paths = BTreeSet::new();
        for _ in 0..1000 {
            let next = add(&mut tasks, last, "go");
            let sibling = add(&mut tasks, last, "go");
            for slot in [next, sibling] {
                let path = tasks.path(slot);
                assert!(path.len() < 300, "{path}");
                assert!(paths.insert(path), "{}", tasks.path(slot));
            }
            tasks.remove(sibling);
            if last != MAIN_SLOT {
                tasks.remove(last);
            }
            last = next;
        }
        assert!(tasks.rows.len() < 200, "{} rows", tasks.rows.len());
        tasks.remove(last);
        tasks.remove(MAIN_SLOT);
        assert_eq!(tasks.elided.len(), 0);
        assert_eq!(tasks.counts.siblings.len(), 0);
    }

    #[test]
    fn a_table_that_was_used_before_behaves_as_a_new_one() {
        let run = |tasks: &mut Tasks| {
            let main = add(tasks, RUNTIME_SLOT, "main");
            let children = [add(tasks, main, "x"), add(tasks, main, "x")];
            children.map(|child| (child, tasks.row(child).number, tasks.path(child)))
        };
        let mut used = Tasks::new();
        let left = run(&mut used).map(|child| child.0);
        add(&mut used, left[1], "left alive");
        // Vacant in another order than that in which they were given.
        left.into_iter().for_each(|slot| used.remove(slot));
        used.clear();
        assert!(used.row_if_any(MAIN_SLOT).is_none());
        assert_eq!((used.alive(), used.living()), (0, vec![]));
        assert_eq!(run(&mut used), run(&mut Tasks::new()));
    }

    #[test]
    fn siblings_are_counted_by_name_in_any_order() {
        let mut tasks = Tasks::new();
        let main = add(&mut tasks, RUNTIME_SLOT, "main");
        let names = ["a", "b", "a", "b", "b", "a"].map(|name| add(&mut tasks, main, name));
        let paths = names.map(|slot| tasks.path(slot));
        let expected = [
            "main/a", "main/b", "main/a#2", "main/b#2", "main/b#3", "main/a#3",
        ];
        assert_eq!(paths, expected);
    }
}
