//! The report as data: one JSON object, for a harness that shows it elsewhere.
//!
//! ```json
//! {"reweave":"report","version":1,"findings":[…],"seed":3,"strategy":"random","steps":4,"elapsed":0,"hash":"ee4847e8e35aa846",
//!  "deviations":[{"tape":"main/broken point@2 main/broken#2","said":"main/broken is preempted after …"}],
//!  "shrunk":{"found":"…","minimality":"minimal","runs":14},
//!  "story":[{"at":0,"step":1,"lane":"main","task":"main","said":"spawns main/broken"},{"left_out":1}],
//!  "lost":{"since":"event","event":22,"before":57,"of":64}}
//! ```
//!
//! Times are virtual, in ns. What is not known, or has nothing to say, is absent. The version rises when a field changes its name or
//! meaning; that of findings is told with [the trace's form](crate::record::json).

use super::matters::Matters;
use super::schedule;
use super::story::{Line, Story};
use crate::explore::explanation::{CONTINUATIONS, Explanation, Minimality, Turning};
use crate::explore::outcome::Run;
use crate::record::json::object::Object;
use crate::record::json::{finding, write_object};

/// The version of the form.
const VERSION: u64 = 1;

/// The report as JSON, on one line.
///
/// `lines` are the names and texts of what a user may paste or ought to know besides.
pub(super) fn write<T>(run: &Run<T>, lines: &[(&str, Option<String>)]) -> String {
    let matters = Matters::of(run);
    write_object(|o| {
        o.text("reweave", "report");
        o.number("version", VERSION);
        o.list("findings", run.findings(), finding);
        if let Some(seed) = run.seed() {
            o.number("seed", seed);
            if let Some(builtin) = run.builtin() {
                o.text("strategy", &builtin.to_string());
            }
        }
        o.number("steps", run.steps());
        o.duration("elapsed", run.elapsed());
        o.text("hash", &format!("{:016x}", run.hash()));
        if let Some(shown) = run.shown() {
            o.object("shown", |o| {
                o.number("seeds", shown.seeds);
                o.number("of", shown.of);
            });
        }
        let deviations = run
            .tape()
            .deviations()
            .map(|deviation| deviation.to_string());
        let deviations: Vec<(String, String)> = deviations.zip(schedule::sentences(run)).collect();
        o.list("deviations", &deviations, |(tape, said), o| {
            o.text("tape", tape);
            o.text("said", said);
        });
        let lost = matters.overwritten.iter();
        let lost: Vec<String> = lost.filter_map(|one| one.sentence(run.trace())).collect();
        if !lost.is_empty() {
            o.texts("overwritten", &lost);
        }
        let told = Story::of(run, &matters);
        o.list("story", &told.lines, |line, o| story(run, &told, line, o));
        o.list("causes", &matters.causes, |cause, o| {
            o.number("at", run.trace().entries()[cause.at].at);
            o.number("event", u64::from(run.trace().number(cause.at).get()));
            o.text("said", &cause.said);
        });
        if let Some(known) = run.explanation() {
            explanation(known, o);
            turning(run, known, &matters, o);
        }
        for (name, text) in lines {
            if let Some(text) = text {
                o.text(name, text);
            }
        }
    })
}

fn story<T>(run: &Run<T>, story: &Story, line: &Line, o: &mut Object<'_>) {
    match line {
        Line::Told(told) => {
            let (row, trace) = (&told.row, run.trace());
            o.number("at", row.at);
            o.number("event", u64::from(trace.number(row.first).get()));
            if let Some(step) = told.step {
                o.number("step", step as u64);
            }
            if let Some(lane) = story.columns.lane(row.task) {
                o.text("lane", &story.columns.lanes[lane].name);
                o.text("task", trace.path(row.task));
            }
            if let Some(from) = row.from {
                o.text("from", trace.path(from));
            }
            o.text("said", &row.said);
            if let Some(nth) = row.deviation {
                o.number("deviation", nth as u64);
            }
            if told.lost {
                o.flag("lost", true);
            }
            if told.failing {
                o.flag("failing", true);
            }
        }
        Line::Left { events, .. } => o.number("left_out", *events as u64),
        Line::Again { lines, times } => {
            o.number("lines_again", *lines as u64);
            o.number("times", *times as u64);
        }
    }
}

fn explanation(known: &Explanation, o: &mut Object<'_>) {
    o.object("shrunk", |o| {
        o.text("found", &known.found().to_line());
        if let Some(seed) = known.seed() {
            o.number("seed", seed);
        }
        let minimality = match known.minimality {
            Minimality::Plain => "plain",
            Minimality::Minimal => "minimal",
            Minimality::OneMinimal => "one_minimal",
            Minimality::CutShort => "cut_short",
        };
        o.text("minimality", minimality);
        o.number("runs", known.runs());
    });
    if let Some(nearest) = known.nearest_passing() {
        o.text("nearest_passing", &nearest.to_line());
    }
    if !known.others.is_empty() {
        o.list("other_failures", &known.others, |other, o| {
            o.text("said", &other.finding.summary());
            o.text("tape", &other.tape.to_line());
        });
    }
}

/// Where the run was lost: from there on all of so many continuations fail, and from the choice before it so many.
fn turning<T>(run: &Run<T>, known: &Explanation, matters: &Matters, o: &mut Object<'_>) {
    match known.turning {
        Turning::Start => o.object("lost", |o| {
            o.text("since", "start");
            o.number("of", u64::from(CONTINUATIONS));
        }),
        Turning::Draw { before, .. } => o.object("lost", |o| {
            o.text("since", "event");
            if let Some(at) = matters.lost {
                let number = run.trace().number(at);
                o.number("event", u64::from(number.get()));
            }
            o.number("before", u64::from(before));
            o.number("of", u64::from(CONTINUATIONS));
        }),
        Turning::Unknown => {}
    }
}
