//! Ctrl-C: an exploration ends with what was found so far; and whoever interrupts a test knows why it went down, so its [file of running
//! seeds](super::running) is removed.
//!
//! ```text
//! first Ctrl-C ── somebody explores? ── no ──────────────────────────────────────────► files removed, ended by the signal
//!                       │ yes: it has come                                              ▲        ▲
//!                       ├── no run is begun any more, each exploration tells what it found, the last one ends it
//!                       └── five seconds later, or at a second Ctrl-C ─────────────────────────────┘
//! ```
//!
//! An exploration of the program's own ends at the first one only where it is [asked to](Explore::until_interrupted). What was found the program tells
//! itself, so when the last such one is over the clock is stopped, and what becomes of the process is the program's affair, unless a test that told what it
//! found waits for the end: then five seconds are left.
//!
//! Five seconds, because cargo is gone with the first: a poll that never returns would go on in the background, out of reach of the
//! terminal.
//!
//! Once the [watchdog](super::watchdog) has spoken the files are kept: a harness may keep its words for itself, and then the next run
//! tells of it.
//!
//! A signal handler may do next to nothing, and it may come while any thread is in the middle of anything. So the paths are
//! made beforehand, in a table of pointers that are never freed, and the handler calls only `unlink`, `signal`, `alarm` and `raise`,
//! which are async-signal-safe (signal-safety(7)). It then has the signal do what it would have done without it. A program
//! that has a handler of its own, or ignores the signal, is left alone; so is one on Windows, or under Miri.
//!
//! The functions are those of the C library that the standard library links, so that no crate is needed for four of them.

use crate::explore::asked::{Explore, Interrupt};

#[cfg(all(unix, not(miri)))]
pub use unix::Exploring;
#[cfg(all(unix, not(miri)))]
use unix::Heeding;
#[cfg(all(unix, not(miri)))]
pub(super) use unix::{Removed, keep};

#[cfg(not(all(unix, not(miri))))]
pub use elsewhere::Exploring;
#[cfg(not(all(unix, not(miri))))]
use elsewhere::Heeding;
#[cfg(not(all(unix, not(miri))))]
pub(super) use elsewhere::{Removed, keep};

impl Exploring {
    /// The exploration that ends at an interrupt.
    pub fn over<M>(&self, explore: Explore<M>) -> Explore<M> {
        explore.interrupted_by(Interrupt {
            came: Exploring::came,
            heed: || Box::new(()),
        })
    }
}

impl<M> Explore<M> {
    /// Ends at Ctrl-C (SIGINT), as the exploration of a test does, with the runs that are under way: [`run`](Explore::run) returns what was found until
    /// then, and shrinking, too, ends where it is. What comes next is up to the program; an [`is_whole`](crate::Exploration::is_whole) that is
    /// `false` tells that runs are missing. With several [jobs](Explore::jobs) that is what was found up to the lowest seed that is under way.
    ///
    /// ```no_run
    /// let found = reweave::explore(|| async { assert_ne!(reweave::choose(0..1_000_000), 7) })
    ///     .seeds(0..u64::MAX)
    ///     .collect()
    ///     .until_interrupted()
    ///     .run();
    /// println!("{found}");
    /// if !found.is_whole() {
    ///     // As shells tell of a program that an interrupt has ended.
    ///     std::process::exit(130);
    /// }
    /// ```
    ///
    /// A second Ctrl-C ends the process at once, and so does the first if the runs under way are not over after five seconds. One that comes while no
    /// exploration is under way ends it as always. After the first, explorations that ask for this make no runs any more: a program that makes many of them, one
    /// after the other, comes to its end.
    ///
    /// The handler of the signal is set when the first such exploration, or one of an attribute, begins, and no sooner. Where the program has a handler of its own by
    /// then, or ignores the signal, it is left alone, and this has no effect: such a handler may tell [`until`](Explore::until). It has none
    /// under Windows either, where Ctrl-C ends the process.
    pub fn until_interrupted(self) -> Explore<M> {
        self.interrupted_by(Interrupt {
            came: Exploring::came,
            heed: || Box::new(Heeding::begin()),
        })
    }
}

#[cfg(all(unix, not(miri)))]
mod unix {
    use std::ffi::{CString, c_char, c_int, c_uint};
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;
    use std::ptr;
    use std::sync::Once;
    use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering::SeqCst};
    use std::thread;

    /// The numbers of the signals, on every Unix.
    const SIGINT: c_int = 2;
    const SIGALRM: c_int = 14;
    /// Seconds in which explorations must have told what they found.
    const GRACE: c_uint = 5;
    /// The handler that stands for what the signal does by default.
    const SIG_DFL: usize = 0;

    unsafe extern "C" {
        fn signal(signal: c_int, handler: usize) -> usize;
        fn raise(signal: c_int) -> c_int;
        fn alarm(seconds: c_uint) -> c_uint;
        fn unlink(path: *const c_char) -> c_int;
    }

    /// Paths of files to be removed; null where there is none. Of more files than these nothing is removed.
    static PATHS: [AtomicPtr<c_char>; 64] = [const { AtomicPtr::new(ptr::null_mut()) }; 64];

    /// Whether the files are kept.
    static KEPT: AtomicBool = AtomicBool::new(false);

    /// From now on nothing is removed at an interrupt.
    pub(in crate::entry) fn keep() {
        KEPT.store(true, SeqCst);
    }

    static SET: Once = Once::new();

    /// Whether there was an interrupt.
    static CAME: AtomicBool = AtomicBool::new(false);

    /// How many explorations are under way that end by themselves when there was one.
    static EXPLORING: AtomicUsize = AtomicUsize::new(0);

    /// How the program handled alarms before [`go_down_later`], and in how many seconds its own was due; 0 for none.
    static ALARM: AtomicUsize = AtomicUsize::new(SIG_DFL);
    static ALARM_IN: AtomicUsize = AtomicUsize::new(0);

    /// How many have told what they found, and wait for the end of the process.
    static WAITING: AtomicUsize = AtomicUsize::new(0);

    /// As long as this lives an interrupt does not end the process at once: whoever has it asks whether one [came](Exploring::came), and
    /// then tells what was found, and [ends](Exploring::end).
    #[derive(Debug)]
    pub struct Exploring(());

    impl Exploring {
        /// Begins to explore; not where there was an interrupt already.
        pub fn begin() -> Exploring {
            SET.call_once(set_handler);
            EXPLORING.fetch_add(1, SeqCst);
            let exploring = Exploring(());
            if Exploring::came() {
                exploring.end();
            }
            exploring
        }

        /// Whether there was an interrupt.
        pub fn came() -> bool {
            CAME.load(SeqCst)
        }

        /// All is told that was found before the interrupt. The process ends as soon as no other exploration is left.
        pub fn end(self) -> ! {
            // In this order: whoever is the last to explore looks for it afterwards.
            WAITING.fetch_add(1, SeqCst);
            drop(self);
            loop {
                thread::park();
            }
        }
    }

    impl Drop for Exploring {
        fn drop(&mut self) {
            // It may have come after whoever had this asked.
            if EXPLORING.fetch_sub(1, SeqCst) == 1 && Exploring::came() {
                go_down();
            }
        }
    }

    /// As long as this lives an interrupt does not end the process at once: whoever has it asks whether one [came](Exploring::came), and tells its caller what
    /// was found.
    #[derive(Debug)]
    pub(super) struct Heeding(());

    impl Heeding {
        /// Begins to explore, also where there was an interrupt already.
        pub(super) fn begin() -> Heeding {
            SET.call_once(set_handler);
            EXPLORING.fetch_add(1, SeqCst);
            Heeding(())
        }
    }

    impl Drop for Heeding {
        fn drop(&mut self) {
            if EXPLORING.fetch_sub(1, SeqCst) == 1 && Exploring::came() {
                match WAITING.load(SeqCst) {
                    // None is left under way, so none takes too long.
                    0 => stay(),
                    _ => go_down_later(),
                }
            }
        }
    }

    /// A file is removed at an interrupt as long as this lives.
    #[derive(Debug)]
    pub(in crate::entry) struct Removed(Option<usize>);

    impl Removed {
        pub(in crate::entry) fn at_interrupt(path: &Path) -> Removed {
            SET.call_once(set_handler);
            let Ok(path) = CString::new(path.as_os_str().as_bytes()) else {
                return Removed(None);
            };
            let path = path.into_raw();
            let free = PATHS.iter().position(|slot| {
                let taken = slot.compare_exchange(ptr::null_mut(), path, SeqCst, SeqCst);
                taken.is_ok()
            });
            Removed(free)
        }
    }

    impl Drop for Removed {
        fn drop(&mut self) {
            if let Some(slot) = self.0 {
                // The path itself is not freed: a handler may be reading it on another thread. It is one for every test.
                PATHS[slot].store(ptr::null_mut(), SeqCst);
            }
        }
    }

    fn set_handler() {
        let handler = interrupted as extern "C" fn(c_int) as usize;
        // SAFETY: the handler has the signature that `signal` asks for, and does only what is safe in a handler.
        let before = unsafe { signal(SIGINT, handler) };
        if before != SIG_DFL {
            // SAFETY: what is given back is what was there.
            unsafe { signal(SIGINT, before) };
        }
    }

    /// Of Ctrl-C, and of the alarm after it.
    extern "C" fn interrupted(_: c_int) {
        // In this order: an exploration that is over looks for it afterwards.
        let first = !CAME.swap(true, SeqCst);
        if first && EXPLORING.load(SeqCst) > 0 {
            go_down_later();
            return;
        }
        go_down();
    }

    /// Ends the process in [`GRACE`] seconds. May be called in a handler.
    fn go_down_later() {
        let handler = interrupted as extern "C" fn(c_int) as usize;
        // SAFETY: both may be called in a handler, and this one has the signature that `signal` asks for.
        let (before, left) = unsafe { (signal(SIGALRM, handler), alarm(GRACE)) };
        if before != handler {
            ALARM.store(before, SeqCst);
            ALARM_IN.store(left as usize, SeqCst);
        }
    }

    /// It goes on after all; an alarm of its own is set again.
    fn stay() {
        // SAFETY: what is given back is what was there.
        unsafe {
            alarm(0);
            signal(SIGALRM, ALARM.load(SeqCst));
            alarm(ALARM_IN.load(SeqCst) as c_uint);
        }
    }

    /// Removes the files, and ends the process by the signal. May be called in a handler.
    fn go_down() {
        for slot in &PATHS {
            let path = slot.load(SeqCst);
            if !path.is_null() && !KEPT.load(SeqCst) {
                // SAFETY: it comes from `CString::into_raw` and is never freed, so it points to a C string.
                unsafe { unlink(path) };
            }
        }
        // SAFETY: both may be called in a handler; the signal comes at once, or when the handler of one like it returns, and ends the process.
        unsafe {
            signal(SIGINT, SIG_DFL);
            raise(SIGINT);
        }
    }
}

#[cfg(not(all(unix, not(miri))))]
mod elsewhere {
    use std::path::Path;

    pub(in crate::entry) fn keep() {}

    /// No interrupt is heard of here.
    #[derive(Debug)]
    pub struct Exploring(());

    impl Exploring {
        /// Begins to explore.
        pub fn begin() -> Exploring {
            Exploring(())
        }

        /// Whether there was an interrupt.
        pub fn came() -> bool {
            false
        }

        /// Ends the process.
        pub fn end(self) -> ! {
            // As shells tell of a process that was ended by this signal.
            std::process::exit(128 + 2)
        }
    }

    /// No interrupt is heard of here.
    #[derive(Debug)]
    pub(super) struct Heeding;

    impl Heeding {
        pub(super) fn begin() -> Heeding {
            Heeding
        }
    }

    /// Nothing is removed here.
    #[derive(Debug)]
    pub(in crate::entry) struct Removed;

    impl Removed {
        pub(in crate::entry) fn at_interrupt(_: &Path) -> Removed {
            Removed
        }
    }
}
