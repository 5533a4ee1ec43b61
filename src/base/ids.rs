//! Names and numbers of tasks that are the same in every run.
//!
//! A task has a **number**, its place in the order of spawns (`main` is 1), and a **path**, which
//! says whose child it is:
//!
//! ```text
//! main                 the future the run was given
//! main/worker          its first child named `worker`
//! main/worker#2        its second
//! main/worker#2/task   a child of that one, spawned without a name
//! db:main              the start function of the host `db`
//! db:main#2            the same, when the host was restarted
//! main/~5d0c…/worker   a descendant so deep that the generations between have one hash instead of their names
//! ```
//!
//! Paths, not numbers, key a [tape](crate::choice::tape): a path survives an edit that spawns one more task
//! somewhere else.

use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use super::hash::Hash;

/// A task's place in the order of spawns within its run, from 1 (`main`). 0 stands for the runtime.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskNo(pub(crate) u32);

impl TaskNo {
    /// The number of none, by which the tasks are counted that are no other task's child on their host.
    pub(crate) fn roots_of(host: HostNo) -> TaskNo {
        TaskNo(u32::MAX - 1 - u32::from(host.0))
    }

    /// The runtime itself: it fires timers, and it ends the run once `main` is done.
    pub const RUNTIME: TaskNo = TaskNo(0);
    /// The future the run was given.
    pub const MAIN: TaskNo = TaskNo(1);

    /// The number, from 1; 0 for the runtime.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Debug for TaskNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {}", self.0)
    }
}

/// A simulated host. The default one is that of `main`, whose tasks' paths do not name it; the paths of others' begin with
/// `name:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostNo(pub(crate) u16);

impl HostNo {
    /// The host on which `main` runs.
    pub const DEFAULT: HostNo = HostNo(0);

    /// The number, from 0.
    pub fn get(self) -> u16 {
        self.0
    }
}

/// Tells the runs of a process apart, for handles that were carried from one run into another. No run can see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RunId(u64);

impl RunId {
    /// The id of no run.
    pub(crate) const NONE: RunId = RunId(u64::MAX);

    /// An id that no other run of this process has.
    pub(crate) fn next() -> RunId {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        RunId(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Appends one segment of a path: the name, and `#n` from the second sibling of that name on.
///
/// Characters with a meaning in paths or tapes are written as `%` and two hex digits, so that a
/// path parses back whatever the user called the task.
pub(crate) fn push_segment(path: &mut String, name: &str, ordinal: u32) {
    if !path.is_empty() && !path.ends_with(':') {
        path.push('/');
    }
    push_name(path, name);
    if ordinal > 1 {
        let _ = write!(path, "#{ordinal}");
    }
}

/// Appends a name, with characters escaped that have a meaning in paths or tapes.
pub(crate) fn push_name(path: &mut String, name: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if name.bytes().all(plain) {
        path.push_str(name);
    } else {
        push_escaped(path, name);
    }
}

/// The path of a task whose children leave out its ancestors: its first segment, and a hash of the whole, so that no two are
/// the same.
pub(crate) fn elided(path: &str) -> String {
    let mut whole = Hash::new();
    whole.fold_str(path);
    let first = path.split('/').next().unwrap_or(path);
    format!("{first}/~{:016x}", whole.get())
}

/// Whether a character has no shape of its own on a terminal: it turns the direction of writing, or is not seen at all.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn push_escaped(path: &mut String, name: &str) {
    for c in name.chars() {
        if matches!(c, '/' | '#' | '@' | '%' | ';' | '+' | ':' | '\'')
            || c.is_whitespace()
            || c.is_control()
            || is_invisible(c)
        {
            let mut utf8 = [0; 4];
            for byte in c.encode_utf8(&mut utf8).bytes() {
                let _ = write!(path, "%{byte:02x}");
            }
        } else {
            path.push(c);
        }
    }
}

/// What to call a task that was given no name: the `async fn` it runs, else `task`.
///
/// The compiler calls the future of `async fn fetch` `crate::module::fetch::{{closure}}`; an async
/// block inside it has one `{{closure}}` more, and names nothing a reader would look for.
pub(crate) fn name_of_type(type_name: &str) -> &str {
    let Some(function) = type_name.strip_suffix("::{{closure}}") else {
        return "task";
    };
    let last = function.rsplit("::").next().unwrap_or(function);
    let plain = |c: char| c.is_alphanumeric() || c == '_';
    if !last.is_empty() && last.chars().all(plain) {
        last
    } else {
        "task"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(segments: &[(&str, u32)]) -> String {
        let mut path = String::new();
        for &(name, ordinal) in segments {
            push_segment(&mut path, name, ordinal);
        }
        path
    }

    #[test]
    fn a_path_numbers_siblings_from_the_second_on() {
        assert_eq!(path(&[("main", 1), ("worker", 1)]), "main/worker");
        assert_eq!(path(&[("main", 1), ("worker", 2)]), "main/worker#2");
    }

    #[test]
    fn characters_with_a_meaning_are_escaped() {
        assert_eq!(path(&[("a/b #1", 1)]), "a%2fb%20%231");
        assert_eq!(path(&[("größe", 1)]), "größe");
    }

    #[test]
    fn an_async_fn_names_its_task() {
        assert_eq!(name_of_type("krate::net::fetch::{{closure}}"), "fetch");
        assert_eq!(
            name_of_type("krate::main::{{closure}}::{{closure}}"),
            "task"
        );
        assert_eq!(name_of_type("core::future::Ready<()>"), "task");
        assert_eq!(
            name_of_type("a::f<alloc::string::String>::{{closure}}"),
            "task"
        );
    }
}
