//! What the code under test says: output and notes, on the trace.

use std::fmt;

use crate::record::event::Event;
use crate::run::context;

/// Prints a line onto the trace, and onto the terminal if the run was asked to
/// ([`Sim::echo`](crate::Sim::echo)). Outside a simulation it prints to standard output.
///
/// ```
/// let run = reweave::Sim::new().run(async { reweave::println!("served {}", 3) });
/// assert_eq!(run.stdout(), "served 3\n");
/// ```
#[macro_export]
macro_rules! println {
    () => { $crate::__private::print(::core::format_args!(""), true) };
    ($($arg:tt)*) => { $crate::__private::print(::core::format_args!($($arg)*), true) };
}

/// [`println!`](crate::println) without the end of the line.
///
/// ```
/// let run = reweave::Sim::new().run(async {
///     reweave::print!("tick");
///     reweave::println!(" tock");
/// });
/// assert_eq!(run.stdout(), "tick tock\n");
/// ```
#[macro_export]
macro_rules! print {
    ($($arg:tt)*) => { $crate::__private::print(::core::format_args!($($arg)*), false) };
}

/// Leaves a note on the trace. Outside a simulation it does nothing.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let retries = 2;
/// reweave::note!("gave up after {retries} retries");
/// # }).unwrap();
/// ```
#[macro_export]
macro_rules! note {
    ($($arg:tt)*) => { $crate::__private::note(::core::format_args!($($arg)*)) };
}

/// Behind [`println!`](crate::println) and [`print!`](crate::print).
pub fn print(args: fmt::Arguments<'_>, newline: bool) {
    // Formatted before the run is borrowed, because a `Display` of the user's may call back into it.
    write(Target::Stdout, fmt::format(args), newline);
}

/// Where output goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Target {
    /// The terminal, and what [`Run::stdout`](crate::Run::stdout) gives.
    Stdout,
    /// The terminal alone.
    Stderr,
}

/// Puts text onto the trace and where it goes; outside a simulation, onto the real stream of that name.
pub(crate) fn write(target: Target, text: String, newline: bool) {
    let end = if newline { "\n" } else { "" };
    let really = || match target {
        Target::Stdout => std::print!("{text}{end}"),
        Target::Stderr => std::eprint!("{text}{end}"),
    };
    let written = context::try_with(|cx| {
        // Nothing of a process is printed once it is dead.
        if !cx.run().is_dead() && cx.run().print(&text, end, target == Target::Stdout) {
            really();
        }
    });
    if written.is_none() {
        really();
    }
}

/// Behind [`note!`](crate::note).
pub fn note(args: fmt::Arguments<'_>) {
    if context::is_set() {
        let text = fmt::format(args);
        context::try_with(|cx| {
            let mut run = cx.run();
            if !run.is_dead() {
                run.record_text(Event::Note, &text);
            }
        });
    }
}
