//! `hunt`: explores seeds of every program, and says whether what was found is what was expected.
//!
//! A program with a bug must show it, as a finding of its kind; its fixed twin, and a program without a
//! bug, must show nothing at all.
//!
//! Of each bug it is told by which strategy it was found, of the portfolio by which of its members, and how many schedules that took; and at
//! the end which strategy found how many, and the bug that took longest.
//!
//! Ctrl-C ends the hunt with what was found until then.
//!
//! Results are plain lines on standard output. On a terminal a progress bar runs below them, on standard error.

use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use reweave::__private::Exploring;
use reweave::finding::Explanation;
use reweave::{Exploration, Finding, Level, Report, Run};
use reweave_scenarios::{Scenario, Twin, registry};

use crate::arguments::Hunt;
use crate::choice::{self, watched};
use crate::progress::Progress;
use crate::tally::{Finder, Tally};
use crate::{Outcome, Trouble};

/// Hunts in the scenarios that are named, or in all.
pub fn hunt(out: &mut impl Write, hunt: &Hunt) -> Result<Outcome, Trouble> {
    let named = hunt.names.iter().map(|name| choice::scenario(name));
    let named = named.collect::<Result<Vec<_>, _>>()?;
    let scenarios = if named.is_empty() {
        registry::ALL.iter().collect()
    } else {
        named
    };
    let programs: Vec<_> = scenarios
        .iter()
        .flat_map(|&s| s.twins().map(move |twin| (s, twin)))
        .collect();

    let (started, mut tally) = (Instant::now(), Tally::default());
    let progress = Arc::new(Progress::new(
        hunt.seeds.saturating_mul(programs.len() as u64),
    ));
    let exploring = Exploring::begin();
    for (nth, &(scenario, twin)) in programs.iter().enumerate() {
        // Counted anew, because an exploration that stops at a failure leaves seeds out.
        progress.start(hunt.seeds.saturating_mul(nth as u64), scenario.name);
        let found = explore(scenario, twin, hunt, &exploring, &progress);
        tally.runs += found.runs();
        // Of a part of the runs it cannot be said that they show nothing.
        if Exploring::came() && first(&found).is_none() {
            progress.clear();
            write!(out, "{}", tally.finders())?;
            writeln!(
                out,
                "interrupted in {}, after {nth} of {} programs: {} bugs found, {} programs clean, {} not as expected",
                scenario.name,
                programs.len(),
                tally.bugs,
                tally.clean,
                tally.unexpected
            )?;
            out.flush()?;
            exploring.end();
        }
        let result = Judged::of(scenario, twin, &found);
        match result {
            Judged::Found => {
                let (by, schedules) = finder(&found);
                tally.found(scenario.name, by, schedules);
            }
            Judged::Clean => tally.clean += 1,
            Judged::Missed | Judged::Unexpected => tally.unexpected += 1,
        }
        if let Some(lines) = result.lines(scenario, twin, &found) {
            progress.clear();
            write!(out, "{lines}").and_then(|()| out.flush())?;
        }
    }
    progress.clear();
    let seconds = started.elapsed().as_secs_f64();
    let Tally {
        bugs,
        clean,
        unexpected,
        runs,
        ..
    } = tally;
    write!(out, "{}", tally.finders())?;
    writeln!(
        out,
        "{bugs} bugs found, {clean} programs clean, {unexpected} not as expected: \
         {runs} runs in {seconds:.1} s"
    )?;
    Ok(if unexpected == 0 {
        Outcome::Expected
    } else {
        Outcome::Failed
    })
}

fn explore(
    scenario: &Scenario,
    twin: Twin,
    hunt: &Hunt,
    exploring: &Exploring,
    progress: &Arc<Progress>,
) -> Exploration {
    let (told, name) = (progress.clone(), scenario.name);
    let sim = watched(scenario, twin, hunt.strategy, scenario.sim());
    let sim = sim.on_shrink(move |shrinking| told.tell(&format!("{name}: {shrinking}")));
    let explore = scenario
        .explore(twin)
        .sim(sim)
        .seeds(0..hunt.seeds)
        .builtin(hunt.strategy)
        .shrink(true)
        .jobs(hunt.jobs.into());
    let explore = exploring.over(explore);
    if progress.is_hidden() {
        return explore.run();
    }
    let progress = progress.clone();
    explore.on_run(move |_| progress.step()).run()
}

/// What an exploration comes to.
#[derive(Debug, PartialEq, Eq)]
enum Judged {
    /// The bug was found.
    Found,
    /// Nothing was found, and nothing was expected.
    Clean,
    /// The bug was not found.
    Missed,
    /// Something was found that is not the bug.
    Unexpected,
}

impl Judged {
    fn of(scenario: &Scenario, twin: Twin, found: &Exploration) -> Judged {
        let first = first(found).map(|(_, finding)| (finding.kind(), finding.level()));
        match (scenario.expected(twin), first) {
            (Some(bug), Some((kind, _))) if kind == bug => Judged::Found,
            (None, Some(_)) | (Some(_), Some((_, Level::Deny))) => Judged::Unexpected,
            (Some(_), _) => Judged::Missed,
            (None, None) => Judged::Clean,
        }
    }

    /// The lines that are worth reading; a clean program is only counted.
    fn lines(&self, scenario: &Scenario, twin: Twin, found: &Exploration) -> Option<String> {
        let fixed = if twin == Twin::Fixed { " (fixed)" } else { "" };
        let program = format!("{}{fixed}", scenario.name);
        let word = match self {
            Judged::Clean => return None,
            Judged::Missed => {
                let (runs, bug) = (found.runs(), scenario.expected(twin)?);
                let runs = match runs {
                    1 => "1 run".to_owned(),
                    runs => format!("{runs} runs"),
                };
                return Some(format!("MISSED      {program}: no {bug} in {runs}\n"));
            }
            Judged::Found => "found",
            Judged::Unexpected => "UNEXPECTED",
        };
        let (run, finding) = first(found)?;
        let kind = finding.kind();
        let first = match (finder(found), seed(run)) {
            ((by, schedules), Some(seed)) => {
                format!("first with seed {seed}, by {by}, schedule {schedules}")
            }
            ((by, _), None) => format!("found by {by}"),
        };
        let task = finding
            .task()
            .map_or(String::new(), |task| format!(" in {task}"));
        let what = squeezed(finding);
        let mut lines = format!(
            "{word:<11} {program}: {kind}{task}, {first}\n{:12}{what}\n",
            ""
        );
        if let Some(known) = run.explanation() {
            for line in how(run, known) {
                lines += &format!("{:12}{line}\n", "");
            }
        }
        Some(lines)
    }
}

/// The finding with the lowest seed: a failure if there is one, else a warning.
fn first(found: &Exploration) -> Option<(&Run, &Finding)> {
    let run = found.failure().or_else(|| found.warnings().first())?;
    let finding = run.failure().or_else(|| run.findings().first())?;
    Some((run, finding))
}

/// The seed with which it was found; a run of the calibration has none.
fn seed(run: &Run) -> Option<u64> {
    let found = || run.explanation().and_then(Explanation::seed);
    run.seed().or_else(found)
}

/// Who found what was found first, and how many schedules that took, with its own. Those of the calibration are not counted.
fn finder(found: &Exploration) -> (Finder, u64) {
    let by = first(found).and_then(|(run, _)| Some((run.builtin()?, seed(run)?)));
    match by {
        Some((strategy, seed)) => (Finder::Strategy(strategy), seed - found.seeds().start + 1),
        None => (Finder::Calibration, 0),
    }
}

/// The least that must happen for it, a line a deviation.
fn how(run: &Run, known: &Explanation) -> Vec<String> {
    let schedule = Report::new(run).schedule();
    let found = known.found().deviations().len();
    match (schedule.is_empty(), found) {
        (true, 0) => Vec::new(),
        (true, _) => vec!["without any deviation from the plain schedule".to_owned()],
        (false, _) => schedule,
    }
}

/// What was found and where, on one line.
fn squeezed(finding: &Finding) -> String {
    let message = finding.message();
    let words: Vec<&str> = message.lines().map(str::trim).collect();
    let cycle = |line: &String| line.strip_prefix("cycle: ").map(str::to_owned);
    // A deadlock is in no one place: its cycle says who waits for whom, else its details where each task stands.
    let place = match finding.place() {
        Some(place) => place.to_string(),
        None => match finding.details().iter().find_map(cycle) {
            Some(cycle) => cycle,
            None => finding.details().join("; "),
        },
    };
    format!("{} ({place})", words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reweave::FindingKind;
    use reweave_scenarios::articles::{bake_cake, unawaited_task};
    use reweave_scenarios::classics::double_spend;

    fn judged(scenario: Scenario, twin: Twin) -> (Judged, String) {
        let found = scenario.explore(twin).seeds(0..50).run();
        let judged = Judged::of(&scenario, twin, &found);
        let lines = judged.lines(&scenario, twin, &found).unwrap_or_default();
        (judged, lines)
    }

    #[test]
    fn a_bug_is_found_and_a_clean_program_is_not_worth_a_line() {
        assert_eq!(
            judged(double_spend::SCENARIO, Twin::Original).0,
            Judged::Found
        );
        for (scenario, twin) in [
            (double_spend::SCENARIO, Twin::Fixed),
            (bake_cake::SCENARIO, Twin::Original),
        ] {
            assert_eq!(judged(scenario, twin), (Judged::Clean, String::new()));
        }
    }

    #[test]
    fn another_bug_than_the_expected_one_is_unexpected() {
        let other = Scenario {
            bug: Some(FindingKind::Deadlock),
            ..double_spend::SCENARIO
        };
        let (judged, lines) = judged(other, Twin::Original);
        assert_eq!(judged, Judged::Unexpected);
        assert!(
            lines.starts_with("UNEXPECTED  double_spend: panic in main, first with seed "),
            "{lines}"
        );
    }

    #[test]
    fn where_no_bug_is_expected_a_warning_is_one_too_many() {
        let sound = Scenario {
            bug: None,
            fixed: None,
            ..unawaited_task::SCENARIO
        };
        let (judged, lines) = judged(sound, Twin::Original);
        assert_eq!(judged, Judged::Unexpected);
        assert!(lines.contains("unawaited_task in main/foo"), "{lines}");
    }

    #[test]
    fn a_bug_that_does_not_show_is_missed() {
        let bug = Some(FindingKind::Deadlock);
        let sound = Scenario {
            bug,
            fixed: None,
            ..bake_cake::SCENARIO
        };
        let (judged, lines) = judged(sound, Twin::Original);
        assert_eq!(judged, Judged::Missed);
        assert_eq!(lines, "MISSED      bake_cake: no deadlock in 50 runs\n");
    }
}
