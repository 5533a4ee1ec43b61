//! The report of a run, for a terminal.

use std::fmt;

use super::canvas::{Paint, Screen, folded};
use super::explained;
use super::faults;
use super::hints::hint;
use super::json;
use super::lanes;
use super::matters::Matters;
use super::places::{limited, seconds};
use super::rehearsed::Rehearsed;
use super::schedule;
use super::screen::fitted;
use super::story::Story;
use super::terminal::Terminal;
use super::timeline;
use crate::base::count::counted;
use crate::base::ids::TaskNo;
use crate::base::span::Seconds;
use crate::explore::exploration::Exploration;
use crate::explore::outcome::{Answered, Run};
use crate::record::detail::{Detail, Nondeterminism, Reached};
use crate::record::event::Entry;
use crate::record::finding::Finding;
use crate::record::kind::{FindingKind, Level};
use crate::run::verdict::MOST_OF_A_KIND;

/// Shows a run: what was found, how it comes to it, what happened, what is known of it, how to see it again.
///
/// What happened stands in lanes: one for each task, or for each host where several act; a row for each thing that one of them does, with virtual
/// time and the step, which is how many polls had begun. `(1)` marks where the first deviation of the schedule shows, `✗` the failure and packets
/// that are lost, `← lost` the first event after which all continuations that were tried fail. Of a long run the rows that matter are told, and how
/// many events lie between.
pub struct Report<'a, T> {
    run: &'a Run<T>,
    replay: Option<&'a str>,
    rehearsed: Option<Rehearsed>,
    shrunk: Option<&'a str>,
    screen: Screen,
}

/// A sentence has so many characters, at the most.
const LONGEST: usize = 300;

/// Writes over others are told, so many at the most.
const MOST_OVERWRITTEN: usize = 3;

impl<'a, T> Report<'a, T> {
    /// The report of this run.
    pub fn new(run: &'a Run<T>) -> Self {
        Report {
            run,
            replay: None,
            rehearsed: None,
            shrunk: None,
            screen: Screen {
                width: Screen::WIDTH,
                colours: false,
            },
        }
    }

    /// For a terminal of so many columns; 100 unless told, and no fewer than 40.
    ///
    /// ```
    /// use reweave::{Report, Sim};
    ///
    /// let run = Sim::new().run(async { panic!("{}", "a long message ".repeat(9)) });
    /// let report = Report::new(&run).width(60).to_string();
    /// assert!(report.lines().all(|line| line.len() <= 60), "{report}");
    /// ```
    pub fn width(self, columns: usize) -> Self {
        let width = columns.max(Screen::LEAST);
        let screen = Screen {
            width,
            ..self.screen
        };
        Report { screen, ..self }
    }

    /// With colours, as a terminal shows them (ANSI escape sequences). Without unless told.
    ///
    /// ```
    /// use reweave::{Report, Sim};
    ///
    /// let run = Sim::new().run(async { panic!("lost") });
    /// assert!(!Report::new(&run).to_string().contains('\u{1b}'));
    /// assert!(Report::new(&run).colours(true).to_string().contains("\u{1b}[1m"));
    /// ```
    pub fn colours(self, colours: bool) -> Self {
        let screen = Screen {
            colours,
            ..self.screen
        };
        Report { screen, ..self }
    }

    /// How the run deviates from the plain schedule: a sentence for each deviation, in the order of the tape.
    ///
    /// ```
    /// use reweave::{Report, Sim, spawn, task::yield_now};
    ///
    /// let run = Sim::new().seed(3).explain(|| async {
    ///     let late = spawn(async { reweave::note!("late") });
    ///     yield_now().await;
    ///     assert!(late.is_finished());
    /// });
    /// let said = Report::new(&run).schedule();
    /// assert_eq!(said.len(), 1);
    /// assert!(said[0].starts_with("main runs before main/task"), "{said:?}");
    /// ```
    pub fn schedule(&self) -> Vec<String> {
        schedule::sentences(self.run).collect()
    }

    /// Puts this command at the end of the report: it replays the run.
    pub fn replay(self, line: &'a str) -> Self {
        Report {
            replay: Some(line),
            ..self
        }
    }

    /// Puts this command below that one: it replays the run as it was shrunk.
    pub fn shrunk(self, line: Option<&'a str>) -> Self {
        Report {
            shrunk: line,
            ..self
        }
    }

    /// The report as data, for whoever shows it elsewhere: one JSON object on a line, with findings, the deviations of the schedule,
    /// what happened row by row, what led to the failure, where it was lost. Its first field names the form, the second its version.
    ///
    /// ```
    /// use reweave::{Report, Sim};
    ///
    /// let run = Sim::new().run(async { panic!("lost") });
    /// let json = Report::new(&run).to_json();
    /// assert!(json.starts_with(r#"{"reweave":"report","version":1,"findings":[{"finding":"panic""#));
    /// ```
    pub fn to_json(&self) -> String {
        let lines = [
            ("replay", self.replay.map(str::to_owned)),
            ("rehearsed", self.rehearsed.map(|tried| tried.to_string())),
            ("replay_shrunk", self.shrunk.map(str::to_owned)),
        ];
        json::write(self.run, &lines)
    }

    /// The run as a timeline to look at in a browser: one HTML file that needs nothing else and asks for nothing. It has the report as
    /// text, a lane for each task, the state of the run after any of its events, what each event follows from, and beside it the
    /// nearest passing run if the run was [explained](crate::Sim::explain).
    ///
    /// Of a run of more than 200,000 events it has the first and the last 100,000, and says so.
    ///
    /// ```
    /// use reweave::{Report, Sim};
    ///
    /// let run = Sim::new().run(async { panic!("lost") });
    /// let html = Report::new(&run).replay("REWEAVE_SEED=7 cargo test").to_html();
    /// assert!(html.starts_with("<!DOCTYPE html>") && html.contains("REWEAVE_SEED=7 cargo test"));
    /// ```
    pub fn to_html(&self) -> String {
        let screen = Screen {
            width: Screen::WIDTH,
            colours: false,
        };
        let report = Report { screen, ..*self };
        timeline::write(self.run, &report.to_string())
    }

    /// As it looks best on the terminal of this process: with colours if standard output is one, `NO_COLOR` is not set and neither
    /// `CARGO_TERM_COLOR` is `never` nor `TERM` is `dumb`; and as wide as `COLUMNS` says, if it does.
    pub fn for_terminal(self) -> Self {
        let Terminal { colours, columns } = Terminal::of_process();
        let report = self.colours(colours);
        match columns {
            Some(columns) => report.width(columns),
            None => report,
        }
    }

    /// Adds below that command whether it was tried, and what came of it.
    pub(crate) fn rehearsed(self, rehearsed: Option<Rehearsed>) -> Self {
        Report { rehearsed, ..self }
    }
}

impl<T> fmt::Display for Report<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run = self.run;
        let matters = Matters::of(run);
        self.findings(f)?;
        f.write_str(&folded(&self.circumstances(&matters), self.screen))?;
        if !self.says_it_all() {
            let story = Story::of(run, &matters);
            let parts = if story.is_whole { "" } else { ", in parts" };
            let heading = format!("what happened{parts}:");
            writeln!(f, "{}", Paint::Strong.on(self.screen, &heading))?;
            lanes::write(f, &story, self.screen)?;
        }
        f.write_str(&folded(&self.explanation(&matters), self.screen))?;
        if let Some(line) = self.replay {
            write!(f, "replay: {line}")?;
        }
        if let Some(rehearsed) = self.rehearsed {
            write!(f, "\n  {rehearsed}")?;
        }
        match self.shrunk {
            Some(line) => write!(f, "\nshrunk: {line}"),
            None => Ok(()),
        }
    }
}

impl<T> Report<'_, T> {
    /// Each bug once.
    fn findings(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (finding, more) in distinct(self.run.findings()) {
            let told = folded(&finding.to_string(), self.screen);
            let paint = match finding.level() {
                Level::Deny => Paint::Bad,
                Level::Warn | Level::Allow => Paint::Turn,
            };
            let (first, rest) = told.split_at(told.find('\n').unwrap_or(told.len()));
            write!(f, "{}{rest}", paint.on(self.screen, first))?;
            if more > 0 {
                // Of one kind a run keeps only the first few.
                let least = if more + 1 < MOST_OF_A_KIND {
                    ""
                } else {
                    "at least "
                };
                writeln!(f, "  and {least}{more} more like it")?;
            }
        }
        match self.run.findings() {
            [] => writeln!(f, "nothing was found"),
            _ => Ok(()),
        }
    }

    /// Whether nothing else could happen: then all seeds are one, and there is nothing to be said of its schedule.
    fn is_only_schedule(&self) -> bool {
        self.run.summary().draws == 0
    }

    /// Whether the failure is a panic in a program of one task that runs in one way: then its message and place say it all.
    fn says_it_all(&self) -> bool {
        let alone = |entry: &Entry| matches!(entry.task, TaskNo::RUNTIME | TaskNo::MAIN);
        self.is_only_schedule()
            && self
                .run
                .told()
                .is_some_and(|told| told.kind() == FindingKind::Panic)
            && self.run.trace().entries().iter().all(alone)
    }

    /// Which run it is, how often it is seen, and how it comes to it.
    fn circumstances(&self, matters: &Matters) -> String {
        let run = self.run;
        let mut lines: Vec<String> = Vec::new();
        lines.extend(hint(run.findings()).map(|hint| format!("hint: {hint}")));
        let is_plain = run.tape().deviations().len() == 0;
        let drawn = match (found_otherwise(run), run.seed()) {
            (Some(_), _) if is_plain => "the plain schedule".to_owned(),
            (Some(Some(seed)), _) => format!("shrunk from seed {seed}{}", by(run)),
            (Some(None), _) => "shrunk".to_owned(),
            (None, Some(seed)) => format!("seed {seed}{}", by(run)),
            (None, None) if is_plain => "the plain schedule".to_owned(),
            (None, None) => "no seed".to_owned(),
        };
        let (elapsed, steps, hash) = (elapsed(run), counted(run.steps(), "step"), run.hash());
        lines.push(format!(
            "run: {drawn}, {steps}, {elapsed} of virtual time, hash {hash:016x}"
        ));
        let counts = !self.says_it_all() && self.run.told().is_none_or(is_counted);
        lines.extend(run.shown().filter(|_| counts).map(|shown| {
            let seeds = counted(shown.of, "seed");
            format!("seen: in {} of {seeds}", shown.seeds)
        }));
        lines.extend(run.matched().map(|matched| format!("tape: {matched}")));
        lines.extend(faults::line(
            run.trace(),
            &run.trace().entries()[..matters.end],
        ));
        if !self.is_only_schedule() {
            lines.extend(schedule::lines(run));
        }
        let lost = matters.overwritten.iter().take(MOST_OVERWRITTEN);
        let lost = lost.filter_map(|lost| lost.sentence(run.trace()));
        lines.extend(lost.map(|sentence| format!("overwritten: {sentence}")));
        lines.join("\n")
    }

    /// What led to the failure, and what is known of it beyond the run.
    fn explanation(&self, matters: &Matters) -> String {
        let mut lines: Vec<String> = Vec::new();
        if matters.causes.len() > 1 {
            lines.push("why, back from the failure:".to_owned());
            lines.extend(matters.causes.iter().map(|cause| {
                let at = Seconds(self.run.trace().entries()[cause.at].at).to_string();
                format!("  {at:>8}  {}", fitted(&cause.said, LONGEST))
            }));
        }
        lines.extend(explained::lines(self.run));
        lines.join("\n")
    }
}

/// The report: findings, schedule, last events.
impl<T> fmt::Display for Run<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Report::new(self).fmt(f)
    }
}

impl<T> Run<T> {
    /// What `main` returned.
    ///
    /// # Panics
    ///
    /// With the report, if the run failed.
    #[track_caller]
    pub fn unwrap(self) -> T {
        let failed = self.failed();
        match self.output {
            Some(output) if !failed => output,
            output => panic!("{}", Run { output, ..self }),
        }
    }
}

/// The reports of all distinct failures and warnings.
impl fmt::Display for Exploration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(searched) = self.searched() {
            writeln!(f, "{searched}")?;
        } else if self.failures().is_empty() {
            let (runs, seeds) = (self.runs(), self.seeds());
            write!(
                f,
                "{}, seeds {}..{}: none failed",
                counted(runs, "run"),
                seeds.start,
                seeds.end
            )?;
            match self.is_whole() {
                true => writeln!(f)?,
                false => writeln!(
                    f,
                    "; ended before seeds {}..{}",
                    seeds.end,
                    self.asked_end()
                )?,
            }
        }
        for property in self.unmet() {
            writeln!(f, "property: {property}")?;
        }
        for target in self.targets() {
            writeln!(f, "target: {target}")?;
        }
        self.failures()
            .iter()
            .chain(self.warnings())
            .try_for_each(|run| writeln!(f, "{run}"))?;
        writeln!(f, "{}", self.figures())
    }
}

impl Exploration {
    /// Passes if no run failed, and no property is unmet.
    ///
    /// # Panics
    ///
    /// With the report of the failures.
    #[track_caller]
    pub fn unwrap(self) {
        if self.failed() {
            panic!("{self}");
        }
    }
}

/// The first finding of each bug, and how many more there are of it.
fn distinct(findings: &[Finding]) -> Vec<(&Finding, usize)> {
    let mut distinct: Vec<(&Finding, usize)> = Vec::new();
    for finding in findings {
        let signature = finding.signature();
        let same = |(one, _): &&mut (&Finding, usize)| {
            one.level() == finding.level() && one.signature() == signature
        };
        match distinct.iter_mut().find(same) {
            Some((_, more)) => *more += 1,
            None => distinct.push((finding, 0)),
        }
    }
    distinct
}

/// If the run was found with other deviations than its own, and was shrunk to these: the seed with which it was found, if it had one.
fn found_otherwise<T>(run: &Run<T>) -> Option<Option<u64>> {
    let known = run.explanation()?;
    let as_found = known.found().deviations().eq(run.tape().deviations());
    (!as_found).then(|| known.seed())
}

/// Who answered the draws of its seed, unless that is the default of a run.
fn by<T>(run: &Run<T>) -> String {
    let named = run
        .builtin()
        .filter(|_| run.answered != Answered::default());
    named.map_or_else(String::new, |builtin| format!(" ({builtin})"))
}

/// The virtual time of a run.
fn elapsed<T>(run: &Run<T>) -> Seconds {
    let limit = run.findings().iter().find_map(|finding| {
        let Detail::Limit(limit) = finding.detail() else {
            return None;
        };
        match limit.reached {
            Reached::VirtualTime { limit } => Some(limit),
            Reached::Tasks { .. } | Reached::Steps { .. } | Reached::WallTime { .. } => None,
        }
    });
    let elapsed = run.elapsed();
    seconds(limit.map_or(elapsed, |limit| limited(elapsed, limit)))
}

/// Whether other seeds were looked at for it. Whether a run repeats is asked of few.
fn is_counted(finding: &Finding) -> bool {
    let Detail::Nondeterminism(kind) = finding.detail() else {
        return true;
    };
    match kind {
        Nondeterminism::WokenFromOutside | Nondeterminism::AbortedFromOutside => true,
        Nondeterminism::RunsDiffer(_)
        | Nondeterminism::RecordingDiffers
        | Nondeterminism::DifferenceNotSeenAgain
        | Nondeterminism::NotSeenAgain(_) => false,
    }
}
