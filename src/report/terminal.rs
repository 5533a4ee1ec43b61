//! The terminal on which a report is read, as far as a process knows it.
//!
//! A test harness keeps what a test prints, and prints it itself later: to its standard output, which is that of the test.

use std::env;
use std::io::IsTerminal;

/// How reports are to look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Terminal {
    /// Whether with colours.
    pub(super) colours: bool,
    /// How wide it is, if somebody says so.
    pub(super) columns: Option<usize>,
}

impl Terminal {
    /// That of this process.
    pub(super) fn of_process() -> Terminal {
        Terminal::from(std::io::stdout().is_terminal(), |name| env::var(name).ok())
    }

    /// [`NO_COLOR`](https://no-color.org), and what cargo, terminals and shells say in the environment.
    fn from(is_terminal: bool, read: impl Fn(&str) -> Option<String>) -> Terminal {
        let is = |name: &str, value: &str| read(name).is_some_and(|found| found == value);
        let unwanted = read("NO_COLOR").is_some_and(|value| !value.is_empty())
            || is("CARGO_TERM_COLOR", "never")
            || is("TERM", "dumb");
        let columns = read("COLUMNS").and_then(|columns| columns.parse().ok());
        Terminal {
            colours: is_terminal && !unwanted,
            columns,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Terminal;

    fn seen(is_terminal: bool, variables: &[(&str, &str)]) -> (bool, Option<usize>) {
        let read = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let Terminal { colours, columns } = Terminal::from(is_terminal, read);
        (colours, columns)
    }

    #[test]
    fn colours_are_for_terminals_whose_users_want_them() {
        assert_eq!(seen(true, &[]), (true, None));
        assert_eq!(
            seen(false, &[("CARGO_TERM_COLOR", "always")]),
            (false, None)
        );
        for (name, value) in [
            ("NO_COLOR", "1"),
            ("CARGO_TERM_COLOR", "never"),
            ("TERM", "dumb"),
        ] {
            assert_eq!(seen(true, &[(name, value)]), (false, None), "{name}");
        }
        assert_eq!(
            seen(true, &[("NO_COLOR", ""), ("TERM", "xterm")]),
            (true, None)
        );
    }

    #[test]
    fn a_width_is_a_number() {
        assert_eq!(seen(false, &[("COLUMNS", "80")]), (false, Some(80)));
        assert_eq!(seen(false, &[("COLUMNS", "wide")]), (false, None));
    }
}
