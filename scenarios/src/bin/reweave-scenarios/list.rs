//! `list`: what there is.

use std::io::Write;

use reweave_scenarios::{Gallery, registry};

use crate::{Outcome, Trouble};

/// Lists the scenarios, gallery by gallery, each with the finding in which its bug shows.
pub fn list(out: &mut impl Write) -> Result<Outcome, Trouble> {
    let names = registry::ALL.iter().map(|scenario| scenario.name.len());
    let width = names.max().unwrap_or(0);
    for (gallery, title) in [
        (
            Gallery::Articles,
            "articles: the programs with which coroutines are taught",
        ),
        (
            Gallery::Classics,
            "classics: the bugs that every async code base meets",
        ),
        (Gallery::Field, "field: bugs that were met in the wild"),
    ] {
        writeln!(out, "{title}")?;
        for scenario in registry::ALL
            .iter()
            .filter(|scenario| scenario.gallery == gallery)
        {
            let bug = scenario.bug.map_or("-", |kind| kind.name());
            writeln!(
                out,
                "  {:<width$}  {bug:<23}  {}",
                scenario.name, scenario.summary
            )?;
        }
    }
    Ok(Outcome::Expected)
}
