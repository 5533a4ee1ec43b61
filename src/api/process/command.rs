//! What is to be started is described, and never started.

use std::ffi::OsStr;
use std::future::{Future, ready};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{ExitStatus, Output, Stdio};

use super::child::Child;

/// What is to be started: refused by whatever starts it, for no seed decides what another program does.
///
/// All that only describes it is kept as in [`std::process::Command`].
///
/// ```
/// use reweave::process::Command;
///
/// let mut command = Command::new("git");
/// command.args(["log", "-1"]).kill_on_drop(true);
/// assert_eq!(command.as_std().get_program(), "git");
/// assert!(command.spawn().unwrap_err().to_string().contains("`git`"));
/// ```
#[derive(Debug)]
pub struct Command {
    std: std::process::Command,
    kill_on_drop: bool,
}

/// Methods that are passed on to the command of the standard library.
macro_rules! passed_on {
    ($($(#[$doc:meta])* fn $name:ident[$($generics:tt)*]($($argument:ident: $Type:ty),*);)+) => {$(
        $(#[$doc])*
        pub fn $name<$($generics)*>(&mut self, $($argument: $Type),*) -> &mut Command {
            self.std.$name($($argument),*);
            self
        }
    )+};
}

impl Command {
    /// Describes the start of a program.
    pub fn new<S: AsRef<OsStr>>(program: S) -> Command {
        std::process::Command::new(program).into()
    }

    /// The same for the standard library.
    pub fn as_std(&self) -> &std::process::Command {
        &self.std
    }

    /// The same for the standard library, to be changed.
    pub fn as_std_mut(&mut self) -> &mut std::process::Command {
        &mut self.std
    }

    /// The same for the standard library. What that starts is a real process, which no seed repeats.
    pub fn into_std(self) -> std::process::Command {
        self.std
    }

    passed_on! {
        /// Adds an argument.
        fn arg[S: AsRef<OsStr>](arg: S);
        /// Adds arguments.
        fn args[I: IntoIterator<Item = S>, S: AsRef<OsStr>](args: I);
        /// Sets a variable of the environment.
        fn env[K: AsRef<OsStr>, V: AsRef<OsStr>](key: K, value: V);
        /// Sets variables of the environment.
        fn envs[I: IntoIterator<Item = (K, V)>, K: AsRef<OsStr>, V: AsRef<OsStr>](variables: I);
        /// Takes a variable of the environment away.
        fn env_remove[K: AsRef<OsStr>](key: K);
        /// Takes all variables of the environment away.
        fn env_clear[]();
        /// In which directory it runs.
        fn current_dir[P: AsRef<Path>](directory: P);
        /// Where its input comes from.
        fn stdin[T: Into<Stdio>](from: T);
        /// Where its output goes.
        fn stdout[T: Into<Stdio>](to: T);
        /// Where its errors go.
        fn stderr[T: Into<Stdio>](to: T);
    }

    /// Whether it is killed when its [`Child`] is dropped. There is none.
    pub fn kill_on_drop(&mut self, kill_on_drop: bool) -> &mut Command {
        self.kill_on_drop = kill_on_drop;
        self
    }

    /// What was said with [`kill_on_drop`](Command::kill_on_drop); `false` unless it was.
    pub fn get_kill_on_drop(&self) -> bool {
        self.kill_on_drop
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`.
    pub fn spawn(&mut self) -> io::Result<Child> {
        Err(self.refused())
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`.
    pub fn status(&mut self) -> impl Future<Output = io::Result<ExitStatus>> + use<> {
        ready(Err(self.refused()))
    }

    /// Refuses.
    ///
    /// # Errors
    ///
    /// Always, of kind `Unsupported`.
    pub fn output(&mut self) -> impl Future<Output = io::Result<Output>> + use<> {
        ready(Err(self.refused()))
    }

    fn refused(&self) -> io::Error {
        let program = self.std.get_program().display();
        let words = format!(
            "to start `{program}` is refused in a simulation: no seed decides what another process does. Let a host of the simulation \
             (`reweave::host`) do what it would, or start it outside of the test"
        );
        io::Error::new(ErrorKind::Unsupported, words)
    }
}

#[cfg(unix)]
impl Command {
    /// Under which user it runs.
    pub fn uid(&mut self, id: u32) -> &mut Command {
        std::os::unix::process::CommandExt::uid(&mut self.std, id);
        self
    }

    /// Under which group it runs.
    pub fn gid(&mut self, id: u32) -> &mut Command {
        std::os::unix::process::CommandExt::gid(&mut self.std, id);
        self
    }

    /// What it is told as its name.
    pub fn arg0<S: AsRef<OsStr>>(&mut self, name: S) -> &mut Command {
        std::os::unix::process::CommandExt::arg0(&mut self.std, name);
        self
    }

    /// Of which group of processes it is.
    pub fn process_group(&mut self, group: i32) -> &mut Command {
        std::os::unix::process::CommandExt::process_group(&mut self.std, group);
        self
    }
}

impl From<std::process::Command> for Command {
    fn from(std: std::process::Command) -> Command {
        Command {
            std,
            kill_on_drop: false,
        }
    }
}
