//! For tests that interrupt a process.

use std::ffi::c_int;

/// Has this process, and those that it starts, end at an interrupt by default. A shell that starts it in the background may have it pass over
/// interrupts, and a test does then what its shell wants.
pub fn heed_interrupts() {
    unsafe extern "C" {
        fn signal(signal: c_int, handler: usize) -> usize;
    }
    /// The number of the signal, and the handler that stands for what it does by default, on every Unix.
    const SIGINT: c_int = 2;
    const SIG_DFL: usize = 0;
    // SAFETY: the function of POSIX, with a handler that it knows.
    unsafe { signal(SIGINT, SIG_DFL) };
}
