//! Signals of Unix, by their numbers on Linux: those of a simulated host, whatever machine simulates it.

use std::fmt;

/// A signal's number, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignalNo(u8);

/// What a signal does to a process that has no handler for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disposition {
    Dies,
    Ignored,
    Stops,
    GoesOn,
}

/// The last signal, and the first of those that have no name of their own.
const LAST: i32 = 64;
const REAL_TIME: u8 = 34;

macro_rules! signals {
    ($($name:ident = $number:literal, $disposition:ident;)*) => {
        impl SignalNo {
            $(#[allow(dead_code, reason = "the table is whole, whoever is asked for by name")]
            pub(crate) const $name: SignalNo = SignalNo($number);)*

            fn known(self) -> Option<(&'static str, Disposition)> {
                match self.0 {
                    $($number => Some((concat!("SIG", stringify!($name)), Disposition::$disposition)),)*
                    _ => None,
                }
            }
        }
    };
}

signals! {
    HUP = 1, Dies;
    INT = 2, Dies;
    QUIT = 3, Dies;
    ILL = 4, Dies;
    TRAP = 5, Dies;
    ABRT = 6, Dies;
    BUS = 7, Dies;
    FPE = 8, Dies;
    KILL = 9, Dies;
    USR1 = 10, Dies;
    SEGV = 11, Dies;
    USR2 = 12, Dies;
    PIPE = 13, Dies;
    ALRM = 14, Dies;
    TERM = 15, Dies;
    STKFLT = 16, Dies;
    CHLD = 17, Ignored;
    CONT = 18, GoesOn;
    STOP = 19, Stops;
    TSTP = 20, Stops;
    TTIN = 21, Stops;
    TTOU = 22, Stops;
    URG = 23, Ignored;
    XCPU = 24, Dies;
    XFSZ = 25, Dies;
    VTALRM = 26, Dies;
    PROF = 27, Dies;
    WINCH = 28, Ignored;
    IO = 29, Dies;
    PWR = 30, Dies;
    SYS = 31, Dies;
}

impl SignalNo {
    /// The signal of this number, if there is one.
    pub(crate) fn new(number: i32) -> Option<SignalNo> {
        let number = u8::try_from(number).ok()?;
        (1..=LAST as u8)
            .contains(&number)
            .then_some(SignalNo(number))
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// What it does to a process that has no handler for it.
    pub(crate) fn disposition(self) -> Disposition {
        self.known().map_or(Disposition::Dies, |known| known.1)
    }

    /// Whether a process may have a handler for it: not for what cannot be handled, nor for what only the code that fails could
    /// handle.
    pub(crate) fn can_be_handled(self) -> bool {
        let refused = [
            SignalNo::KILL,
            SignalNo::STOP,
            SignalNo::ILL,
            SignalNo::FPE,
            SignalNo::SEGV,
        ];
        !refused.contains(&self)
    }
}

impl fmt::Display for SignalNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known() {
            Some((name, _)) => f.pad(name),
            None if self.0 >= REAL_TIME => write!(f, "SIGRTMIN+{}", self.0 - REAL_TIME),
            None => write!(f, "signal {}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_names_and_what_they_do() {
        for out in [i32::MIN, -1, 0, LAST + 1, 256 + 15, i32::MAX] {
            assert_eq!(SignalNo::new(out), None);
        }
        let told = |number| SignalNo::new(number).map(|signal| signal.to_string());
        assert_eq!(told(15).as_deref(), Some("SIGTERM"));
        assert_eq!(told(32).as_deref(), Some("signal 32"));
        assert_eq!(told(64).as_deref(), Some("SIGRTMIN+30"));
        assert_eq!(SignalNo::new(64).unwrap().disposition(), Disposition::Dies);
        assert_eq!(SignalNo::CHLD.disposition(), Disposition::Ignored);
        assert!(SignalNo::TERM.can_be_handled() && !SignalNo::KILL.can_be_handled());
    }
}
