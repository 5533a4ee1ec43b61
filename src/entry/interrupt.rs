//! Ctrl-C: whoever interrupts a test knows why it went down, so its [file of running seeds](super::running) is removed.
//!
//! Once the [watchdog](super::watchdog) has spoken the files are kept: a harness may keep its words for itself, and then the next run
//! tells of it.
//!
//! A signal handler may do next to nothing, and it may come while any thread is in the middle of anything. So the paths are
//! made beforehand, in a table of pointers that are never freed, and the handler calls only `unlink`, `signal` and `raise`,
//! which are async-signal-safe (signal-safety(7)). It then has the signal do what it would have done without it. A program
//! that has a handler of its own, or ignores the signal, is left alone; so is one on Windows, or under Miri.
//!
//! The functions are those of the C library that the standard library links, so that no crate is needed for three of them.

#[cfg(all(unix, not(miri)))]
pub(super) use unix::{Removed, keep};

#[cfg(not(all(unix, not(miri))))]
pub(super) use elsewhere::{Removed, keep};

#[cfg(all(unix, not(miri)))]
mod unix {
    use std::ffi::{CString, c_char, c_int};
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;
    use std::ptr;
    use std::sync::Once;
    use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering::SeqCst};

    /// The number of the signal, on every Unix.
    const SIGINT: c_int = 2;
    /// The handler that stands for what the signal does by default.
    const SIG_DFL: usize = 0;

    unsafe extern "C" {
        fn signal(signal: c_int, handler: usize) -> usize;
        fn raise(signal: c_int) -> c_int;
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

    extern "C" fn interrupted(interrupt: c_int) {
        for slot in &PATHS {
            let path = slot.load(SeqCst);
            if !path.is_null() && !KEPT.load(SeqCst) {
                // SAFETY: it comes from `CString::into_raw` and is never freed, so it points to a C string.
                unsafe { unlink(path) };
            }
        }
        // SAFETY: both may be called in a handler; the signal comes once this one returns, and ends the process.
        unsafe {
            signal(interrupt, SIG_DFL);
            raise(interrupt);
        }
    }
}

#[cfg(not(all(unix, not(miri))))]
mod elsewhere {
    use std::path::Path;

    pub(in crate::entry) fn keep() {}

    /// Nothing is removed here.
    #[derive(Debug)]
    pub(in crate::entry) struct Removed;

    impl Removed {
        pub(in crate::entry) fn at_interrupt(_: &Path) -> Removed {
            Removed
        }
    }
}
