//! The timer queue: virtual deadlines, earliest first, ties in the order they were set.
//!
//! A simulation sets and cancels far more timers than it fires: a million `timeout(30 s, …)` whose
//! operation was done in a millisecond. So setting and cancelling have to cost next to nothing, and
//! timers are sorted only when they are about to fire, and only as finely as that takes. The queue
//! is a radix tree that grows where it is looked at (elsewhere known as a burst trie, or a ladder
//! queue): a *window* cuts a stretch of time into 64 slots, one for each value of the next 6 bits
//! of a deadline. A slot leads to a list of timers, or to a finer window.
//!
//! ```text
//!   root     | 0  1  2  3  ·  ·  ·  63 |   64 slots of 68.7 s (2^36 ns)
//!              │     └ x ⇄ y                 a list, in the order the timers were set:
//!              │                             nobody has looked yet
//!   window   | 0  1  2  3  ·  ·  ·  63 |   64 slots of 1.07 s (2^30 ns)
//!                    │  └ d ⇄ e ⇄ … ⇄ n
//!                    │
//!   window   | 0  1  2  3  ·  ·  ·  63 |   64 slots of 16.8 ms (2^24 ns), opened when the list
//!                 └ a      └ b ⇄ c           that was here came up and proved long;
//!                                            `a` is the earliest timer
//! ```
//!
//! * To **insert**, follow the deadline's bits down to a list and append; no other timer is looked
//!   at. A window need not cover all of the slot that leads to it: it opens where its timers begin
//!   to differ. If the deadline is in the rest of that slot, a coarser window is put between. The
//!   root grows in the same way.
//! * To **remove**, unlink. Windows that this leaves empty are closed; their memory and the timer's
//!   go to the next in need.
//! * To **find the earliest**, go down through the first occupied slot of every window. If the list
//!   there is short, search it; if it is long, spread it over a new window, just fine enough to
//!   tell its timers apart, and go on.
//!
//! Timers are only ever moved to finer windows, and no path has more than 11 of them (64 bits, 6 at
//! a time): this bounds the work for a timer over its whole life, whatever the others do. Two or
//! three windows are usual.
//!
//! **Ties are exact.** Which slots a deadline leads through depends on the deadline alone, so
//! timers with equal deadlines always share one list; lists grow at the end and are spread from the
//! front, so in it they stay in the order they were set. The order of the queue is therefore
//! (deadline, insertion) whatever happens. That holds as well for a deadline that has passed
//! already when it is set: it is not rounded up to the present, but due at once and ahead of all
//! later ones.
//!
//! The choices not taken: a binary heap needs a sequence number for ties, a position index for
//! removal, and sorts the timers that will be cancelled, too. A timer wheel or a radix heap has the
//! same slots, but lays them out from a "now" that must not pass the earliest timer; so merely
//! asking for the next deadline must not sort, and timers set in the past have to be bent to fit.
//!
//! The file is long because it is one data structure: windows, lists and the free list share one slab, and every operation
//! touches all three.

use std::iter;
use std::mem;

#[cfg(test)]
mod tests;

/// A window has 64 slots: one for each value of this many bits.
const SLOT_BITS: u32 = 6;
const SLOTS: usize = 1 << SLOT_BITS;

/// A list up to this long is searched for its earliest timer; a longer one is spread over a finer
/// window.
const SHORT: usize = 8;

/// Beside a window's index in a slot: this leads to a window. Without it, a slot holds the head of
/// a list, or [`NIL`].
const NESTED: u32 = 1 << 31;

/// No timer, no window.
const NIL: u32 = NESTED - 1;

/// A handle to a timer in a [`TimerQueue`].
///
/// Once its timer has fired or was removed, a key is inert: it names nothing, even when the memory
/// has been given to another timer. (The generation is the number of the insert, modulo 2^32. A key
/// kept while the queue makes exactly a multiple of 2^32 more inserts, the last of them into the
/// same memory, would name that one.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerKey {
    index: u32,
    generation: u32,
}

/// A timer that fired.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Due<T> {
    /// The deadline it was set to, in nanoseconds of virtual time.
    pub(crate) deadline: u64,
    /// What it was set with.
    pub(crate) payload: T,
}

/// A queue of virtual deadlines in nanoseconds, ordered by deadline and then by insertion.
pub(crate) struct TimerQueue<T> {
    timers: Vec<Timer<T>>,
    windows: Vec<Window>,
    /// Heads of the chains, through `Timer::next` and `Window::parent`, of what may be used again.
    vacant_timer: u32,
    vacant_window: u32,
    len: usize,
    /// Counts the inserts.
    generation: u32,
    /// The coarsest window. It starts at 0 and, once open, stays open.
    root: u32,
    /// Known to be alone with its deadline: `first`.
    alone: bool,
    /// No timer is earlier than this; the end of time when none is set.
    floor: u64,
    /// A window on the way to `floor`. Only the root can be empty, so the earliest timer is in here
    /// or deeper.
    front: u32,
    /// The earliest timer, if known: then `floor` is its deadline, and it hangs in `front`.
    first: u32,
}

/// A timer, or memory for one: vacant if there is no payload.
struct Timer<T> {
    deadline: u64,
    payload: Option<T>,
    generation: u32,
    /// The neighbours in its list, which is circular: the head knows the tail.
    prev: u32,
    next: u32,
    /// Where it hangs: in the slot for its deadline of this window.
    window: u32,
}

/// 64 slots of `2^shift` nanoseconds each, from `start` on.
struct Window {
    /// A multiple of the width of all slots together.
    start: u64,
    /// Bit n is set if slot n leads to anything.
    occupied: u64,
    slots: [u32; SLOTS],
    /// Where it hangs: in the slot for `start` of this window; NIL for the root.
    parent: u32,
    /// A multiple of `SLOT_BITS`.
    shift: u8,
}

impl<T> TimerQueue<T> {
    /// An empty queue. Allocates nothing.
    pub(crate) const fn new() -> Self {
        Self {
            timers: Vec::new(),
            windows: Vec::new(),
            vacant_timer: NIL,
            vacant_window: NIL,
            len: 0,
            generation: 0,
            root: NIL,
            alone: false,
            floor: u64::MAX,
            front: NIL,
            first: NIL,
        }
    }

    /// How many timers are set.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether no timer is set.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// For how many timers, or windows of them, there is memory.
    pub(crate) fn capacity(&self) -> usize {
        self.timers.capacity().max(self.windows.capacity())
    }

    /// Drops all timers and keeps the memory. From here on the queue behaves as a new one does;
    /// older keys are inert.
    pub(crate) fn clear(&mut self) {
        if self.root == NIL {
            return;
        }
        let generation = self.generation;
        let emptied = Self {
            generation,
            ..Self::new()
        };
        let Self {
            mut timers,
            mut windows,
            ..
        } = mem::replace(self, emptied);
        timers.clear();
        windows.clear();
        self.timers = timers;
        self.windows = windows;
    }

    /// Sets a timer. Any deadline will do: one in the past is due at once, and `u64::MAX`, "never",
    /// when the clock ends.
    ///
    /// # Panics
    /// When 2^31 - 1 timers are set; by then they fill a hundred gigabytes.
    // To set and to cancel are told to be inlined, for the compiler does so by itself only where a function has one caller.
    #[inline(always)]
    pub(crate) fn insert(&mut self, deadline: u64, payload: T) -> TimerKey {
        self.generation = self.generation.wrapping_add(1);
        let window = self.window_for(deadline);
        let index = self.vacant();
        let (prev, next) = self.link(window, deadline, index);
        let timer = Timer {
            deadline,
            payload: Some(payload),
            generation: self.generation,
            prev,
            next,
            window,
        };
        match self.timers.get_mut(index as usize) {
            Some(vacant) => *vacant = timer,
            None => self.timers.push(timer),
        }
        self.len += 1;
        if deadline == self.floor {
            self.alone = false;
        }
        if deadline < self.floor || self.len == 1 {
            self.alone = true;
            self.floor = deadline;
            self.front = window;
            self.first = index;
        }
        TimerKey {
            index,
            generation: self.generation,
        }
    }

    /// Cancels a timer and hands back its payload; `None` if it has fired or was removed before.
    #[inline(always)]
    pub(crate) fn remove(&mut self, key: TimerKey) -> Option<T> {
        self.get_mut(key)?;
        Some(self.take(key.index).payload)
    }

    /// The payload of a timer, to look at or replace; `None` if it has fired or was removed.
    pub(crate) fn get_mut(&mut self, key: TimerKey) -> Option<&mut T> {
        let timer = self.timers.get_mut(key.index as usize)?;
        if timer.generation != key.generation {
            return None;
        }
        timer.payload.as_mut()
    }

    /// The earliest deadline. It is remembered until its timer is gone.
    pub(crate) fn next_deadline(&mut self) -> Option<u64> {
        self.first()?;
        Some(self.floor)
    }

    /// Whether a timer may be due at `now`. Costs nothing; a no is certain, a yes is not.
    #[inline(always)]
    pub(crate) fn may_be_due(&self, now: u64) -> bool {
        self.floor <= now
    }

    /// The payload of the earliest timer if its deadline is `now` or before.
    pub(crate) fn peek_due(&mut self, now: u64) -> Option<&T> {
        let first = self.first_due(now)?;
        self.timers[first as usize].payload.as_ref()
    }

    /// Whether the earliest timer is known to be the only one with its deadline. A yes is certain, a
    /// no is not.
    #[inline(always)]
    pub(crate) fn first_is_alone(&self) -> bool {
        self.alone && self.first != NIL
    }

    /// Takes the earliest timer if its deadline is `now` or before; of several with that deadline,
    /// the one set first.
    pub(crate) fn pop_due(&mut self, now: u64) -> Option<Due<T>> {
        let first = self.first_due(now)?;
        Some(self.take(first))
    }

    /// How many timers share the earliest deadline, if that is `now` or before; counted up to
    /// `cap`.
    pub(crate) fn ties(&mut self, now: u64, cap: usize) -> usize {
        self.tied(now).take(cap).count()
    }

    /// The payloads of the timers that [`ties`](Self::ties) counts, in the order they were set.
    pub(crate) fn due_with_first(&mut self, now: u64) -> impl Iterator<Item = &T> {
        let tied: Vec<u32> = self.tied(now).collect();
        let timers = &self.timers;
        tied.into_iter()
            .filter_map(|timer| timers[timer as usize].payload.as_ref())
    }

    /// Takes one of the timers that [`ties`](Self::ties) counts: the `n`-th, from 0, in the order
    /// they were set. `None` if there are not so many.
    pub(crate) fn pop_nth(&mut self, now: u64, n: usize) -> Option<Due<T>> {
        let nth = self.tied(now).nth(n)?;
        Some(self.take(nth))
    }

    /// The deadline and payload of every timer. Their order means nothing, but is always the same
    /// after the same inserts and removals on a new or cleared queue.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        let timers = self.timers.iter();
        timers.filter_map(|timer| Some((timer.deadline, timer.payload.as_ref()?)))
    }

    /// The earliest timer, if it is due.
    fn first_due(&mut self, now: u64) -> Option<u32> {
        // That nothing is due is often clear without knowing what comes next.
        if now < self.floor {
            return None;
        }
        let first = self.first()?;
        (self.floor <= now).then_some(first)
    }

    /// The earliest timer, found if need be.
    fn first(&mut self) -> Option<u32> {
        match self.first {
            NIL => self.search(),
            first => Some(first),
        }
    }

    /// Finds the earliest timer, spreading long lists on the way.
    fn search(&mut self) -> Option<u32> {
        if self.len == 0 {
            return None;
        }
        loop {
            let window = &self.windows[self.front as usize];
            let slot = window.occupied.trailing_zeros() as usize % SLOTS;
            let link = window.slots[slot];
            if link & NESTED != 0 {
                self.front = link ^ NESTED;
                continue;
            }
            let earliest = match window.shift {
                // In a slot of 1 ns, all deadlines are equal.
                0 => Some((link, self.timers[link as usize].next == link)),
                _ => self.earliest_if_short(link),
            };
            if let Some((first, alone)) = earliest {
                self.alone = alone;
                self.floor = self.timers[first as usize].deadline;
                self.first = first;
                return Some(first);
            }
            self.front = self.spread(link);
        }
    }

    /// The earliest timer of the list with this head, and whether it is the only one with its
    /// deadline; `None` if the list is not [`SHORT`].
    fn earliest_if_short(&self, head: u32) -> Option<(u32, bool)> {
        let mut earliest = head;
        let mut alone = true;
        let mut deadline = self.timers[head as usize].deadline;
        let mut index = self.timers[head as usize].next;
        for _ in 0..SHORT {
            if index == head {
                return Some((earliest, alone));
            }
            let timer = &self.timers[index as usize];
            if timer.deadline <= deadline {
                alone = timer.deadline < deadline;
                if alone {
                    deadline = timer.deadline;
                    earliest = index;
                }
            }
            index = timer.next;
        }
        None
    }

    /// The timers with the earliest deadline, if it is due, in the order they were set.
    fn tied(&mut self, now: u64) -> impl Iterator<Item = u32> {
        // Searches even if `first` is known: later timers may have joined its list, which would be
        // a long way to go then.
        let first = self.first_due(now).and_then(|_| self.search());
        let timers = &self.timers;
        let head = first.map(|first| {
            let Timer {
                window, deadline, ..
            } = timers[first as usize];
            let window = &self.windows[window as usize];
            window.slots[window.slot_of(deadline)]
        });
        let list = iter::successors(first, move |&index| {
            let next = timers[index as usize].next;
            (Some(next) != head).then_some(next)
        });
        list.filter(|&index| timers[index as usize].deadline == self.floor)
    }

    /// Replaces a list by a window, just fine enough to tell its timers apart, and hangs them
    /// there.
    fn spread(&mut self, head: u32) -> u32 {
        let Timer {
            deadline: start,
            prev: tail,
            window,
            ..
        } = self.timers[head as usize];
        let mut differing = 0;
        let mut index = tail;
        while index != head {
            let timer = &self.timers[index as usize];
            differing |= timer.deadline ^ start;
            index = timer.prev;
        }
        let opened = self.open(window, start, shift_for(differing));
        loop {
            let next = self.timers[index as usize].next;
            self.append(opened, index);
            if index == tail {
                return opened;
            }
            index = next;
        }
    }

    /// The window where a timer with this deadline has to hang.
    #[inline]
    fn window_for(&mut self, deadline: u64) -> u32 {
        if self.root == NIL {
            self.root = self.open(NIL, 0, shift_for(deadline));
            self.front = self.root;
        }
        let mut index = self.root;
        loop {
            let window = &self.windows[index as usize];
            let slot = (deadline ^ window.start) >> window.shift;
            if slot >= SLOTS as u64 {
                return self.open_around(index, deadline);
            }
            let link = window.slots[slot as usize];
            if link & NESTED == 0 {
                return index;
            }
            index = link ^ NESTED;
        }
    }

    /// Puts between a window and its parent one that covers this deadline, too; returns that.
    #[cold]
    fn open_around(&mut self, inner: u32, deadline: u64) -> u32 {
        let window = &mut self.windows[inner as usize];
        let (start, parent) = (window.start, window.parent);
        let shift = shift_for(start ^ deadline);
        if window.occupied == 0 {
            // The root of an empty queue: it can be made coarser itself.
            window.shift = shift;
            return inner;
        }
        let outer = self.open(parent, start, shift);
        if inner == self.root {
            self.root = outer;
        }
        self.nest(outer, inner);
        outer
    }

    /// Opens an empty window that covers `within`, in place of what its slot in `parent` led to.
    fn open(&mut self, parent: u32, within: u64, shift: u8) -> u32 {
        let new = Window {
            start: within & (u64::MAX << shift << SLOT_BITS),
            occupied: 0,
            slots: [NIL; SLOTS],
            parent: NIL,
            shift,
        };
        let index = self.vacant_window;
        let index = match self.windows.get_mut(index as usize) {
            Some(vacant) => {
                self.vacant_window = vacant.parent;
                *vacant = new;
                index
            }
            None => {
                let index = next_index(&self.windows);
                self.windows.push(new);
                index
            }
        };
        if parent != NIL {
            self.nest(parent, index);
        }
        index
    }

    /// Makes the slot for a window lead to it.
    fn nest(&mut self, parent: u32, index: u32) {
        let window = &mut self.windows[index as usize];
        window.parent = parent;
        let start = window.start;
        self.windows[parent as usize].set(start, index | NESTED);
    }

    /// Makes the slot for this deadline lead to nothing, and closes windows that are empty then.
    fn vacate(&mut self, mut index: u32, mut deadline: u64) {
        loop {
            let window = &mut self.windows[index as usize];
            window.clear(deadline);
            if window.occupied != 0 || index == self.root {
                return;
            }
            let parent = mem::replace(&mut window.parent, self.vacant_window);
            self.vacant_window = index;
            if self.front == index {
                self.front = parent;
            }
            deadline = window.start;
            index = parent;
        }
    }

    /// Hangs a timer in a finer window, at the end of the list for its deadline.
    #[inline]
    fn append(&mut self, window: u32, index: u32) {
        let deadline = self.timers[index as usize].deadline;
        let (prev, next) = self.link(window, deadline, index);
        let timer = &mut self.timers[index as usize];
        timer.prev = prev;
        timer.next = next;
        timer.window = window;
    }

    /// Makes a window, and the neighbours there, lead to a timer with this deadline that is hung at the end of its list. Gives
    /// the neighbours.
    #[inline]
    fn link(&mut self, window: u32, deadline: u64, index: u32) -> (u32, u32) {
        let window = &mut self.windows[window as usize];
        let head = window.slots[window.slot_of(deadline)];
        if head == NIL {
            window.set(deadline, index);
            return (index, index);
        }
        let tail = mem::replace(&mut self.timers[head as usize].prev, index);
        self.timers[tail as usize].next = index;
        (tail, head)
    }

    /// Unlinks a timer and makes its memory vacant.
    // Unless told to, the compiler keeps this a function, and every cancellation is a tenth dearer.
    #[inline(always)]
    fn take(&mut self, index: u32) -> Due<T> {
        let timer = &mut self.timers[index as usize];
        let payload = timer
            .payload
            .take()
            .expect("a timer that hangs somewhere is set");
        let (deadline, window, prev) = (timer.deadline, timer.window, timer.prev);
        let next = mem::replace(&mut timer.next, self.vacant_timer);
        self.vacant_timer = index;
        self.len -= 1;
        if self.len == 0 {
            self.floor = u64::MAX;
        }
        if self.first == index {
            // `floor` stays: what is left is not earlier.
            self.first = NIL;
        }
        if next == index {
            self.vacate(window, deadline);
        } else {
            self.timers[prev as usize].next = next;
            self.timers[next as usize].prev = prev;
            let window = &mut self.windows[window as usize];
            let head = &mut window.slots[window.slot_of(deadline)];
            if *head == index {
                *head = next;
            }
        }
        Due { deadline, payload }
    }

    /// Where the next timer is kept: in vacant memory, or at the end.
    #[inline(always)]
    fn vacant(&mut self) -> u32 {
        match self.timers.get(self.vacant_timer as usize) {
            Some(vacant) => mem::replace(&mut self.vacant_timer, vacant.next),
            None => next_index(&self.timers),
        }
    }
}

impl Window {
    fn slot_of(&self, deadline: u64) -> usize {
        (deadline >> self.shift) as usize % SLOTS
    }

    fn set(&mut self, deadline: u64, link: u32) {
        let slot = self.slot_of(deadline);
        self.slots[slot] = link;
        self.occupied |= 1 << slot;
    }

    fn clear(&mut self, deadline: u64) {
        let slot = self.slot_of(deadline);
        self.slots[slot] = NIL;
        self.occupied &= !(1 << slot);
    }
}

/// The shift of the finest window that covers two deadlines which differ in these bits.
fn shift_for(differing: u64) -> u8 {
    let highest = (differing | 1).ilog2();
    (highest / SLOT_BITS * SLOT_BITS) as u8
}

/// The index of what is pushed next.
fn next_index<E>(slab: &[E]) -> u32 {
    assert!(
        slab.len() < NIL as usize,
        "the timer queue is full: it has 2^31 - 1 timers"
    );
    slab.len() as u32
}
