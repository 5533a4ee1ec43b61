//! The queue against a model, its structure against its invariants, and each promise on its own.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::*;

/// SplitMix64, as published by Steele, Lea and Flood.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// Walks the whole tree and checks what the comments on the fields promise.
fn assert_sound<T>(queue: &TimerQueue<T>) {
    let mut lists = BTreeMap::new();
    let mut earliest = u64::MAX;
    let mut open = 0;
    // Windows to look at, each with the length of the path to it and the shift of its parent.
    let mut unseen = match queue.root {
        NIL => vec![],
        root => vec![(root, 1, 66)],
    };
    while let Some((index, depth, outer_shift)) = unseen.pop() {
        open += 1;
        let window = &queue.windows[index as usize];
        assert!(depth <= 11, "a path of {depth} windows");
        assert_eq!(u32::from(window.shift) % SLOT_BITS, 0);
        assert!(window.shift < outer_shift, "windows get finer");
        assert_eq!(window.start & !(u64::MAX << window.shift << SLOT_BITS), 0);
        let may_be_empty = index == queue.root;
        assert!(
            window.occupied != 0 || may_be_empty,
            "only the root stays open empty"
        );
        for (slot, &link) in window.slots.iter().enumerate() {
            let leads_here =
                |deadline: u64| (deadline ^ window.start) >> window.shift == slot as u64;
            assert_eq!(window.occupied >> slot & 1 == 0, link == NIL);
            if link == NIL {
                continue;
            }
            if link & NESTED != 0 {
                let nested = &queue.windows[(link ^ NESTED) as usize];
                assert!(leads_here(nested.start) && nested.parent == index);
                unseen.push((link ^ NESTED, depth + 1, window.shift));
                continue;
            }
            let mut at = link;
            loop {
                let timer = &queue.timers[at as usize];
                assert!(leads_here(timer.deadline) && timer.window == index);
                assert!(timer.payload.is_some());
                assert_eq!(queue.timers[timer.next as usize].prev, at);
                let list = *lists.entry(timer.deadline).or_insert(link);
                assert_eq!(list, link, "timers with equal deadlines share one list");
                earliest = earliest.min(timer.deadline);
                at = timer.next;
                if at == link {
                    break;
                }
            }
        }
    }
    assert_eq!(queue.iter().count(), queue.len());
    let closed = chain(queue.vacant_window, |at| queue.windows[at as usize].parent);
    assert_eq!(open + closed, queue.windows.len());
    let vacant = chain(queue.vacant_timer, |at| queue.timers[at as usize].next);
    assert_eq!(queue.len() + vacant, queue.timers.len());
    assert!(queue.is_empty() || queue.floor <= earliest);
    if queue.first != NIL {
        let first = &queue.timers[queue.first as usize];
        assert_eq!((first.deadline, queue.floor), (earliest, earliest));
        assert_eq!(first.window, queue.front);
    }
}

/// How many links a chain of vacant memory has.
fn chain(head: u32, next: impl Fn(u32) -> u32) -> usize {
    let link = |index| (index != NIL).then_some(index);
    iter::successors(link(head), |&index| link(next(index))).count()
}

/// A queue beside a sorted map from (deadline, number of the insert) to nothing; the payload is
/// that number.
struct Pair {
    queue: TimerQueue<u64>,
    model: BTreeMap<(u64, u64), TimerKey>,
    /// Every key there ever was, with its entry in the model.
    keys: Vec<(TimerKey, (u64, u64))>,
    now: u64,
}

impl Pair {
    fn insert(&mut self, deadline: u64) {
        let number = self.keys.len() as u64;
        let key = self.queue.insert(deadline, number);
        self.model.insert((deadline, number), key);
        self.keys.push((key, (deadline, number)));
    }

    fn remove(&mut self, (key, entry): (TimerKey, (u64, u64))) {
        let expected = self.model.remove(&entry).map(|_| entry.1);
        assert_eq!(self.queue.get_mut(key).copied(), expected);
        assert_eq!(self.queue.remove(key), expected);
        assert_eq!(self.queue.remove(key), None);
    }

    fn earliest(&self) -> Option<u64> {
        self.model.keys().next().map(|&(deadline, _)| deadline)
    }

    fn tied(&self) -> Vec<(u64, u64)> {
        let due = self.earliest().filter(|&deadline| deadline <= self.now);
        let tied = due.map(|deadline| self.model.range((deadline, 0)..=(deadline, u64::MAX)));
        tied.into_iter()
            .flatten()
            .map(|(&entry, _)| entry)
            .collect()
    }

    fn pop_nth(&mut self, n: usize) {
        let expected = self.tied().get(n).copied();
        let popped = match n {
            0 => self.queue.pop_due(self.now),
            n => self.queue.pop_nth(self.now, n),
        };
        assert_eq!(popped.map(|due| (due.deadline, due.payload)), expected);
        if let Some(entry) = expected {
            self.model.remove(&entry);
        }
    }

    fn step(&mut self, random: &mut SplitMix64, spans: &[u64]) {
        match random.below(32) {
            0..12 => {
                let span = random.pick(spans);
                let delay = random.below(span);
                self.insert(self.now.saturating_add(delay));
            }
            12 => self.insert(random.pick(&[0, 1, u64::MAX - 1, u64::MAX])),
            13 => self.insert(self.now - random.below(self.now.min(1000) + 1)),
            14 => {
                // A burst of ties, and one beside them.
                let deadline = self
                    .now
                    .saturating_add(random.below(random.0 | 1) >> random.below(64));
                (0..random.below(24)).for_each(|_| self.insert(deadline));
                self.insert(deadline ^ 1 << random.below(64));
            }
            15..20 if !self.keys.is_empty() => {
                // Stale keys for the most part, once the run is long.
                let key = random.pick(&self.keys);
                self.remove(key);
            }
            20 => {
                let live: Vec<_> = self
                    .model
                    .iter()
                    .map(|(&entry, &key)| (key, entry))
                    .collect();
                live.iter()
                    .filter(|_| random.below(4) == 0)
                    .for_each(|&key| self.remove(key));
            }
            21..24 => {
                assert_eq!(self.queue.next_deadline(), self.earliest());
                let remembered = self.queue.first != NIL;
                assert_eq!(remembered, !self.model.is_empty());
            }
            24 => {
                let span = random.pick(spans);
                self.now = self.now.saturating_add(random.below(span));
            }
            25..28 => {
                self.now = self.now.max(self.earliest().unwrap_or(0));
                self.pop_nth(0);
            }
            28 => self.pop_nth(0),
            29 => {
                let cap = random.below(20) as usize;
                assert_eq!(self.queue.ties(self.now, cap), self.tied().len().min(cap));
            }
            30 => self.pop_nth(random.below(6) as usize),
            31 if random.below(50) == 0 => {
                self.queue.clear();
                self.model.clear();
            }
            _ => {
                let mut listed: Vec<_> = self
                    .queue
                    .iter()
                    .map(|(deadline, &number)| (deadline, number))
                    .collect();
                listed.sort_unstable();
                assert!(listed.iter().eq(self.model.keys()));
            }
        }
        assert_eq!(self.queue.len(), self.model.len());
        assert_eq!(self.queue.is_empty(), self.model.is_empty());
    }
}

#[test]
fn behaves_as_a_sorted_map_does() {
    let profiles: [&[u64]; 5] = [
        &[4],                                        // almost only ties
        &[100, 1 << 12],                             // the finest windows
        &[1_000_000, 1_000_000_000, 30_000_000_000], // what simulations do
        &[1, 1 << 40, 1 << 63],                      // jumps over many windows
        &[u64::MAX],
    ];
    for seed in 0..2000 {
        let mut random = SplitMix64(seed);
        let spans = random.pick(&profiles);
        let mut pair = Pair {
            queue: TimerQueue::new(),
            model: BTreeMap::new(),
            keys: vec![],
            now: 0,
        };
        for _ in 0..random.below(300) {
            pair.step(&mut random, spans);
            if random.below(8) == 0 {
                assert_sound(&pair.queue);
            }
        }
        pair.now = u64::MAX;
        while !pair.model.is_empty() {
            pair.pop_nth(0);
        }
        assert_eq!(pair.queue.pop_due(u64::MAX), None);
        pair.keys
            .clone()
            .into_iter()
            .for_each(|key| pair.remove(key));
    }
}

fn drain(queue: &mut TimerQueue<&'static str>, now: u64) -> Vec<(u64, &'static str)> {
    iter::from_fn(|| queue.pop_due(now))
        .map(|due| (due.deadline, due.payload))
        .collect()
}

#[test]
fn fires_by_deadline_and_then_in_the_order_set() {
    let mut queue = TimerQueue::new();
    queue.insert(30, "late");
    queue.insert(20, "first tie");
    queue.insert(10, "early");
    queue.insert(20, "second tie");
    assert_eq!(queue.next_deadline(), Some(10));
    assert_eq!(queue.pop_due(9), None);
    assert_eq!(
        drain(&mut queue, 25),
        [(10, "early"), (20, "first tie"), (20, "second tie")]
    );
    assert_eq!(drain(&mut queue, 30), [(30, "late")]);
    assert_eq!(queue.next_deadline(), None);
}

#[test]
fn a_deadline_in_the_past_is_due_at_once_and_ahead_of_later_ones() {
    let mut queue = TimerQueue::new();
    queue.insert(1_000_000, "a");
    assert_eq!(drain(&mut queue, 2_000_000), [(1_000_000, "a")]);
    queue.insert(2_000_000, "present");
    queue.insert(5, "b");
    queue.insert(3, "c");
    queue.insert(5, "d");
    assert_eq!(queue.next_deadline(), Some(3));
    assert_eq!(
        drain(&mut queue, 2_000_000),
        [(3, "c"), (5, "b"), (5, "d"), (2_000_000, "present")]
    );
}

#[test]
fn never_is_due_when_the_clock_ends() {
    let mut queue = TimerQueue::new();
    queue.insert(u64::MAX, "never");
    assert_eq!(queue.next_deadline(), Some(u64::MAX));
    assert_eq!(queue.ties(u64::MAX - 1, 9), 0);
    assert_eq!(drain(&mut queue, u64::MAX - 1), []);
    assert_eq!(drain(&mut queue, u64::MAX), [(u64::MAX, "never")]);
}

#[test]
fn one_of_several_ties_can_be_taken() {
    let mut queue = TimerQueue::new();
    for (deadline, payload) in [(7, "a"), (9, "later"), (7, "b"), (7, "c")] {
        queue.insert(deadline, payload);
    }
    assert_eq!(
        (
            queue.ties(6, 9),
            queue.ties(7, 9),
            queue.ties(9, 2),
            queue.ties(9, 0)
        ),
        (0, 3, 2, 0)
    );
    assert_eq!(queue.pop_nth(6, 0), None);
    assert_eq!(
        queue.pop_nth(9, 3),
        None,
        "the fourth is not tied with the first"
    );
    assert_eq!(
        queue.pop_nth(7, 1),
        Some(Due {
            deadline: 7,
            payload: "b"
        })
    );
    assert_eq!(drain(&mut queue, 9), [(7, "a"), (7, "c"), (9, "later")]);
}

#[test]
fn a_key_is_inert_once_its_timer_is_gone() {
    assert_eq!(size_of::<TimerKey>(), 8);
    let mut queue = TimerQueue::new();
    let removed = queue.insert(1, "removed");
    assert_eq!(queue.remove(removed), Some("removed"));
    let fired = queue.insert(2, "fired");
    assert_eq!(fired.index, removed.index, "memory is reused at once");
    drain(&mut queue, 2);
    let cleared = queue.insert(3, "cleared");
    queue.clear();
    let live = queue.insert(4, "live");
    for stale in [removed, fired, cleared] {
        assert_eq!(stale.index, live.index);
        assert_eq!(queue.get_mut(stale), None);
        assert_eq!(queue.remove(stale), None);
    }
    *queue.get_mut(live).unwrap() = "replaced";
    assert_eq!(drain(&mut queue, 4), [(4, "replaced")]);
    assert_eq!(queue.get_mut(live), None);
}

#[test]
fn a_new_queue_owns_no_memory() {
    let queue = TimerQueue::<u64>::new();
    assert_eq!((queue.timers.capacity(), queue.windows.capacity()), (0, 0));
}

#[test]
fn a_cleared_queue_keeps_its_memory_and_behaves_as_new() {
    fn listed(queue: &mut TimerQueue<u64>) -> Vec<(u64, u64)> {
        let mut random = SplitMix64(5);
        let keys: Vec<_> = (0..1000)
            .map(|number| queue.insert(random.below(1 << 40), number))
            .collect();
        keys.iter()
            .step_by(3)
            .for_each(|&key| assert!(queue.remove(key).is_some()));
        (0..100).for_each(|number| _ = queue.insert(number, number));
        queue
            .iter()
            .map(|(deadline, &number)| (deadline, number))
            .collect()
    }
    let mut queue = TimerQueue::new();
    let new = listed(&mut queue);
    while queue.len() > 50 {
        assert!(queue.pop_due(u64::MAX).is_some());
    }
    let capacity = |queue: &TimerQueue<_>| (queue.timers.capacity(), queue.windows.capacity());
    let before = capacity(&queue);
    queue.clear();
    assert_eq!(capacity(&queue), before);
    assert_sound(&queue);
    assert_eq!(
        (queue.len(), queue.next_deadline(), queue.iter().count()),
        (0, None, 0)
    );
    assert_eq!(listed(&mut queue), new);
}

#[test]
fn payloads_are_dropped_with_their_timers() {
    let payload = Rc::new(());
    let mut queue = TimerQueue::new();
    let keys: Vec<_> = (0..40)
        .map(|deadline| queue.insert(deadline, Rc::clone(&payload)))
        .collect();
    drop(queue.remove(keys[7]));
    drop(queue.pop_due(0));
    assert_eq!(Rc::strong_count(&payload), 39);
    queue.clear();
    assert_eq!(Rc::strong_count(&payload), 1);
    queue.insert(1, Rc::clone(&payload));
    drop(queue);
    assert_eq!(Rc::strong_count(&payload), 1);
}

/// `timeout(30 s, …)` around operations that take a millisecond, 10,000,000 of them, among a
/// thousand sleepers.
#[test]
fn cancelled_timers_leave_nothing_behind() {
    let mut queue = TimerQueue::new();
    let mut random = SplitMix64(1);
    let sleepers: Vec<_> = (0..1000)
        .map(|_| queue.insert(random.below(1 << 45), 0))
        .collect();
    let mut now = 0;
    for _ in 0..10_000_000 {
        now += 1_000_000;
        let timeout = queue.insert(now + 30_000_000_000, now);
        assert_eq!(queue.remove(timeout), Some(now));
    }
    assert_eq!(queue.timers.len(), 1001);
    assert!(queue.windows.len() < 10, "{} windows", queue.windows.len());
    sleepers
        .into_iter()
        .for_each(|key| assert!(queue.remove(key).is_some()));
    assert!(queue.is_empty());
    assert_sound(&queue);
}

/// Each part would take some 10^10 steps if looking for the earliest began anew every time.
#[test]
fn looking_for_the_earliest_is_work_done_once() {
    const TIMERS: u64 = 100_000;
    let mut random = SplitMix64(2);
    // All tied; all within a second, far away; spread over days.
    for (from, span) in [(30_000_000_000, 1), (1 << 50, 1_000_000_000), (0, 1 << 50)] {
        let mut queue = TimerQueue::new();
        let mut keys: Vec<_> = (0..TIMERS)
            .map(|_| from + random.below(span))
            .map(|deadline| (deadline, queue.insert(deadline, 0)))
            .collect();
        keys.sort_by_key(|&(deadline, _)| deadline);
        // Half fire and half are cancelled, always the earliest; every time an earlier one comes
        // and goes.
        for (deadline, key) in keys {
            assert_eq!(queue.next_deadline(), Some(deadline));
            match queue.len() % 2 {
                0 => assert_eq!(queue.remove(key), Some(0)),
                _ => assert!(queue.pop_due(deadline).is_some_and(|due| due.payload == 0)),
            }
            queue.insert(deadline / 2, 1);
            assert!(queue.pop_due(deadline).is_some_and(|due| due.payload == 1));
        }
        assert!(queue.is_empty());

        // The earliest is known before its list grows long.
        queue.insert(from, 0);
        for _ in 0..TIMERS {
            assert_eq!(queue.next_deadline(), Some(from));
            queue.insert(from + span, 0);
            assert_eq!(queue.ties(from, 2), 1);
        }
    }
}
