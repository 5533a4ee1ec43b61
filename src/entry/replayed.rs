//! A run that the environment chose, and that passes: it says so, since who replays a failure waits for one.

use std::io::{self, Write};

use super::command::Program;
use super::environment::{Chosen, Environment};
use crate::base::count::counted;
use crate::choice::strategies::builtin::Builtin;
use crate::explore::outcome::Run;

/// Whether the environment chooses one run.
pub(super) fn is_chosen(environment: &Environment) -> bool {
    match &environment.draws {
        Some(Chosen::Seed(_) | Chosen::Tape(_)) => true,
        Some(
            Chosen::Seeds(_) | Chosen::SeedsFrom(_) | Chosen::FreshSeeds(_) | Chosen::Merged(_),
        ) => false,
        // It has one run.
        None => environment.strategy == Some(Builtin::Plain),
    }
}

/// Says on standard error that the run passes.
///
/// # Errors
///
/// If nothing that stands on its tape was met: then it is no replay, and that it passes means nothing.
pub(super) fn passes<T>(run: &Run<T>, program: &Program) -> Result<(), String> {
    let path = program.name();
    let (steps, hash) = (counted(run.steps(), "step"), run.hash());
    let matched = run.matched();
    if let Some(matched) = matched
        && matched.matched == 0
        && matched.total > 0
    {
        return Err(format!(
            "nothing of the tape in REWEAVE_TAPE matched, so this is not the run that it was taken from: it is a tape of another \
             test (the variable is for every test that is run: name one), or the test has changed\n\
             tape: {matched}\n\
             what was run instead is the plain run of {path}, which passes: {steps}, hash {hash:016x}"
        ));
    }
    let drawn = match (run.seed(), matched) {
        (_, Some(_)) => "this tape".to_owned(),
        (Some(seed), None) => format!("seed {seed}"),
        (None, None) => "the plain schedule".to_owned(),
    };
    let matched = match matched {
        Some(matched) if matched.total > 0 => format!("; {matched}"),
        Some(_) => "; it is that of the plain run".to_owned(),
        None => String::new(),
    };
    // Past the harness, which shows what a test prints only if it fails. Nothing can be done if it is closed.
    let _ = writeln!(
        io::stderr(),
        "reweave: {path} passes with {drawn}: {steps}, hash {hash:016x}{matched}"
    );
    Ok(())
}
