//! What the arguments of `#[reweave::test]` and `#[reweave::main]` mean, one by one.
//!
//! Everything that can be known while compiling is checked here, so that a test with a wrong
//! argument does not even build. What only `reweave` knows (the words of a strategy) is passed on.

use std::ops::Range;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::{Error, Expr, ExprRange, Lit, Path, RangeLimits};

use crate::crate_path;
use crate::duration;
use crate::errors::Errors;
use crate::findings::FINDINGS;
use crate::list::{self, Argument};
use crate::near;

/// The names that are understood, in the order in which an error lists them.
const NAMES: [&str; 16] = [
    "seed",
    "seeds",
    "strategy",
    "max_steps",
    "max_virtual_time",
    "max_tasks",
    "jobs",
    "deny",
    "warn",
    "allow",
    crate_path::NAME,
    // tokio's, without effect here
    "flavor",
    "worker_threads",
    "start_paused",
    "unhandled_panic",
    "name",
];

/// The arguments, checked.
pub(crate) struct Arguments {
    pub(crate) crate_path: Path,
    seed: Option<u64>,
    seeds: Option<Range<u64>>,
    strategy: Option<String>,
    max_steps: Option<u64>,
    /// In nanoseconds.
    max_virtual_time: Option<u64>,
    max_tasks: Option<u64>,
    jobs: Option<u64>,
    /// Findings, and what becomes of each.
    levels: Vec<(&'static str, Level)>,
}

/// What becomes of a finding, as rustc says it of a lint.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Level {
    Deny,
    Warn,
    Allow,
}

impl Arguments {
    /// Reads what stands in the attribute's parentheses. Arguments that are wrong are errors, and
    /// as if they were not there.
    pub(crate) fn read(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut read = Self {
            crate_path: crate_path::default(),
            seed: None,
            seeds: None,
            strategy: None,
            max_steps: None,
            max_virtual_time: None,
            max_tasks: None,
            jobs: None,
            levels: Vec::new(),
        };
        for argument in list::read(tokens, &NAMES, errors) {
            read.take(&argument, errors);
        }
        read
    }

    fn take(&mut self, argument: &Argument, errors: &mut Errors) {
        match argument.name.to_string().as_str() {
            "seed" | "seeds" if self.seed.is_some() || self.seeds.is_some() => {
                errors.push(argument.wrong(
                    "`seed` and `seeds` exclude each other: `seed = 7` is one run, `seeds = 1000` a thousand",
                ));
            }
            "seed" => {
                self.seed = errors.keep(number(argument, "seed = 7"));
            }
            "seeds" => self.seeds = errors.keep(seeds(argument)),
            "strategy" => self.strategy = errors.keep(strategy(argument)),
            "max_steps" => self.max_steps = errors.keep(limit(argument, "max_steps = 10_000")),
            "max_virtual_time" => self.max_virtual_time = errors.keep(virtual_time(argument)),
            "max_tasks" => self.max_tasks = errors.keep(limit(argument, "max_tasks = 100")),
            // 0 is one for each core.
            "jobs" => self.jobs = errors.keep(number(argument, "jobs = 4")),
            "deny" => self.levels(argument, Level::Deny, "deny(leak)", errors),
            "warn" => self.levels(argument, Level::Warn, "warn(leak)", errors),
            "allow" => self.levels(argument, Level::Allow, "allow(leak)", errors),
            crate_path::NAME => self.crate_path = crate_path::read(argument, errors),
            _ => {
                errors.keep(without_effect(argument));
            }
        }
    }

    fn levels(&mut self, argument: &Argument, level: Level, example: &str, errors: &mut Errors) {
        for name in argument.names(example, errors) {
            let Some(finding) = FINDINGS.into_iter().find(|finding| name == finding) else {
                let unknown = name.to_string();
                let nearest = near::suggestion(&unknown, &FINDINGS);
                let all = near::quoted(&FINDINGS, ", ");
                let message =
                    format!("unknown finding `{unknown}`{nearest}\nknown findings: {all}");
                errors.push(Error::new(name.span(), message));
                continue;
            };
            match self.levels.iter().find(|(earlier, _)| *earlier == finding) {
                Some((_, earlier)) => {
                    let word = earlier.word();
                    let message = format!("`{finding}` already stands in `{word}(…)`");
                    errors.push(Error::new(name.span(), message));
                }
                None => self.levels.push((finding, level)),
            }
        }
    }

    /// Whether there are to be several runs.
    pub(crate) fn have_seeds(&self) -> bool {
        self.seeds.is_some()
    }

    /// The method calls that hand the arguments to `reweave`'s `TestOptions`: one for each that was
    /// given.
    pub(crate) fn calls(&self) -> TokenStream {
        let mut calls = TokenStream::new();
        if let Some(seed) = self.seed.map(Literal::u64_unsuffixed) {
            calls.extend(quote!(.seed(#seed)));
        }
        if let Some(Range { start, end }) = &self.seeds {
            let (start, end) = (
                Literal::u64_unsuffixed(*start),
                Literal::u64_unsuffixed(*end),
            );
            calls.extend(quote!(.seeds(#start..#end)));
        }
        if let Some(words) = &self.strategy {
            calls.extend(quote!(.strategy(#words)));
        }
        if let Some(limit) = self.max_steps.map(Literal::u64_unsuffixed) {
            calls.extend(quote!(.max_steps(#limit)));
        }
        if let Some(limit) = self.max_virtual_time.map(Literal::u64_unsuffixed) {
            calls.extend(quote! {
                .max_virtual_time(::core::time::Duration::from_nanos(#limit))
            });
        }
        if let Some(limit) = self.max_tasks.map(Literal::u64_unsuffixed) {
            calls.extend(quote!(.max_tasks(#limit)));
        }
        if let Some(jobs) = self.jobs.map(Literal::u64_unsuffixed) {
            calls.extend(quote!(.jobs(#jobs)));
        }
        for (finding, level) in &self.levels {
            let reweave = &self.crate_path;
            let level = format_ident!("{level:?}");
            calls.extend(quote!(.level(#finding, #reweave::__private::Level::#level)));
        }
        calls
    }
}

impl Level {
    /// The argument that sets it.
    fn word(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Warn => "warn",
            Self::Allow => "allow",
        }
    }
}

const SEEDS: &str = "seeds = 1000` or `seeds = 100..200";

/// `1000`, `100..200`, `100..=199`, or any of these in a string.
fn seeds(argument: &Argument) -> Result<Range<u64>, Error> {
    let value = argument.assigned(SEEDS)?;
    let range = match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => match text.parse::<Expr>() {
                Ok(Expr::Range(range)) => seed_range(argument, &range),
                Ok(Expr::Lit(inner)) => seed_count(argument, &inner.lit),
                _ => Err(argument.other_kind(value, "a count or a range", SEEDS)),
            },
            count => seed_count(argument, count),
        },
        Expr::Range(range) => seed_range(argument, range),
        _ => Err(argument.other_kind(value, "a count or a range", SEEDS)),
    }?;
    if range.is_empty() {
        return Err(Error::new_spanned(
            value,
            "no seed at all, so nothing would run",
        ));
    }
    Ok(range)
}

fn seed_count(argument: &Argument, count: &Lit) -> Result<Range<u64>, Error> {
    match count {
        Lit::Int(count) => list::unsigned(count).map(|count| 0..count),
        _ => Err(argument.other_kind(count, "a count or a range", SEEDS)),
    }
}

fn seed_range(argument: &Argument, range: &ExprRange) -> Result<Range<u64>, Error> {
    let end_of_range = |end: &Option<Box<Expr>>| match end.as_deref() {
        Some(Expr::Lit(literal)) => match &literal.lit {
            Lit::Int(number) => list::unsigned(number),
            _ => Err(argument.other_kind(literal, "whole numbers as ends", SEEDS)),
        },
        Some(other) => Err(argument.other_kind(other, "whole numbers as ends", SEEDS)),
        None => Err(argument.other_kind(range, "a range with both ends", SEEDS)),
    };
    let (start, end) = (end_of_range(&range.start)?, end_of_range(&range.end)?);
    match range.limits {
        RangeLimits::HalfOpen(_) => Ok(start..end),
        RangeLimits::Closed(_) => match end.checked_add(1) {
            Some(end) => Ok(start..end),
            None => Err(Error::new_spanned(range, "the last seed is one too many")),
        },
    }
}

fn strategy(argument: &Argument) -> Result<String, Error> {
    let text = argument.text("strategy = \"random\"")?;
    match text.value() {
        words if words.trim().is_empty() => Err(Error::new(
            text.span(),
            "an empty string is no strategy; leave the argument out for the default one",
        )),
        words => Ok(words),
    }
}

/// A number from 0 on.
fn number(argument: &Argument, example: &str) -> Result<u64, Error> {
    list::unsigned(argument.integer(0, example)?)
}

/// A limit: a number from 1 on.
fn limit(argument: &Argument, example: &str) -> Result<u64, Error> {
    let literal = argument.integer(1, example)?;
    match list::unsigned(literal)? {
        0 => Err(nothing_runs(argument, literal)),
        number => Ok(number),
    }
}

/// Virtual time in nanoseconds.
fn virtual_time(argument: &Argument) -> Result<u64, Error> {
    let text = argument.text("max_virtual_time = \"30s\"")?;
    match duration::parse(&text.value()) {
        Ok(0) => Err(nothing_runs(argument, text)),
        Ok(nanoseconds) => Ok(nanoseconds),
        Err(message) => Err(Error::new(text.span(), message)),
    }
}

fn nothing_runs(argument: &Argument, value: impl quote::ToTokens) -> Error {
    let message = format!(
        "with `{}` at zero nothing would run; leave it out for the default",
        argument.name
    );
    Error::new_spanned(value, message)
}

/// The arguments of tokio's attribute. They speak of threads and clocks that a simulation does not
/// have, and are accepted so that the attribute can be exchanged and nothing else; a value that
/// tokio would refuse is refused.
fn without_effect(argument: &Argument) -> Result<(), Error> {
    let one_of = |known: &[&str], example: &str| {
        let text = argument.text(example)?;
        if known.contains(&text.value().as_str()) {
            return Ok(());
        }
        let all = near::quoted(known, ", ");
        let message = format!("`{}` is one of {all}", argument.name);
        Err(Error::new(text.span(), message))
    };
    match argument.name.to_string().as_str() {
        "flavor" => one_of(
            &["current_thread", "multi_thread", "local"],
            "flavor = \"current_thread\"",
        ),
        "unhandled_panic" => one_of(
            &["ignore", "shutdown_runtime"],
            "unhandled_panic = \"ignore\"",
        ),
        "worker_threads" => limit(argument, "worker_threads = 4").map(drop),
        "start_paused" => argument.boolean("start_paused = true").map(drop),
        _ => argument.text("name = \"text\"").map(drop),
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn read(tokens: TokenStream) -> (Arguments, Vec<String>) {
        let mut errors = Errors::default();
        let arguments = Arguments::read(tokens, &mut errors);
        (arguments, errors.messages())
    }

    /// The calls for arguments in which nothing is wrong.
    fn calls(tokens: TokenStream) -> String {
        let (arguments, mistakes) = read(tokens);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        arguments.calls().to_string()
    }

    /// The one mistake in the arguments.
    fn mistake(tokens: TokenStream) -> String {
        let (_, mut mistakes) = read(tokens);
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        mistakes.remove(0)
    }

    #[test]
    fn only_what_was_given_is_handed_on() {
        assert_eq!(calls(quote!()), "");
        assert_eq!(calls(quote!(seed = 7)), quote!(.seed(7)).to_string());
        let tokio = quote!(
            flavor = "multi_thread",
            worker_threads = 4,
            start_paused = true,
            unhandled_panic = "ignore",
            name = "tests"
        );
        assert_eq!(calls(tokio), "");
    }

    #[test]
    fn everything_given_is_handed_on() {
        let all = quote!(
            allow(leak, panic),
            warn(deadlock),
            deny(limit),
            seeds = 3..0xf,
            jobs = 4,
            max_tasks = 10,
            max_virtual_time = "2m",
            max_steps = 1_000,
            strategy = "pct(3)",
            crate = "tokio::sim"
        );
        let expected = quote! {
            .seeds(3..15)
            .strategy("pct(3)")
            .max_steps(1000)
            .max_virtual_time(::core::time::Duration::from_nanos(120000000000))
            .max_tasks(10)
            .jobs(4)
            .level("leak", tokio::sim::__private::Level::Allow)
            .level("panic", tokio::sim::__private::Level::Allow)
            .level("deadlock", tokio::sim::__private::Level::Warn)
            .level("limit", tokio::sim::__private::Level::Deny)
        };
        assert_eq!(calls(all), expected.to_string());
    }

    #[test]
    fn seeds_are_a_count_or_a_range() {
        for (tokens, range) in [
            (quote!(seeds = 1000), 0..1000),
            (quote!(seeds = "1000"), 0..1000),
            (quote!(seeds = 100..200), 100..200),
            (quote!(seeds = 100..=199), 100..200),
            (quote!(seeds = "100..200"), 100..200),
            (quote!(seeds = " 100 ..= 1_99 "), 100..200),
        ] {
            let (arguments, mistakes) = read(tokens.clone());
            assert_eq!(arguments.seeds, Some(range), "{tokens}: {mistakes:?}");
        }
    }

    #[test]
    fn seeds_that_are_none_or_no_numbers_are_mistakes() {
        for (tokens, words) in [
            (quote!(seeds = 0), "no seed at all"),
            (quote!(seeds = "0"), "no seed at all"),
            (quote!(seeds = 200..100), "no seed at all"),
            (quote!(seeds = ..100), "both ends"),
            (quote!(seeds = 100..), "both ends"),
            (quote!(seeds = "a few"), "a count or a range"),
            (quote!(seeds = ""), "a count or a range"),
            (quote!(seeds = true), "a count or a range"),
            (quote!(seeds = MANY), "a count or a range"),
            (quote!(seeds = 0..MANY), "whole numbers"),
            (quote!(seeds = 0..="1"), "whole numbers"),
            (quote!(seeds = 0..=18446744073709551615), "one too many"),
            (quote!(seeds = 5, seed = 7), "exclude each other"),
            (quote!(seed = 7, seeds = 5), "exclude each other"),
        ] {
            let found = mistake(tokens.clone());
            assert!(found.contains(words), "{tokens}: {found}");
        }
    }

    #[test]
    fn limits_begin_at_one() {
        for (tokens, words) in [
            (quote!(max_steps = 0), "`max_steps` at zero"),
            (quote!(max_tasks = 0), "`max_tasks` at zero"),
            (
                quote!(max_virtual_time = "0s"),
                "`max_virtual_time` at zero",
            ),
            (quote!(max_virtual_time = 30), "takes a string"),
            (quote!(max_virtual_time = "30"), "has no unit"),
        ] {
            let found = mistake(tokens.clone());
            assert!(found.contains(words), "{tokens}: {found}");
        }
    }

    #[test]
    fn findings_are_known_and_stand_in_one_list() {
        for (tokens, words) in [
            (quote!(deny(deadlok)), "did you mean `deadlock`?"),
            (quote!(deny(thirst)), "known findings: `panic`, "),
            (
                quote!(deny(leak), allow(leak)),
                "already stands in `deny(…)`",
            ),
            (quote!(deny(leak, leak)), "already stands in `deny(…)`"),
            (quote!(deny("leak")), "takes bare names: `deny(leak)`"),
            (quote!(allow(reweave::leak)), "takes bare names"),
            (quote!(warn()), "takes a list of names"),
            (quote!(warn), "takes a list of names"),
            (quote!(warn = leak), "takes a list of names"),
        ] {
            let found = mistake(tokens.clone());
            assert!(found.contains(words), "{tokens}: {found}");
        }
    }

    #[test]
    fn values_of_the_wrong_kind_are_mistakes() {
        for (tokens, words) in [
            (quote!(seed = "7"), "takes a whole number"),
            (quote!(strategy = ""), "no strategy"),
            (quote!(strategy = random), "takes a string"),
            (quote!(crate = reweave), "takes a string"),
            (quote!(crate = "re weave"), "takes a path"),
            (
                quote!(flavor = "single"),
                "`flavor` is one of `current_thread`",
            ),
            (quote!(flavor = 1), "takes a string"),
            (quote!(worker_threads = "4"), "takes a whole number"),
            (quote!(start_paused = 1), "`true` or `false`"),
            (
                quote!(unhandled_panic = "abort"),
                "`unhandled_panic` is one of",
            ),
        ] {
            let found = mistake(tokens.clone());
            assert!(found.contains(words), "{tokens}: {found}");
        }
    }
}
