//! The arguments of `#[reweave::test]` and `#[reweave::main]`: which there are, what each takes, and
//! the method of `TestOptions` that it becomes.
//!
//! All that can be known at compile time is checked here, so that a test with a wrong argument does
//! not build. The names of strategies and the grammar of faults are known to `reweave` alone and are
//! checked when the test runs.

use std::ops::Range;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Error, Path};

use crate::crate_path;
use crate::duration;
use crate::errors::Errors;
use crate::findings::FINDINGS;
use crate::list::{self, Argument};
use crate::seeds;
use crate::unknown;

/// The names of all arguments, in the order in which an error lists them.
const NAMES: [&str; 21] = [
    "seed",
    "seeds",
    "strategy",
    "faults",
    "threads",
    "max_steps",
    "max_steps_at_once",
    "max_virtual_time",
    "costs",
    "max_tasks",
    "jobs",
    "deny",
    "warn",
    "allow",
    "expects",
    crate_path::NAME,
    // tokio's, of which `flavor` alone has an effect
    "flavor",
    "worker_threads",
    "start_paused",
    "unhandled_panic",
    "name",
];

/// The arguments, checked.
pub(crate) struct Arguments {
    pub(crate) crate_path: Path,
    /// Whether `seeds` is among them, so that there are several runs.
    pub(crate) has_seeds: bool,
    /// Whether `seed` is.
    has_seed: bool,
    /// Whether `expects` is, which is judged of many runs.
    pub(crate) expects: bool,
    /// Whether `flavor` says that the code only ever runs on one thread.
    one_thread: bool,
    /// The levels that findings are set to.
    levels: Vec<(&'static str, Level)>,
    /// A method call for each of the other arguments that have an effect.
    calls: TokenStream,
}

/// What a finding does to a run, as rustc's lints are governed.
#[derive(Clone, Copy, Debug)]
enum Level {
    Deny,
    Warn,
    Allow,
}

impl Arguments {
    /// Parses what stands in the attribute's parentheses. An argument that is wrong is an error, and
    /// otherwise ignored.
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut arguments = Self {
            crate_path: crate_path::default(),
            has_seeds: false,
            has_seed: false,
            expects: false,
            one_thread: false,
            levels: Vec::new(),
            calls: TokenStream::new(),
        };
        let list = list::parse(tokens, &NAMES, errors);
        for argument in &list {
            arguments.add(argument, errors);
        }
        check_flavor(&list, errors);
        if arguments.has_seed
            && let Some(expects) = list.iter().find(|argument| argument.name == "expects")
        {
            errors.push(expects.error(
                "`expects` is judged of all runs of a test, and `seed = …` is one run: leave one of them out, or write `seeds = …`",
            ));
        }
        arguments
    }

    fn add(&mut self, argument: &Argument, errors: &mut Errors) {
        let name = argument.name.to_string();
        let value = match name.as_str() {
            "seed" | "seeds" if self.has_seed || self.has_seeds => Err(argument.error(
                "`seed` and `seeds` exclude each other: `seed = 7` is one run, `seeds = 1000` a thousand",
            )),
            "seed" => number(argument, "seed = 7"),
            "seeds" => seeds::parse(argument).map(|Range { start, end }| {
                let (start, end) = (literal(start), literal(end));
                quote!(#start..#end)
            }),
            "strategy" => strategy(argument),
            "faults" => faults(argument),
            "threads" => threads(argument),
            "max_steps" => limit(argument, "max_steps = 10_000"),
            "max_steps_at_once" => limit(argument, "max_steps_at_once = 10_000"),
            "max_virtual_time" => virtual_time(argument, "max_virtual_time = \"30s\""),
            "costs" => virtual_time(argument, "costs = \"5ms\""),
            "max_tasks" => limit(argument, "max_tasks = 100"),
            // 0 is one for each core.
            "jobs" => number(argument, "jobs = 4"),
            "deny" => return self.set_levels(argument, Level::Deny, "deny(leak)", errors),
            "warn" => return self.set_levels(argument, Level::Warn, "warn(leak)", errors),
            "allow" => return self.set_levels(argument, Level::Allow, "allow(leak)", errors),
            "expects" => {
                self.expects = true;
                for name in argument.texts("expects(\"a retry\")", errors) {
                    self.calls.extend(quote!(.expects(#name)));
                }
                return;
            }
            crate_path::NAME => {
                self.crate_path = crate_path::parse(argument, errors);
                return;
            }
            _ => {
                let checked = errors.handle(check_tokio(argument)).is_some();
                self.one_thread |= checked && name == "flavor" && is_one_thread(argument);
                return;
            }
        };
        if let Some(value) = errors.handle(value) {
            self.has_seed |= name == "seed";
            self.has_seeds |= name == "seeds";
            let method = Ident::new(&name, Span::call_site());
            self.calls.extend(quote!(.#method(#value)));
        }
    }

    fn set_levels(
        &mut self,
        argument: &Argument,
        level: Level,
        example: &str,
        errors: &mut Errors,
    ) {
        for name in argument.names(example, errors) {
            let Some(finding) = FINDINGS.into_iter().find(|finding| name == finding) else {
                let message = unknown::message("finding", &name.to_string(), &FINDINGS);
                errors.push(Error::new(name.span(), message));
                continue;
            };
            match self.levels.iter().find(|(earlier, _)| *earlier == finding) {
                Some((_, earlier)) => {
                    let earlier = earlier.argument();
                    let message = format!("`{finding}` already stands in `{earlier}(…)`");
                    errors.push(Error::new(name.span(), message));
                }
                None => self.levels.push((finding, level)),
            }
        }
    }

    /// The method calls that hand the arguments to a `TestOptions`.
    pub(crate) fn calls(&self) -> TokenStream {
        let mut calls = self.calls.clone();
        let reweave = &self.crate_path;
        if self.one_thread {
            calls.extend(quote!(.points(false)));
        }
        for (finding, level) in &self.levels {
            let level = format_ident!("{level:?}");
            calls.extend(quote!(.level(#finding, #reweave::__private::Level::#level)));
        }
        calls
    }
}

impl Level {
    /// The argument that sets it.
    fn argument(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Warn => "warn",
            Self::Allow => "allow",
        }
    }
}

/// The name of a strategy, perhaps with parameters.
fn strategy(argument: &Argument) -> Result<TokenStream, Error> {
    let text = argument.string("strategy = \"random\"")?.value();
    if text.trim().is_empty() {
        return Err(argument.value_error(
            "an empty string is no strategy; leave the argument out for the default one",
        ));
    }
    Ok(quote!(#text))
}

/// Which faults there are, in the grammar of `reweave::Faults`.
fn faults(argument: &Argument) -> Result<TokenStream, Error> {
    let text = argument.string("faults = \"hosts\"")?.value();
    if text.trim().is_empty() {
        return Err(argument.value_error(
            "an empty string asks for no faults: leave the argument out, or write \"none\"",
        ));
    }
    Ok(quote!(#text))
}

/// A number from 0 on.
fn number(argument: &Argument, example: &str) -> Result<TokenStream, Error> {
    argument.integer(0, example).map(literal)
}

/// A number from 1 on.
fn limit(argument: &Argument, example: &str) -> Result<TokenStream, Error> {
    let number = argument.integer(1, example)?;
    check_not_zero(argument, number)?;
    Ok(literal(number))
}

/// A duration, longer than zero.
fn virtual_time(argument: &Argument, example: &str) -> Result<TokenStream, Error> {
    let text = argument.string(example)?.value();
    let nanoseconds = duration::parse(&text).map_err(|message| argument.value_error(message))?;
    check_not_zero(argument, nanoseconds)?;
    let nanoseconds = literal(nanoseconds);
    Ok(quote!(::core::time::Duration::from_nanos(#nanoseconds)))
}

/// The number as the user would write it, so that it takes the type of the method's parameter.
fn literal(number: u64) -> TokenStream {
    Literal::u64_unsuffixed(number).into_token_stream()
}

fn check_not_zero(argument: &Argument, number: u64) -> Result<(), Error> {
    if number == 0 {
        let name = &argument.name;
        let nothing = match name == "costs" {
            true => "take time",
            false => "run",
        };
        return Err(argument.value_error(format!(
            "with `{name}` at zero nothing would {nothing}; leave it out for the default"
        )));
    }
    Ok(())
}

/// Checks an argument of tokio's attribute. A simulation has no threads or clocks to which these
/// could apply, but for [one flavor](is_one_thread); they are accepted so that `#[tokio::test]` can be
/// exchanged for `#[reweave::test]` without further edits. A value that tokio would refuse is refused.
fn check_tokio(argument: &Argument) -> Result<(), Error> {
    let one_of = |known: &[&str], example: &str| {
        let text = argument.string(example)?.value();
        if known.contains(&text.as_str()) {
            return Ok(());
        }
        let all = unknown::quoted(known, ", ");
        Err(argument.value_error(format!("`{}` is one of {all}", argument.name)))
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
        _ => argument.string("name = \"text\"").map(drop),
    }
}

/// Refuses what tokio refuses beside the flavor that is given. Where none is given, it has no part in what runs here.
fn check_flavor(list: &[Argument], errors: &mut Errors) {
    let flavor = list.iter().find(|argument| argument.name == "flavor");
    let Some(flavor) = flavor.filter(|flavor| check_tokio(flavor).is_ok()) else {
        return;
    };
    let (refused, needed): (&[&str], _) = match is_one_thread(flavor) {
        true => (&["worker_threads"], "multi_thread"),
        false => (&["start_paused", "unhandled_panic"], "current_thread"),
    };
    for argument in list {
        let name = argument.name.to_string();
        if refused.contains(&name.as_str()) {
            errors.push(argument.error(format!(
                "`{name}` is for `flavor = \"{needed}\"`: tokio refuses it beside another flavor"
            )));
        }
    }
}

/// Whether this flavor is that of code which runs on one thread. Where it is left out, tokio's default for a test is one thread,
/// too, but nobody has said so of the code, which runs on several in production.
fn is_one_thread(argument: &Argument) -> bool {
    let flavor = argument.string("flavor = \"current_thread\"");
    flavor.is_ok_and(|flavor| ["current_thread", "local"].contains(&&*flavor.value()))
}

/// `threads`, or `threads = false`.
fn threads(argument: &Argument) -> Result<TokenStream, Error> {
    let on = argument.is_bare() || argument.boolean("threads = true")?;
    Ok(quote!(#on))
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn parse(tokens: TokenStream) -> (Arguments, Vec<String>) {
        let mut errors = Errors::default();
        let arguments = Arguments::parse(tokens, &mut errors);
        (arguments, errors.messages())
    }

    /// The method calls for correct arguments.
    fn calls(tokens: TokenStream) -> String {
        let (arguments, mistakes) = parse(tokens);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        arguments.calls().to_string()
    }

    /// The message of the only error.
    fn mistake(tokens: TokenStream) -> String {
        let (_, mut mistakes) = parse(tokens);
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        mistakes.remove(0)
    }

    #[test]
    fn only_what_was_given_is_handed_on() {
        assert_eq!(calls(quote!()), "");
        assert_eq!(calls(quote!(seed = 7)), quote!(.seed(7)).to_string());
        let on = quote!(.threads(true)).to_string();
        assert_eq!(calls(quote!(threads)), on);
        assert_eq!(calls(quote!(threads = true)), on);
        assert_eq!(
            calls(quote!(threads = false)),
            quote!(.threads(false)).to_string()
        );
        for tokio in [
            quote!(flavor = "multi_thread", worker_threads = 4, name = "tests"),
            quote!(start_paused = true, unhandled_panic = "ignore"),
            quote!(worker_threads = 4),
        ] {
            assert_eq!(calls(tokio), "");
        }
        let paused = quote!(flavor = "current_thread", start_paused = true);
        assert_eq!(calls(paused), quote!(.points(false)).to_string());
        for flavor in ["current_thread", "local"] {
            let points = quote!(.points(false)).to_string();
            assert_eq!(calls(quote!(flavor = #flavor)), points);
        }
    }

    #[test]
    fn all_that_was_given_is_handed_on() {
        let all = quote!(
            allow(leak, panic),
            warn(deadlock),
            deny(limit),
            seeds = 3..0xf,
            jobs = 4,
            max_tasks = 10,
            max_virtual_time = "2m",
            costs = "5ms",
            max_steps = 1_000,
            max_steps_at_once = 100,
            expects("a retry", "a crash"),
            strategy = "random",
            faults = "hosts, calm = 30s",
            crate = "tokio::sim"
        );
        let expected = quote! {
            .seeds(3..15)
            .jobs(4)
            .max_tasks(10)
            .max_virtual_time(::core::time::Duration::from_nanos(120000000000))
            .costs(::core::time::Duration::from_nanos(5000000))
            .max_steps(1000)
            .max_steps_at_once(100)
            .expects("a retry")
            .expects("a crash")
            .strategy("random")
            .faults("hosts, calm = 30s")
            .level("leak", tokio::sim::__private::Level::Allow)
            .level("panic", tokio::sim::__private::Level::Allow)
            .level("deadlock", tokio::sim::__private::Level::Warn)
            .level("limit", tokio::sim::__private::Level::Deny)
        };
        assert_eq!(calls(all), expected.to_string());
    }

    #[test]
    fn seed_and_seeds_exclude_each_other() {
        for tokens in [quote!(seeds = 5, seed = 7), quote!(seed = 7, seeds = 5)] {
            let found = mistake(tokens.clone());
            assert!(found.contains("exclude each other"), "{tokens}: {found}");
        }
    }

    #[test]
    fn what_is_expected_is_expected_of_many_runs() {
        let found = mistake(quote!(seed = 7, expects("a retry")));
        assert!(found.contains("judged of all runs"), "{found}");
    }

    #[test]
    fn limits_begin_at_one() {
        for (tokens, words) in [
            (quote!(max_steps = 0), "`max_steps` at zero"),
            (quote!(max_steps_at_once = 0), "`max_steps_at_once` at zero"),
            (quote!(max_tasks = 0), "`max_tasks` at zero"),
            (quote!(expects("a", b)), "`expects` takes strings"),
            (quote!(expects()), "`expects` takes a list of strings"),
            (
                quote!(max_virtual_time = "0s"),
                "`max_virtual_time` at zero",
            ),
            (quote!(costs = "0s"), "nothing would take time"),
            (
                quote!(costs = 5),
                "`costs` takes a string: `costs = \"5ms\"`",
            ),
            (quote!(max_virtual_time = 30), "takes a string"),
            (quote!(max_virtual_time = "30"), "has no unit"),
        ] {
            let found = mistake(tokens.clone());
            assert!(found.contains(words), "{tokens}: {found}");
        }
    }

    #[test]
    fn each_finding_is_known_and_named_once() {
        for (tokens, words) in [
            (quote!(deny(deadlok)), "did you mean `deadlock`?"),
            (quote!(deny(overflow)), "known findings: `panic`, "),
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
    fn what_tokio_refuses_beside_a_flavor_is_a_mistake() {
        for (flavor, argument) in [
            ("current_thread", quote!(worker_threads = 2)),
            ("local", quote!(worker_threads = 2)),
            ("multi_thread", quote!(start_paused = true)),
            ("multi_thread", quote!(unhandled_panic = "ignore")),
        ] {
            for tokens in [
                quote!(flavor = #flavor, #argument),
                quote!(#argument, flavor = #flavor),
            ] {
                let found = mistake(tokens.clone());
                assert!(found.contains("tokio refuses it"), "{tokens}: {found}");
            }
        }
    }

    #[test]
    fn values_of_the_wrong_kind_are_mistakes() {
        for (tokens, words) in [
            (quote!(seed = "7"), "takes a whole number"),
            (quote!(strategy = ""), "no strategy"),
            (quote!(strategy = random), "takes a string"),
            (quote!(faults = hosts), "takes a string"),
            (quote!(faults = " "), "asks for no faults"),
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
