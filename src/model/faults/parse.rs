//! The grammar of faults, which builder, attribute and environment share.
//!
//! ```text
//! faults  = item { ("," | "+") item }
//! item    = "all" | "none" | group [ "(" setting { "," setting } ")" ] | "buggify" [ "=" chance ]
//!         | "start" "=" time | "calm" "=" time | "core" "=" ( "all" | "majority" | number )
//! setting = kind [ "=" value ]
//! ```
//!
//! `all` and `none` name every group, and a group is named once.

use std::fmt;
use std::str::FromStr;

use strsim::osa_distance;

use super::plan::{Core, Faults, Wanted};
use crate::base::fault::{FaultGroup, FaultKind, Measure};
use crate::base::short::short;
use crate::base::span::Span;

/// Why a text does not say which faults there are: where, what was expected, what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultsError {
    column: usize,
    expected: String,
    found: String,
    /// A known name that is near.
    near: Option<&'static str>,
}

impl FaultsError {
    /// The column of the mistake, in characters, from 1.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for FaultsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (column, expected) = (self.column, &self.expected);
        write!(f, "faults, column {column}: expected {expected}, found ")?;
        match self.found.is_empty() {
            true => f.write_str("the end")?,
            false => write!(f, "`{}`", short(&self.found))?,
        }
        match self.near {
            Some(near) => write!(f, ": did you mean `{near}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for FaultsError {}

impl FromStr for Faults {
    type Err = FaultsError;

    fn from_str(text: &str) -> Result<Faults, FaultsError> {
        let mut parser = Parser {
            words: Words { text, at: 0 },
            faults: Faults::none(),
            said: Vec::new(),
            bound: None,
        };
        parser.parse()?;
        Ok(parser.faults)
    }
}

/// What stands beside groups.
const OPTIONS: [&str; 3] = ["start", "calm", "core"];

const ALL: &str = "all";
const NONE: &str = "none";
const MAJORITY: &str = "majority";

struct Parser<'a> {
    words: Words<'a>,
    faults: Faults,
    /// What was said before: each may be once.
    said: Vec<&'static str>,
    /// Where it was said last when faults start, or end.
    bound: Option<Word<'a>>,
}

impl<'a> Parser<'a> {
    fn parse(&mut self) -> Result<(), FaultsError> {
        loop {
            self.item()?;
            let word = self.words.next();
            match word.text {
                "" => break,
                "," | "+" => {}
                _ => return Err(self.words.error(word, "`,`, `+` or the end")),
            }
        }
        match self.bound {
            Some(bound) if !self.faults.is_none() && !self.faults.strike_before_calm() => {
                let expected = "`start` to be earlier than `calm`, from which on no fault strikes (0 s and 60 s unless they are said)";
                Err(self.words.error(bound, expected))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn item(&mut self) -> Result<(), FaultsError> {
        let word = self.words.next();
        let groups = FaultGroup::ALL.into_iter();
        let group = groups.clone().find(|group| group.name() == word.text);
        if let Some(group) = group {
            self.say_once(word, group.name())?;
            return self.group(group);
        }
        match word.text {
            ALL => {
                for group in groups {
                    self.say_once(word, group.name())?;
                    self.whole(group);
                }
            }
            NONE => {
                // So that nobody adds to it, and nothing is taken away by it.
                for group in groups {
                    self.say_once(word, group.name())?;
                }
            }
            "start" => {
                self.say_once(word, "start")?;
                self.expect("=", "`=` and a time, as in `start = 5s`")?;
                self.faults.start = self.time("start")?.1;
                self.bound = Some(word);
            }
            "calm" => {
                self.say_once(word, "calm")?;
                self.expect("=", "`=` and a time, as in `calm = 60s`")?;
                self.faults.calm = self.time("calm")?.1;
                self.bound = Some(word);
            }
            "core" => {
                self.say_once(word, "core")?;
                self.expect("=", "`=` and how many hosts, as in `core = majority`")?;
                self.faults.core = self.core()?;
            }
            _ => {
                let names = groups.map(FaultGroup::name);
                let names = names.chain([ALL, NONE]).chain(OPTIONS);
                return Err(self.words.unknown(word, names.collect()));
            }
        }
        Ok(())
    }

    /// What may be said once only.
    fn say_once(&mut self, word: Word<'_>, name: &'static str) -> Result<(), FaultsError> {
        if self.said.contains(&name) {
            let expected = match FaultGroup::ALL.iter().any(|group| group.name() == name) {
                true => format!("`{name}` no more than once, and `all` and `none` say it, too"),
                false => format!("`{name}` no more than once"),
            };
            return Err(self.words.error(word, expected));
        }
        self.said.push(name);
        Ok(())
    }

    fn whole(&mut self, group: FaultGroup) {
        for kind in group.kinds() {
            self.faults.kinds[kind as usize] = Wanted::Drawn;
        }
    }

    /// What follows the name of a group.
    fn group(&mut self, group: FaultGroup) -> Result<(), FaultsError> {
        if group == FaultGroup::Buggify {
            return self.setting(FaultKind::Buggify);
        }
        if self.words.peek().text != "(" {
            self.whole(group);
            return Ok(());
        }
        self.words.next();
        loop {
            let word = self.words.next();
            let Some(kind) = group.kinds().find(|kind| kind.name() == word.text) else {
                let names = group.kinds().map(FaultKind::name);
                return Err(self.words.unknown(word, names.collect()));
            };
            self.say_once(word, kind.name())?;
            self.setting(kind)?;
            let word = self.words.next();
            match word.text {
                ")" => return Ok(()),
                "," => {}
                _ => return Err(self.words.error(word, "`,` or `)`")),
            }
        }
    }

    /// The value of a kind, if it has one.
    fn setting(&mut self, kind: FaultKind) -> Result<(), FaultsError> {
        let mut wanted = Wanted::Drawn;
        if self.words.peek().text == "=" {
            self.words.next();
            wanted = match kind.measure() {
                Measure::Every => {
                    let (word, time) = self.time(kind.name())?;
                    if time == 0 {
                        return Err(self.words.error(word, "a time longer than zero"));
                    }
                    Wanted::Every(time)
                }
                Measure::Chance => Wanted::Chance(self.chance(kind.name())?),
            };
        }
        self.faults.kinds[kind as usize] = wanted;
        Ok(())
    }

    fn expect(&mut self, text: &str, expected: &str) -> Result<(), FaultsError> {
        let word = self.words.next();
        match word.text == text {
            true => Ok(()),
            false => Err(self.words.error(word, expected)),
        }
    }

    fn chance(&mut self, name: &str) -> Result<f64, FaultsError> {
        let word = self.words.next();
        let chance = word.text.parse().ok();
        let chance = chance.filter(|chance| (0.0..=1.0).contains(chance));
        chance.ok_or_else(|| {
            let expected = format!("a probability from 0 to 1, as in `{name} = 0.05`");
            self.words.error(word, expected)
        })
    }

    fn time(&mut self, name: &str) -> Result<(Word<'a>, u64), FaultsError> {
        let word = self.words.next();
        let time = Span::read(word.text).map(|Span(time)| time);
        let time = time.ok_or_else(|| {
            let expected =
                format!("a time: a whole number and ns, us, ms, s, m or h, as in `{name} = 5s`");
            self.words.error(word, expected)
        });
        Ok((word, time?))
    }

    fn core(&mut self) -> Result<Core, FaultsError> {
        let word = self.words.next();
        match word.text {
            ALL => Ok(Core::All),
            MAJORITY => Ok(Core::Majority),
            text => match text.parse() {
                Ok(hosts) if hosts > 0 => Ok(Core::Hosts(hosts)),
                Ok(_) | Err(_) => {
                    let expected = "`all`, `majority` or a number of hosts from 1 to 65535";
                    Err(self.words.error(word, expected))
                }
            },
        }
    }
}

/// The words of a text. What has a meaning beside names and numbers is a word by itself.
#[derive(Clone, Copy)]
struct Words<'a> {
    text: &'a str,
    at: usize,
}

#[derive(Clone, Copy)]
struct Word<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Words<'a> {
    /// The next word; an empty one at the end.
    fn next(&mut self) -> Word<'a> {
        let is_mark = |c: char| matches!(c, ',' | '+' | '=' | '(' | ')');
        let rest = &self.text[self.at..];
        let start = self.at + rest.len() - rest.trim_start().len();
        let rest = &self.text[start..];
        let length = match rest.chars().next() {
            Some(first) if is_mark(first) => first.len_utf8(),
            Some(_) | None => {
                let ends = |c: char| is_mark(c) || c.is_whitespace();
                rest.find(ends).unwrap_or(rest.len())
            }
        };
        self.at = start + length;
        Word {
            start,
            text: &rest[..length],
        }
    }

    fn peek(mut self) -> Word<'a> {
        self.next()
    }

    fn error(&self, word: Word<'_>, expected: impl Into<String>) -> FaultsError {
        FaultsError {
            column: self.text[..word.start].chars().count() + 1,
            expected: expected.into(),
            found: word.text.to_owned(),
            near: None,
        }
    }

    /// A word that is none of these.
    fn unknown(&self, word: Word<'_>, names: Vec<&'static str>) -> FaultsError {
        let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let expected = match &quoted[..] {
            [one] => one.clone(),
            _ => format!("one of {}", quoted.join(", ")),
        };
        // Of what is very long the distance is long to find out.
        let most = word.text.chars().take(40).count().div_ceil(3);
        let near = names
            .into_iter()
            .map(|name| (osa_distance(name, &short(word.text)), name));
        let near = near.min().filter(|&(distance, _)| distance <= most);
        FaultsError {
            near: near.map(|(_, name)| name).filter(|_| !word.text.is_empty()),
            ..self.error(word, expected)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::prng::Prng;

    #[test]
    fn what_is_written_is_read_as_it_was() {
        for text in [
            "none",
            "hosts, buggify",
            "hosts(crash)",
            "network(partition = 5s, loss = 0.05), buggify",
            "hosts(crash = 5s, pause = 1500ms)",
            "buggify = 0.125",
            "hosts(power), buggify = 0, start = 1us, calm = 2000ns, core = majority",
            "none, core = 3",
        ] {
            let faults: Faults = text.parse().unwrap();
            assert_eq!(faults.to_string().parse(), Ok(faults.clone()), "{text}");
        }
        let same = |one: &str, other: &str| {
            assert_eq!(one.parse::<Faults>(), other.parse(), "{one}");
        };
        same("all", "hosts + network + buggify");
        same(
            "network",
            "network(partition, loss, latency, duplicate, reorder, segments)",
        );
        same(" hosts ( crash , power,pause ) ", "hosts");
        same("hosts,calm=60s", "hosts");
        same("hosts(crash = 1m)", "hosts(crash = 60s)");
        assert_eq!("all".parse(), Ok(Faults::all()));
    }

    #[test]
    fn each_mistake_names_what_came_what_was_expected_and_what_is_near() {
        let wrong = [
            "",
            "hsots",
            "everything",
            "hosts()",
            "hosts(",
            "hosts(crash",
            "hosts(crash pause)",
            "hosts(crsh)",
            "hosts(crash, crash)",
            "hosts, hosts",
            "all, hosts",
            "none, hosts",
            "hosts,",
            "hosts buggify",
            "hosts(crash = 0.5)",
            "hosts(crash = -1s)",
            "hosts(crash = 0s)",
            "hosts(crash = 18446744073709551615h)",
            "buggify = 1.5",
            "buggify = -0.1",
            "buggify = nan",
            "buggify(p)",
            "calm",
            "calm = 5",
            "calm = -5s",
            "hosts, start = 10s, calm = 5s",
            "hosts, calm = 0s",
            "core = 0",
            "core = some",
        ];
        let errors = wrong.map(|text| text.parse::<Faults>().unwrap_err().to_string());
        insta::assert_snapshot!(errors.join("\n"), @r"
        faults, column 1: expected one of `hosts`, `network`, `buggify`, `all`, `none`, `start`, `calm`, `core`, found the end
        faults, column 1: expected one of `hosts`, `network`, `buggify`, `all`, `none`, `start`, `calm`, `core`, found `hsots`: did you mean `hosts`?
        faults, column 1: expected one of `hosts`, `network`, `buggify`, `all`, `none`, `start`, `calm`, `core`, found `everything`
        faults, column 7: expected one of `crash`, `power`, `pause`, found `)`
        faults, column 7: expected one of `crash`, `power`, `pause`, found the end
        faults, column 12: expected `,` or `)`, found the end
        faults, column 13: expected `,` or `)`, found `pause`
        faults, column 7: expected one of `crash`, `power`, `pause`, found `crsh`: did you mean `crash`?
        faults, column 14: expected `crash` no more than once, found `crash`
        faults, column 8: expected `hosts` no more than once, and `all` and `none` say it, too, found `hosts`
        faults, column 6: expected `hosts` no more than once, and `all` and `none` say it, too, found `hosts`
        faults, column 7: expected `hosts` no more than once, and `all` and `none` say it, too, found `hosts`
        faults, column 7: expected one of `hosts`, `network`, `buggify`, `all`, `none`, `start`, `calm`, `core`, found the end
        faults, column 7: expected `,`, `+` or the end, found `buggify`
        faults, column 15: expected a time: a whole number and ns, us, ms, s, m or h, as in `crash = 5s`, found `0.5`
        faults, column 15: expected a time: a whole number and ns, us, ms, s, m or h, as in `crash = 5s`, found `-1s`
        faults, column 15: expected a time longer than zero, found `0s`
        faults, column 15: expected a time: a whole number and ns, us, ms, s, m or h, as in `crash = 5s`, found `18446744073709551615h`
        faults, column 11: expected a probability from 0 to 1, as in `buggify = 0.05`, found `1.5`
        faults, column 11: expected a probability from 0 to 1, as in `buggify = 0.05`, found `-0.1`
        faults, column 11: expected a probability from 0 to 1, as in `buggify = 0.05`, found `nan`
        faults, column 8: expected `,`, `+` or the end, found `(`
        faults, column 5: expected `=` and a time, as in `calm = 60s`, found the end
        faults, column 8: expected a time: a whole number and ns, us, ms, s, m or h, as in `calm = 5s`, found `5`
        faults, column 8: expected a time: a whole number and ns, us, ms, s, m or h, as in `calm = 5s`, found `-5s`
        faults, column 21: expected `start` to be earlier than `calm`, from which on no fault strikes (0 s and 60 s unless they are said), found `calm`
        faults, column 8: expected `start` to be earlier than `calm`, from which on no fault strikes (0 s and 60 s unless they are said), found `calm`
        faults, column 8: expected `all`, `majority` or a number of hosts from 1 to 65535, found `0`
        faults, column 8: expected `all`, `majority` or a number of hosts from 1 to 65535, found `some`
        ");
        let long = "x".repeat(1_000_000);
        assert!(long.parse::<Faults>().unwrap_err().to_string().len() < 400);
    }

    #[test]
    fn any_text_is_read_or_refused_and_what_is_read_is_written_so() {
        let words = [
            "hosts",
            "crash",
            "power",
            "pause",
            "buggify",
            "all",
            "none",
            "start",
            "calm",
            "core",
            "majority",
            "(",
            ")",
            ",",
            "+",
            "=",
            " ",
            "0",
            "7",
            "1s",
            "90m",
            "0.25",
            "1e-3",
            "-1s",
            "µ",
            "\u{301}",
            "18446744073709551615ns",
        ];
        let mut prng = Prng::labelled(0, "fault strings");
        let mut taken = 0;
        for _ in 0..50_000 {
            let length = 1 + prng.below(9);
            let text: String = (0..length)
                .map(|_| words[prng.below(words.len() as u32) as usize])
                .collect();
            if let Ok(faults) = text.parse::<Faults>() {
                taken += 1;
                assert_eq!(faults.to_string().parse(), Ok(faults), "{text:?}");
            }
        }
        assert!(taken > 500, "{taken}");
    }
}
