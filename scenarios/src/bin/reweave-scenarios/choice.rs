//! Finding the scenario that a name means.

use reweave::Sim;
use reweave::strategies::Builtin;
use reweave_scenarios::{Scenario, Twin, registry};

use crate::Trouble;
use crate::arguments::Which;

/// The scenario of this name.
///
/// # Errors
///
/// If there is none: names those that are spelled nearly so.
pub fn scenario(name: &str) -> Result<&'static Scenario, Trouble> {
    registry::find(name).ok_or_else(|| {
        let known = registry::ALL.iter().map(|scenario| scenario.name);
        let hint = hint(name, known, "`list` shows all there are");
        Trouble::Usage(format!("there is no scenario called `{name}`; {hint}"))
    })
}

/// The scenario and twin that are meant.
///
/// # Errors
///
/// As [`scenario`]; and if the fixed twin of a scenario is meant that has none.
pub fn twin(which: &Which) -> Result<(&'static Scenario, Twin), Trouble> {
    let scenario = scenario(&which.name)?;
    let twin = if which.fixed {
        Twin::Fixed
    } else {
        Twin::Original
    };
    if scenario.maker(twin).is_none() {
        let words = format!(
            "`{}` has no fixed twin, because it has no bug",
            scenario.name
        );
        return Err(Trouble::Usage(words));
    }
    Ok((scenario, twin))
}

/// Asks whether one of the names was meant that are spelled nearly so, the nearest first; says `else_` if there is none.
pub fn hint<'a>(name: &str, known: impl Iterator<Item = &'a str>, else_: &str) -> String {
    let likeness = |known: &str| strsim::jaro_winkler(&name.to_lowercase(), known);
    let mut near: Vec<(f64, &str)> = known.map(|known| (likeness(known), known)).collect();
    near.retain(|&(likeness, _)| likeness >= NEAR);
    near.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    near.truncate(MOST_NEAR);
    if near.is_empty() {
        return else_.to_owned();
    }
    let quoted: Vec<String> = near.iter().map(|(_, name)| format!("`{name}`")).collect();
    format!("did you mean {}?", quoted.join(" or "))
}

/// From 0, nothing in common, to 1, the same.
const NEAR: f64 = 0.8;
const MOST_NEAR: usize = 3;

/// The line that runs a command on one of a scenario's programs.
pub fn command(command: &str, scenario: &Scenario, twin: Twin, words: &str) -> String {
    let fixed = if twin == Twin::Fixed { "--fixed " } else { "" };
    let line = format!(
        "cargo run --release -- {command} {} {fixed}{words}",
        scenario.name
    );
    line.trim_end().to_owned()
}

/// The words that choose a seed of this strategy.
pub fn seed(seed: u64, strategy: Builtin) -> String {
    match strategy.of_seed(seed) {
        Builtin::Random => format!("--seed {seed}"),
        // With parameters it has parentheses, which mean something to a shell.
        other => format!("--seed {seed} --strategy '{other}'"),
    }
}

/// Has the runs watched, whose draws this strategy answers: of a poll that never returns it is said which run it is in.
pub fn watched(scenario: &Scenario, twin: Twin, strategy: Builtin, sim: Sim) -> Sim {
    let scenario = *scenario;
    reweave::__private::watched(sim, move |drawn| match drawn {
        Some(drawn) => command("replay", &scenario, twin, &seed(drawn, strategy)),
        None => command("run", &scenario, twin, ""),
    })
}
