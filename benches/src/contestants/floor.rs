//! The floor: the least that a seeded runtime has to do. Boxed futures, real wakers, a random pick, virtual time.
//!
//! ```text
//!   spawn ──▶ ready ──pick at random──▶ poll ──Ready──▶ slot freed, joiner woken
//!               ▲                        │ Pending
//!               └── wake ◀── slot ◀──────┘
//! ```
//!
//! No trace, no hash, no findings, no names, no limits: what a runtime costs above this line is what it charges for
//! those. It is safe code. A waker is an `Arc` that holds its slot's number, and the lists it changes are a
//! thread-local: so it can be `Send` without a lock, since waking reaches the lists of whichever thread it happens on,
//! which here is one.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::mem;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use super::{Contestant, Sleep};

/// The floor's spawner: everything is in the thread's board.
#[derive(Clone, Copy, Debug)]
pub struct Floor;

impl Contestant for Floor {
    fn run<F>(runs: usize, program: impl Fn(Self) -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + 'static,
    {
        let mut slots = Vec::new();
        for seed in 0..runs as u64 {
            board(|board| board.restart(seed));
            let main = Floor.join(program(Floor));
            run_until(&main, &mut slots);
        }
    }

    fn spawn<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = T> {
        self.join(task)
    }

    fn detach(&self, task: impl Future<Output = ()> + Send + 'static) {
        let task = Box::pin(task);
        board(|board| board.newcomers.push(task));
    }
}

impl Sleep for Floor {
    fn sleep(nanos: u64) -> impl Future<Output = ()> + Send {
        Sleeping {
            nanos,
            deadline: None,
        }
    }
}

impl Floor {
    fn join<T: 'static>(self, task: impl Future<Output = T> + 'static) -> Join<T> {
        let join = Join(Rc::default());
        let done = join.0.clone();
        let task = Box::pin(async move {
            let output = task.await;
            let mut done = done.borrow_mut();
            done.output = Some(output);
            if let Some(waiter) = done.waiter.take() {
                waiter.wake();
            }
        });
        board(|board| board.newcomers.push(task));
        join
    }
}

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// A place for a task. Its waker serves every task that comes to be there, in this run and the next: a stale one costs
/// the newer task a needless poll, no more.
struct Slot {
    task: Option<Task>,
    waker: Waker,
}

/// Polls one random ready task after the other, and moves time on when none is ready, until `main` has its output.
/// Drops the tasks that are left.
fn run_until(main: &Join<()>, slots: &mut Vec<Slot>) {
    let mut vacant: Vec<u32> = (0..slots.len() as u32).rev().collect();
    while !main.finished() {
        match board(Board::next) {
            Next::Admit(newcomers) => {
                for task in newcomers {
                    let id = vacant.pop().unwrap_or(slots.len() as u32);
                    match slots.get_mut(id as usize) {
                        Some(slot) => slot.task = Some(task),
                        None => slots.push(Slot {
                            task: Some(task),
                            waker: Waker::from(Arc::new(TaskWaker { id })),
                        }),
                    }
                    board(|board| board.admit(id));
                }
            }
            Next::Poll(id) => {
                let slot = &mut slots[id as usize];
                let mut context = Context::from_waker(&slot.waker);
                if let Some(task) = &mut slot.task
                    && task.as_mut().poll(&mut context).is_ready()
                {
                    slot.task = None;
                    vacant.push(id);
                }
            }
            Next::Stuck => panic!("the floor is stuck: no task is ready and no timer is set"),
        }
    }
    for slot in slots {
        slot.task = None;
    }
    drop(board(|board| mem::take(&mut board.newcomers)));
}

/// What tasks and wakers change.
struct Board {
    /// Spawned, and without a slot yet.
    newcomers: Vec<Task>,
    /// The slots to poll, each at most once.
    ready: Vec<u32>,
    /// Whether a slot is among the ready ones.
    queued: Vec<bool>,
    /// The deadlines, the number of each among all set so far, and the slot to wake.
    timers: BinaryHeap<Reverse<(u64, u64, u32)>>,
    timers_set: u64,
    now: u64,
    /// Whose poll this is.
    current: u32,
    random: u64,
}

enum Next {
    Admit(Vec<Task>),
    Poll(u32),
    Stuck,
}

thread_local! {
    static BOARD: RefCell<Board> = const { RefCell::new(Board::new()) };
}

/// Looks at the board. No code of a task runs inside, so that borrows never nest.
fn board<R>(look: impl FnOnce(&mut Board) -> R) -> R {
    BOARD.with_borrow_mut(look)
}

impl Board {
    const fn new() -> Self {
        Self {
            newcomers: Vec::new(),
            ready: Vec::new(),
            queued: Vec::new(),
            timers: BinaryHeap::new(),
            timers_set: 0,
            now: 0,
            current: 0,
            random: 1,
        }
    }

    fn restart(&mut self, seed: u64) {
        self.ready.clear();
        self.queued.fill(false);
        self.timers.clear();
        self.now = 0;
        // Xorshift must not start at zero.
        self.random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    }

    fn next(&mut self) -> Next {
        if !self.newcomers.is_empty() {
            return Next::Admit(mem::take(&mut self.newcomers));
        }
        if self.ready.is_empty() {
            let Some(Reverse((deadline, _, id))) = self.timers.pop() else {
                return Next::Stuck;
            };
            self.now = deadline;
            self.wake(id);
        }
        let pick = self.draw_below(self.ready.len());
        let id = self.ready.swap_remove(pick);
        self.queued[id as usize] = false;
        self.current = id;
        Next::Poll(id)
    }

    fn admit(&mut self, id: u32) {
        if self.queued.len() <= id as usize {
            self.queued.resize(id as usize + 1, false);
        }
        self.wake(id);
    }

    fn wake(&mut self, id: u32) {
        let queued = &mut self.queued[id as usize];
        if !*queued {
            *queued = true;
            self.ready.push(id);
        }
    }

    /// Xorshift64, its upper half scaled to the range by a multiplication.
    fn draw_below(&mut self, bound: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (((self.random >> 32) * bound as u64) >> 32) as usize
    }
}

struct TaskWaker {
    id: u32,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        board(|board| board.wake(self.id));
    }
}

/// Sets its timer when first polled. It ignores being dropped: nothing measured here cancels a sleep.
struct Sleeping {
    nanos: u64,
    deadline: Option<u64>,
}

impl Future for Sleeping {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        board(|board| match self.deadline {
            Some(deadline) if deadline <= board.now => Poll::Ready(()),
            Some(_) => Poll::Pending,
            None => {
                let deadline = board.now + self.nanos;
                self.deadline = Some(deadline);
                board.timers_set += 1;
                let timer = (deadline, board.timers_set, board.current);
                board.timers.push(Reverse(timer));
                Poll::Pending
            }
        })
    }
}

/// A task's output, once it is there.
struct Join<T>(Rc<RefCell<Joined<T>>>);

struct Joined<T> {
    output: Option<T>,
    waiter: Option<Waker>,
}

impl<T> Default for Joined<T> {
    fn default() -> Self {
        Self {
            output: None,
            waiter: None,
        }
    }
}

impl<T> Join<T> {
    fn finished(&self) -> bool {
        self.0.borrow().output.is_some()
    }
}

impl<T> Future for Join<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let mut joined = self.0.borrow_mut();
        match joined.output.take() {
            Some(output) => Poll::Ready(output),
            None => {
                joined.waiter = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    /// The order in which three tasks ran that each yield twice, under each of so many seeds.
    fn orders(seeds: usize) -> Vec<Vec<u8>> {
        let orders: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let seen = orders.clone();
        Floor::run(seeds, move |floor| {
            seen.lock().unwrap().push(Vec::new());
            let seen = seen.clone();
            async move {
                let joins = [0, 1, 2].map(|task| {
                    let seen = seen.clone();
                    floor.spawn(async move {
                        for _ in 0..3 {
                            seen.lock().unwrap().last_mut().unwrap().push(task);
                            crate::workloads::yield_once().await;
                        }
                    })
                });
                for join in joins {
                    join.await;
                }
            }
        });
        Arc::try_unwrap(orders).unwrap().into_inner().unwrap()
    }

    #[test]
    fn the_same_seeds_give_the_same_orders_and_other_seeds_others() {
        let first = orders(50);
        assert_eq!(first, orders(50));
        let mut distinct = first;
        distinct.sort();
        distinct.dedup();
        assert!(distinct.len() > 10, "only {distinct:?}");
    }

    #[test]
    fn sleepers_wake_at_their_deadlines_and_at_no_other_time() {
        let slept = Arc::new(AtomicU64::new(0));
        let end = slept.clone();
        Floor::run(1, move |floor| {
            let end = end.clone();
            async move {
                let long = floor.spawn(Floor::sleep(70));
                let short = floor.spawn(async {
                    Floor::sleep(30).await;
                    board(|board| board.now)
                });
                assert_eq!(short.await, 30);
                long.await;
                end.store(board(|board| board.now), Relaxed);
            }
        });
        assert_eq!(slept.load(Relaxed), 70);
    }

    #[test]
    #[should_panic(expected = "the floor is stuck")]
    fn a_program_that_waits_for_nothing_is_told_so() {
        Floor::run(1, |_| std::future::pending());
    }
}
