//! The timeline: a run as one HTML file, to be looked at in a browser.
//!
//! ```text
//! page/page.html          the skeleton, with a place for each of the others
//! page/*.css              how it looks, light and dark
//! page/*.js               what it does; one file a part, in the order of PARTS
//! columns.rs ─► data      the trace as columns of numbers, with tables of names; the report; what is marked
//! ```
//!
//! The file needs nothing else, and its content security policy forbids it to ask for anything: of scripts and styles it allows the
//! ones that are written in it, by their digests, and of requests none. Whatever the program under test named is in the data, which is
//! no markup and no script: it is JSON in which `<`, `>` and `&` are written as codes, and the scripts put it on the page as text.

mod columns;

use std::fmt::Write;

use self::columns::Columns;
use super::deviations::draws;
use super::explained;
use super::matters::Matters;
use super::schedule;
use crate::base::sha256;
use crate::explore::outcome::Run;
use crate::record::json::object::Object;
use crate::record::json::write_object;

/// The version of the data in the page.
const VERSION: u64 = 1;

/// So many deviations are told in words, at the most: of each others may be looked for far around.
const MOST_DEVIATIONS: usize = 200;

const PAGE: &str = include_str!("timeline/page/page.html");
/// The styles, one behind the other.
const STYLE: &str = concat!(
    include_str!("timeline/page/colours.css"),
    include_str!("timeline/page/style.css"),
    include_str!("timeline/page/panels.css"),
);

/// The scripts, each of which may use those before it.
const PARTS: [&str; 15] = [
    include_str!("timeline/page/dom.js"),
    include_str!("timeline/page/draw.js"),
    include_str!("timeline/page/run.js"),
    include_str!("timeline/page/state.js"),
    include_str!("timeline/page/spans.js"),
    include_str!("timeline/page/axis.js"),
    include_str!("timeline/page/shown.js"),
    include_str!("timeline/page/pointer.js"),
    include_str!("timeline/page/lanes.js"),
    include_str!("timeline/page/scrubber.js"),
    include_str!("timeline/page/panels.js"),
    include_str!("timeline/page/beside.js"),
    include_str!("timeline/page/filters.js"),
    include_str!("timeline/page/keys.js"),
    include_str!("timeline/page/page.js"),
];

/// The page for a run, with this report on top.
pub(super) fn write<T>(run: &Run<T>, report: &str) -> String {
    let script = script();
    let policy = format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        sha256::source(&script),
        sha256::source(STYLE),
    );
    // The data comes last: what is in it is not looked at for places any more.
    let mut page = PAGE.to_owned();
    for (place, text) in [
        ("{{policy}}", &*policy),
        ("{{style}}", STYLE),
        ("{{script}}", &*script),
        ("{{data}}", &*harmless(&data(run, report))),
    ] {
        page = page.replacen(place, text, 1);
    }
    page
}

/// All scripts in a function of their own, so that a page has no names but its own.
fn script() -> String {
    let mut script = String::from("(() => {\n\"use strict\";\n");
    for part in PARTS {
        script.push_str(part);
        script.push('\n');
    }
    script.push_str("})();\n");
    script
}

/// JSON that ends no script and begins no comment, whatever its strings say; outside of strings JSON has none of these characters. The
/// two separators are ends of lines for some readers of scripts.
fn harmless(json: &str) -> String {
    let mut harmless = String::with_capacity(json.len() + json.len() / 16);
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(harmless, "\\u{:04x}", c as u32);
            }
            c => harmless.push(c),
        }
    }
    harmless
}

fn data<T>(run: &Run<T>, report: &str) -> String {
    let matters = Matters::of(run);
    let columns = Columns::of(run.trace());
    write_object(|o| {
        o.text("reweave", "timeline");
        o.number("version", VERSION);
        o.text("report", report);
        if let Some(told) = run.told() {
            let said = told.to_string();
            o.text("verdict", said.lines().next().unwrap_or_default());
            o.text("kind", told.kind().name());
            if let Some(task) = told.task() {
                o.text("of", task);
            }
        }
        o.flag("failed", run.failed());
        // As text: a number of JavaScript has 53 bits.
        if let Some(seed) = run.seed() {
            o.text("seed", &seed.to_string());
        }
        o.number("steps", run.steps());
        o.text("hash", &format!("{:016x}", run.hash()));
        o.list("findings", run.findings(), |finding, o| {
            o.text("kind", finding.kind().name());
            o.text("level", finding.level().name());
            o.text("said", &finding.summary());
        });
        marks(run, &matters, &columns, o);
        o.object("run", |o| columns.write(o));
        if let Some(known) = run.explanation()
            && let Some(nearest) = &known.nearest
        {
            let beside = Columns::of(&nearest.trace);
            o.object("beside", |o| {
                o.text("said", &explained::nearby(run, nearest));
                o.number("common", columns.common(&beside) as u64);
                o.object("run", |o| beside.write(o));
            });
        }
    })
}

/// What is marked, by the number of its event on the page, with what is said of it.
fn marks<T>(run: &Run<T>, matters: &Matters, columns: &Columns<'_>, o: &mut Object<'_>) {
    let mark = |at: usize, said: String| columns.shown_at(at).map(|at| (at, said));
    let write = |o: &mut Object<'_>, key: &str, marks: Vec<(usize, String)>| {
        o.list(key, &marks, |(at, said), o| {
            o.number("event", *at as u64);
            o.text("said", said);
        });
    };
    let deviations = draws(run.trace()).zip(schedule::sentences(run));
    let deviations = deviations.take(MOST_DEVIATIONS);
    let deviations = deviations.filter_map(|(at, said)| mark(at, said));
    write(o, "deviations", deviations.collect());
    let lost = matters
        .lost
        .and_then(|at| mark(at, explained::turned(run)?));
    write(o, "lost", lost.into_iter().collect());
    let causes = matters.causes.iter();
    let causes = causes.filter_map(|cause| mark(cause.at, cause.said.clone()));
    write(o, "causes", causes.collect());
    let overwritten = matters.overwritten.iter().flat_map(|over| {
        let said = over.sentence(run.trace());
        let said = said.map_or_else(String::new, |said| format!("overwritten: {said}"));
        [over.read, over.other, over.wrote].map(|at| mark(at, said.clone()))
    });
    write(o, "overwritten", overwritten.flatten().collect());
    let end = matters
        .end
        .checked_sub(1)
        .and_then(|at| columns.shown_at(at));
    if let Some(end) = end.filter(|_| run.told().is_some()) {
        o.number("end", end as u64);
    }
}
