//! For tests that interrupt a process.

use std::ffi::c_int;

/// The handler that stands for what an interrupt does by default, on every Unix.
pub const SIG_DFL: usize = 0;

/// Handles interrupts so from now on, here and in the processes that are started; gives how they were handled. By default, that is: a shell that
/// starts a test in the background may have it pass over interrupts, and it does then what its shell wants.
pub fn handle_interrupts(handler: usize) -> usize {
    unsafe extern "C" {
        fn signal(signal: c_int, handler: usize) -> usize;
    }
    /// The number of the signal, on every Unix.
    const SIGINT: c_int = 2;
    // SAFETY: the function of POSIX, with a handler that it knows, or one that does only what is safe in a handler.
    unsafe { signal(SIGINT, handler) }
}
