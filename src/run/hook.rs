//! The panic hook, which the standard library keeps per process.
//!
//! The library prints a panic through it before it unwinds. Ours stands in front of whatever hook was there: inside a run it
//! notes message and place, for the report; anywhere else it passes the panic on. A hook of the user's hears of the panics of
//! runs that are [aloud](super::setup::Plan::aloud); the library's own does not, for the report says what it would.
//!
//! Others may take ours away at any time. Where it was dropped, a new one is put in front of theirs before the next run; where they
//! kept it, and put theirs in front, ours is put in front once more as soon as no run is under way in the process. Not
//! earlier: while hooks are changed a panic of another thread is noted by nobody.

use std::panic::{self, PanicHookInfo};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::caught::Caught;
use super::context::{self, Context};
use crate::base::place::SourcePlace;
use crate::kernel::task::message_of;

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

/// Whether the hook that was put in place last still exists.
static ALIVE: AtomicBool = AtomicBool::new(false);

/// Its number, from 1: hooks that were put in place earlier may be dropped later.
static NEWEST: AtomicUsize = AtomicUsize::new(0);

static PLACED: Mutex<Placed> = Mutex::new(Placed {
    active: 0,
    address: 0,
});

struct Placed {
    /// How many explorations and single runs are under way.
    active: usize,
    /// Where our hook lies, to know it again.
    address: usize,
}

fn placed() -> MutexGuard<'static, Placed> {
    PLACED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An exploration or a single run is under way as long as this lives.
pub(crate) struct Active(());

impl Active {
    /// Sees to it that our hook is in place.
    pub(crate) fn begin() -> Active {
        let mut placed = placed();
        if placed.active == 0 || !ALIVE.load(Relaxed) {
            placed.place();
        }
        placed.active += 1;
        Active(())
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        placed().active -= 1;
    }
}

/// A run begins: puts our hook in place if somebody dropped it.
#[inline]
pub(super) fn keep() {
    if !ALIVE.load(Relaxed) {
        placed().place();
    }
}

impl Placed {
    /// Puts our hook in front of what is there, unless that is ours.
    fn place(&mut self) {
        if std::thread::panicking() {
            // Hooks cannot be changed now.
            return;
        }
        let before = panic::take_hook();
        if ALIVE.load(Relaxed) && address(&before) == self.address {
            panic::set_hook(before);
            return;
        }
        // Where none is set, the library gives its own.
        let is_the_users = !std::ptr::eq(&*before, &*panic::take_hook());
        let number = NEWEST.fetch_add(1, Relaxed) + 1;
        let alive = Alive(number);
        let ours: Hook = Box::new(move |info| {
            let _alive = &alive;
            hook(info, is_the_users, &before);
        });
        ALIVE.store(true, Relaxed);
        self.address = address(&ours);
        panic::set_hook(ours);
    }
}

/// Lives in our hook, and so as long.
struct Alive(usize);

impl Drop for Alive {
    fn drop(&mut self) {
        if NEWEST.load(Relaxed) == self.0 {
            ALIVE.store(false, Relaxed);
        }
    }
}

fn address(hook: &Hook) -> usize {
    std::ptr::from_ref(&**hook).addr()
}

fn hook(info: &PanicHookInfo<'_>, is_the_users: bool, before: &Hook) {
    let aloud = context::try_with(|cx| {
        note(cx, info);
        if is_the_users {
            cx.set_heard();
        }
        is_the_users && cx.is_aloud()
    });
    if aloud != Some(false) {
        before(info);
    }
}

/// Keeps message and place, for [`describe`](super::panics::describe); says what must be said now.
fn note(cx: &Context, info: &PanicHookInfo<'_>) {
    let place = info.location().and_then(SourcePlace::of_panic);
    let message = message_of(info.payload());
    let Ok(mut caught) = cx.caught().try_borrow_mut() else {
        return;
    };
    if ends_the_process(info) {
        super::last_words::say(cx, caught.as_ref(), &message, place.as_ref());
    }
    *caught = Some(Caught {
        kept: cx.keep_panic(&message, place.as_ref()),
        moment: cx.try_moment(),
        message,
        place,
    });
}

/// Whether the process aborts once the hook is done. The library calls the hook for a panic within a panic's unwinding as for
/// any other, where a destructor may catch it; and again when it did not, with a panic that cannot unwind. That is known of its
/// `Debug` form only.
fn ends_the_process(info: &PanicHookInfo<'_>) -> bool {
    cfg!(panic = "abort") || format!("{info:?}").contains("can_unwind: false")
}
