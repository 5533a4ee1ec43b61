//! Finding the scenario that a name means.

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
        let near = near(name);
        let hint = match &near[..] {
            [] => "`list` shows all there are".to_owned(),
            near => format!("did you mean {}?", near.join(" or ")),
        };
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

/// The names that are spelled most nearly so, the nearest first, in quotes.
fn near(name: &str) -> Vec<String> {
    let likeness = |known: &str| strsim::jaro_winkler(&name.to_lowercase(), known);
    let mut near: Vec<(f64, &str)> = registry::ALL
        .iter()
        .map(|scenario| (likeness(scenario.name), scenario.name))
        .collect();
    near.retain(|&(likeness, _)| likeness >= NEAR);
    near.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    near.into_iter()
        .take(MOST_NEAR)
        .map(|(_, name)| format!("`{name}`"))
        .collect()
}

/// From 0, nothing in common, to 1, the same.
const NEAR: f64 = 0.8;
const MOST_NEAR: usize = 3;
