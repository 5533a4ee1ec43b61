//! The timer queue: virtual deadlines, earliest first, ties in the order they were set.
//!
//! A simulation sets and cancels far more timers than it fires: a million `timeout(30 s, …)` whose operation finished in a
//! millisecond. So setting and cancelling must cost next to nothing, and a timer should be sorted only when it is about
//! to fire, as finely as is then needed. The queue is a ladder queue made into a radix tree: a *window* cuts a stretch of time
//! into 64 slots of `2^shift` ns, and a slot holds either a list of timers in the order they were set, or a finer window.
//!
//! ```text
//!   root      |0 · · · · · · · · · · · · · · · · 63|      64 slots of 9 years: all of u64
//!              │
//!   window    |· · 2 3 · · · 7 · · · · · · · · · ·|       64 slots of 1.07 s
//!                  │ │       └ d ⇄ e ⇄ f … ⇄ z            lists: unsorted, not looked at yet
//!                  │ └ b ⇄ c
//!   window    |· 1 · · · · · · · · · · · · · · · ·|       64 slots of 16.8 ms, opened when slot 2 came up
//!                └ a                                      the earliest timer
//! ```
//!
//! * **insert** follows the deadline's bits down to a list and appends: no comparison with other timers. Where a finer window
//!   covers only a part of its slot and the deadline lies outside that part, a coarser one is put between.
//! * **remove** unlinks. Windows left empty are closed, and memory of either is reused by the next to need it.
//! * **the earliest** is behind the first occupied slot of each window on the way down. A list found there is searched if it
//!   is short; a long one is spread over a new window first, just fine enough to tell its timers apart.
//!
//! Every window on a path decides at least 6 of a deadline's 64 bits, so a path is at most 12 windows long, and a timer is moved
//! at most as often. Usual are two or three.
//!
//! **Ties are exact.** Where a timer hangs depends on its deadline alone, so timers with equal deadlines always share
//! one list; lists grow at the end and are spread from the front, so within it they stay in the order they were set.
//! The order of the queue is thus (deadline, order of insertion), always, also for a deadline that has already passed
//! when it is set: it goes before everything later than it, and is due at once.
//!
//! Why not a binary heap: it needs a sequence number for ties and a position index for removal, and it sorts every
//! timer, including those that will be cancelled. Why not the classic timer wheel or radix heap: they tell places relative to
//! a "now" that only moves forward, so that merely looking for the next deadline may not sort anything.

use std::iter;

/// The end of a chain, an empty slot, or "not known".
const NIL: u32 = NESTED - 1;

/// Set in a slot that leads to a window; without it, a slot leads to the head of a list, or is [`NIL`].
const NESTED: u32 = 1 << 31;

/// Slots in a window, told apart by this many bits of the deadline.
const SLOTS: u64 = 1 << SLOT_BITS;
const SLOT_BITS: u32 = 6;

/// A list up to this long is searched for its earliest timer; a longer one is spread over a finer window.
const SHORT: usize = 16;

/// A handle to a timer in a [`TimerQueue`].
///
/// Once its timer has fired or was removed, a key is inert: it names nothing, also when the memory has been given to
/// another timer. (Generations count inserts and come round after 2^32 of them.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerKey {
    slot: u32,
    generation: u32,
}

/// A timer that fired.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Due<T> {
    /// When it was due, in virtual nanoseconds: the deadline it was inserted with.
    pub(crate) deadline: u64,
    /// What it was inserted with.
    pub(crate) payload: T,
}

/// A priority queue of virtual deadlines in nanoseconds, ordered by deadline and then by insertion.
///
/// An empty queue owns no memory.
pub(crate) struct TimerQueue<T> {
    timers: Vec<Timer<T>>,
    windows: Vec<Window>,
    /// Chains through `Timer::next` and `Window::parent` of what may be reused.
    vacant_timer: u32,
    vacant_window: u32,
    len: usize,
    /// Counts inserts.
    generation: u32,
    /// The outermost window; NIL until the first insert.
    root: u32,
    /// A window on the path of `floor`; hence every timer is below it or later than all that is.
    front: u32,
    /// The earliest timer if known; then `floor` is its deadline and `front` is where it hangs.
    first: u32,
    /// No timer is earlier than this.
    floor: u64,
}

/// A timer in the slab; vacant if it has no payload.
struct Timer<T> {
    deadline: u64,
    payload: Option<T>,
    generation: u32,
    /// Neighbours in a circular list, so that the head knows the tail.
    prev: u32,
    next: u32,
    /// The slot that leads to the list.
    place: u32,
}

/// 64 slots of `2^shift` nanoseconds each, from `start` on, which is a multiple of the whole width.
struct Window {
    start: u64,
    /// Bit n: slot n leads to something.
    occupied: u64,
    shift: u8,
    /// The slot that leads here; NIL for the root.
    parent: u32,
    slots: [u32; 64],
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
            front: NIL,
            first: NIL,
            floor: 0,
        }
    }

    /// How many timers are set.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether no timer is set.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Removes all timers and keeps the memory. Apart from capacity the queue is as good as new; old keys are inert.
    pub(crate) fn clear(&mut self) {
        self.timers.clear();
        self.windows.clear();
        self.vacant_timer = NIL;
        self.vacant_window = NIL;
        self.len = 0;
        self.root = NIL;
        self.front = NIL;
        self.first = NIL;
        self.floor = 0;
    }

    /// Sets a timer. `u64::MAX` is a deadline like any other, reached by no clock.
    ///
    /// # Panics
    /// With 2^31 - 1 timers set, there is no room for another.
    pub(crate) fn insert(&mut self, deadline: u64, payload: T) -> TimerKey {
        self.generation = self.generation.wrapping_add(1);
        self.len += 1;
        let timer = self.occupy(deadline, payload);
        let place = self.place_for(deadline);
        self.append(place, timer);
        if deadline < self.floor {
            self.floor = deadline;
            self.front = place >> SLOT_BITS;
            self.first = timer;
        }
        TimerKey {
            slot: timer,
            generation: self.generation,
        }
    }

    /// Cancels a timer and hands back its payload; `None` if it has fired or was removed before.
    pub(crate) fn remove(&mut self, key: TimerKey) -> Option<T> {
        self.get_mut(key)?;
        Some(self.take(key.slot).payload)
    }

    /// The payload of a timer that is still set.
    pub(crate) fn get_mut(&mut self, key: TimerKey) -> Option<&mut T> {
        let timer = self.timers.get_mut(key.slot as usize)?;
        if timer.generation != key.generation {
            return None;
        }
        timer.payload.as_mut()
    }

    /// The earliest deadline.
    pub(crate) fn next_deadline(&mut self) -> Option<u64> {
        self.first()?;
        Some(self.floor)
    }

    /// Takes the earliest timer if its deadline is `now` or before; of several with one deadline, the one set first.
    pub(crate) fn pop_due(&mut self, now: u64) -> Option<Due<T>> {
        let first = self.first_due(now)?;
        Some(self.take(first))
    }

    /// Takes the `n`-th (from 0) of the timers that [`ties`](Self::ties) counts; `None` if there are not so many.
    pub(crate) fn pop_nth(&mut self, now: u64, n: usize) -> Option<Due<T>> {
        let nth = self.tied(now).nth(n)?;
        Some(self.take(nth))
    }

    /// How many timers share the earliest deadline, given that it is `now` or before; counted up to `cap`.
    pub(crate) fn ties(&mut self, now: u64, cap: usize) -> usize {
        self.tied(now).take(cap).count()
    }

    /// Every timer's deadline and payload. The order means nothing but is the same whenever the same operations were done
    /// since the queue was new or cleared.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        let timers = self.timers.iter();
        timers.filter_map(|timer| Some((timer.deadline, timer.payload.as_ref()?)))
    }

    fn first_due(&mut self, now: u64) -> Option<u32> {
        // Often enough to know that nothing is due without finding out what is next.
        if now < self.floor {
            return None;
        }
        let first = self.first()?;
        (self.floor <= now).then_some(first)
    }

    fn first(&mut self) -> Option<u32> {
        match self.first {
            NIL => self.search(),
            first => Some(first),
        }
    }

    /// The timers with the earliest deadline, if it is due, in the order they were set.
    fn tied(&mut self, now: u64) -> impl Iterator<Item = u32> {
        // `search`, for the list may have grown long with later timers since `first` was found.
        let first = self.first_due(now).and_then(|_| self.search());
        let timers = &self.timers;
        let head = first.map(|first| self.slot(timers[first as usize].place));
        let list = iter::successors(first, move |&timer| {
            let next = timers[timer as usize].next;
            (Some(next) != head).then_some(next)
        });
        list.filter(|&timer| timers[timer as usize].deadline == self.floor)
    }

    /// Finds the earliest timer, spreading long lists on the way.
    fn search(&mut self) -> Option<u32> {
        if self.len == 0 {
            return None;
        }
        loop {
            let window = &self.windows[self.front as usize];
            let slot = window.occupied.trailing_zeros() % SLOTS as u32;
            let place = self.front << SLOT_BITS | slot;
            let link = window.slots[slot as usize];
            if link & NESTED != 0 {
                self.front = link ^ NESTED;
                continue;
            }
            // In slots of 1 ns all deadlines are equal, and the timer set first is the head.
            let first = match window.shift {
                0 => Some(link),
                _ => self.earliest_if_short(link),
            };
            if let Some(first) = first {
                self.first = first;
                self.floor = self.timers[first as usize].deadline;
                return Some(first);
            }
            self.front = self.spread(place);
        }
    }

    fn earliest_if_short(&self, head: u32) -> Option<u32> {
        let mut earliest = head;
        let mut deadline = self.timers[head as usize].deadline;
        let mut timer = self.timers[head as usize].next;
        for _ in 0..SHORT {
            if timer == head {
                return Some(earliest);
            }
            let candidate = &self.timers[timer as usize];
            if candidate.deadline < deadline {
                earliest = timer;
                deadline = candidate.deadline;
            }
            timer = candidate.next;
        }
        None
    }

    /// Replaces a list by a window over its timers, just fine enough to tell them apart.
    fn spread(&mut self, place: u32) -> u32 {
        let head = self.slot(place);
        let Timer { deadline: within, prev: tail, .. } = self.timers[head as usize];
        let mut differing = 0;
        let mut timer = tail;
        while timer != head {
            let Timer { deadline, prev, .. } = self.timers[timer as usize];
            differing |= deadline ^ within;
            timer = prev;
        }
        let window = self.open(place, within, shift_for(differing));
        let Window { shift, .. } = self.windows[window as usize];
        loop {
            let Timer { deadline, next, .. } = self.timers[timer as usize];
            let slot = (deadline >> shift) as u32 % SLOTS as u32;
            self.append(window << SLOT_BITS | slot, timer);
            if timer == tail {
                return window;
            }
            timer = next;
        }
    }

    /// The slot in which a timer with this deadline is to hang.
    #[inline]
    fn place_for(&mut self, deadline: u64) -> u32 {
        if self.root == NIL {
            self.root = self.open(NIL, 0, shift_for(deadline));
            self.front = self.root;
        }
        let mut window = self.root;
        loop {
            let Window { start, shift, ref slots, .. } = self.windows[window as usize];
            let slot = (deadline ^ start) >> shift;
            if slot >= SLOTS {
                return self.open_around(window, deadline);
            }
            let place = window << SLOT_BITS | slot as u32;
            let link = slots[slot as usize];
            if link & NESTED == 0 {
                return place;
            }
            window = link ^ NESTED;
        }
    }

    /// Puts a coarser window in the place of one that does not reach to `deadline`; returns the slot for that.
    #[cold]
    fn open_around(&mut self, inner: u32, deadline: u64) -> u32 {
        let Window { start, shift, parent, .. } = self.windows[inner as usize];
        // The whole of the inner window has to fit into one slot.
        let coarser = shift_for(start ^ deadline); let _ = shift;
        let outer = self.open(parent, deadline, coarser);
        if inner == self.root {
            self.root = outer;
        }
        let Window { start: outer_start, shift, .. } = self.windows[outer as usize];
        self.nest(outer << SLOT_BITS | ((start ^ outer_start) >> shift) as u32, inner);
        outer << SLOT_BITS | ((deadline ^ outer_start) >> shift) as u32
    }

    /// Opens a window around `within`, in place of what the slot held.
    fn open(&mut self, parent: u32, within: u64, shift: u8) -> u32 {
        let new = Window {
            start: within & (u64::MAX << shift << SLOT_BITS),
            occupied: 0,
            shift,
            parent,
            slots: [NIL; 64],
        };
        let window = match self.vacant_window {
            NIL => {
                self.windows.push(new);
                self.windows.len() as u32 - 1
            }
            vacant => {
                let reused = &mut self.windows[vacant as usize];
                self.vacant_window = reused.parent;
                *reused = new;
                vacant
            }
        };
        if parent != NIL {
            self.nest(parent, window);
        }
        window
    }

    fn slot(&self, place: u32) -> u32 { self.windows[(place >> SLOT_BITS) as usize].slots[(place % SLOTS as u32) as usize] }
    fn set_slot(&mut self, place: u32, link: u32) { let w = &mut self.windows[(place >> SLOT_BITS) as usize]; let s = (place % SLOTS as u32) as usize; w.slots[s] = link; w.occupied |= 1 << s; }
    fn nest(&mut self, place: u32, window: u32) {
        self.set_slot(place, window | NESTED);
        self.windows[window as usize].parent = place;
    }

    /// Empties a slot, and closes the windows that this leaves empty.
    fn vacate(&mut self, mut place: u32) {
        loop {
            let window = place >> SLOT_BITS;
            let emptied = &mut self.windows[window as usize];
            emptied.occupied &= !(1 << (place % SLOTS as u32));
            emptied.slots[(place % SLOTS as u32) as usize] = NIL;
            if emptied.occupied != 0 || emptied.parent == NIL {
                return;
            }
            place = emptied.parent;
            emptied.parent = self.vacant_window;
            self.vacant_window = window;
            if self.front == window {
                self.front = place >> SLOT_BITS;
            }
        }
    }

    /// Puts a timer at the end of the list in a slot.
    #[inline]
    fn append(&mut self, place: u32, timer: u32) {
        let window = &mut self.windows[(place >> SLOT_BITS) as usize];
        let slot = (place % SLOTS as u32) as usize;
        let head = window.slots[slot];
        let (prev, next) = if head == NIL {
            window.slots[slot] = timer;
            window.occupied |= 1 << slot;
            (timer, timer)
        } else {
            let tail = self.timers[head as usize].prev;
            self.timers[head as usize].prev = timer;
            self.timers[tail as usize].next = timer;
            (tail, head)
        };
        let timer = &mut self.timers[timer as usize];
        timer.prev = prev;
        timer.next = next;
        timer.place = place;
    }

    /// Unlinks a timer and frees its memory.
    #[inline]
    fn take(&mut self, index: u32) -> Due<T> {
        let timer = &mut self.timers[index as usize];
        let payload = timer.payload.take().expect("a timer in a list is set");
        let Timer { deadline, prev, next, place, .. } = *timer;
        timer.next = self.vacant_timer;
        self.vacant_timer = index;
        self.len -= 1;
        if self.first == index {
            // `floor` stays: nothing that is left is earlier.
            self.first = NIL;
        }
        if next == index {
            self.vacate(place);
        } else {
            self.timers[prev as usize].next = next;
            self.timers[next as usize].prev = prev;
            let head = &mut self.windows[(place >> SLOT_BITS) as usize].slots[(place % SLOTS as u32) as usize];
            if *head == index {
                *head = next;
            }
        }
        Due { deadline, payload }
    }

    #[inline]
    fn occupy(&mut self, deadline: u64, payload: T) -> u32 {
        match self.vacant_timer {
            NIL => {
                let index = self.timers.len();
                assert!(index < NIL as usize, "2^31 - 1 timers are set, and there is no room for another");
                self.timers.push(Timer {
                    deadline,
                    payload: Some(payload),
                    generation: self.generation,
                    prev: NIL,
                    next: NIL,
                    place: NIL,
                });
                index as u32
            }
            vacant => {
                let reused = &mut self.timers[vacant as usize];
                self.vacant_timer = reused.next;
                reused.deadline = deadline;
                reused.payload = Some(payload);
                reused.generation = self.generation;
                vacant
            }
        }
    }
}


/// The finest window in which deadlines that differ in these bits are all covered.
fn shift_for(differing: u64) -> u8 {
    ((differing | 1).ilog2() / SLOT_BITS * SLOT_BITS) as u8
}
