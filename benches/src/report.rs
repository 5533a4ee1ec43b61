//! The figures as tables, in Markdown, so that they read on a terminal and paste into a page.

use comfy_table::{CellAlignment, Table, presets};
use indicatif::HumanCount;
use reweave_benches::cases::Plan;
use reweave_benches::workloads::{w5, w7};

use crate::measure::{Figures, Heat, RECORDED, STRATEGIES, SUBJECT};
use crate::share::Part;

/// A heading and a table for each case, then those that put cases side by side: growth, recorded runs, shares.
pub(crate) fn report(heats: &[Heat], figures: &[Vec<Figures>]) -> String {
    let cases = heats
        .iter()
        .zip(figures)
        .map(|(heat, figures)| case(heat, figures));
    let metrics: [(&str, Metric); 2] = [
        ("instructions", |figures| figures.instructions),
        ("ns", |figures| figures.nanos),
    ];
    // Neighbours of one workload differ in their number of tasks.
    let same =
        |a: &Measured<'_>, b: &Measured<'_>| a.0.case.workload.name == b.0.case.workload.name;
    let measured: Vec<_> = heats.iter().zip(figures).collect();
    let growing = measured.chunk_by(same).filter(|cases| cases.len() > 1);
    let growths = growing.flat_map(|cases| metrics.map(|metric| growth(cases, metric)));
    let side_by_side = [
        recorded(&measured),
        strategies(&measured),
        shares(&measured),
    ];
    cases
        .chain(growths)
        .chain(side_by_side.into_iter().flatten())
        .collect::<Vec<_>>()
        .join("\n")
}

type Metric = fn(&Figures) -> Option<f64>;

/// A heading, and a cell from the figures of its row and those of Reweave.
type Column = (&'static str, fn(&Figures, &Figures) -> String);

const COST: &[Column] = &[
    ("instructions", |own, _| number(own.instructions)),
    ("÷ reweave", |own, subject| {
        number(quotient(own.instructions, subject.instructions))
    }),
    ("ns", |own, _| number(own.nanos)),
    ("÷ reweave", |own, _| number(own.times_subject)),
];

const PEAK: &[Column] = &[("peak MB", |own, _| {
    number(own.peak.map(|bytes| bytes as f64 / 1e6))
})];

const MEMORY: &[Column] = &[
    ("bytes", |own, _| number(own.task_bytes)),
    ("÷ reweave", |own, subject| {
        number(quotient(own.task_bytes, subject.task_bytes))
    }),
];

fn case(heat: &Heat, figures: &[Figures]) -> String {
    let Heat { case, entrants } = heat;
    let unit = case.workload.unit;
    let (columns, note) = match case.plan {
        Plan::Cost { peak: false, .. } => (COST.to_vec(), format!("a {unit}")),
        Plan::Cost { peak: true, .. } => ([COST, PEAK].concat(), format!("a {unit}")),
        Plan::Memory => {
            let future = w7::future_bytes();
            let note = format!("a task, beyond the size of its future ({future})");
            (MEMORY.to_vec(), note)
        }
    };
    let named = entrants.iter().zip(figures);
    let subject = named
        .clone()
        .find_map(|(entrant, own)| (entrant.name == SUBJECT).then_some(*own))
        .unwrap_or_default();
    let rows = named.map(|(entrant, own)| {
        let cells = columns.iter().map(|(_, cell)| cell(own, &subject));
        (entrant.name, cells.collect())
    });
    let headings = columns.iter().map(|(heading, _)| (*heading).to_owned());
    let table = table(headings.collect(), rows);
    format!("## {}: {}, {note}\n\n{table}\n", case.name, case.title)
}

/// What a unit costs with more and more tasks, and how many times what it costs with the fewest.
fn growth(cases: &[Measured<'_>], (what, metric): (&str, Metric)) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in cases
        .iter()
        .flat_map(|(heat, _)| heat.entrants.iter().map(|entrant| entrant.name))
    {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let rows = names.into_iter().map(|name| {
        let costs: Vec<Option<f64>> = cases
            .iter()
            .map(|(heat, figures)| {
                let entrant = heat
                    .entrants
                    .iter()
                    .position(|entrant| entrant.name == name)?;
                metric(&figures[entrant])
            })
            .collect();
        let cells = costs.iter().enumerate().map(|(case, cost)| match case {
            0 => number(*cost),
            _ => match quotient(*cost, costs[0]) {
                Some(times) => format!("{} ({times:.2}×)", number(*cost)),
                None => number(*cost),
            },
        });
        (name, cells.collect())
    });
    let headings = cases
        .iter()
        .map(|(heat, _)| format!("{} tasks", HumanCount(heat.case.tasks as u64)));
    let workload = cases[0].0.case.workload;
    let table = table(headings.collect(), rows);
    let (workload, unit) = (workload.name, workload.unit);
    format!("## {workload}, growth: {what} a {unit}\n\n{table}\n")
}

/// A heat with its figures.
type Measured<'a> = (&'a Heat, &'a Vec<Figures>);

/// What a unit costs explored and recorded, in instructions.
fn recorded(measured: &[Measured<'_>]) -> Option<String> {
    let rows: Vec<_> = measured
        .iter()
        .filter_map(|heat| {
            let cost = |name| figures_of(heat, name)?.instructions;
            let (explored, recorded) = (cost(SUBJECT)?, cost(RECORDED)?);
            let cells = [explored, recorded, recorded / explored];
            let cells = cells.map(|cell| number(Some(cell)));
            Some((heat.0.case.name, cells.to_vec()))
        })
        .collect();
    let headings = ["explored", "recorded", "÷ explored"].map(str::to_owned);
    let title = "Explored and recorded: instructions a unit";
    (!rows.is_empty()).then(|| {
        format!(
            "## {title}\n\n{}\n",
            table(headings.to_vec(), rows.into_iter())
        )
    })
}

/// What a draw costs that a strategy answers, beyond one of the random walk.
fn strategies(measured: &[Measured<'_>]) -> Option<String> {
    let heat = measured.iter().find(|(heat, _)| heat.case.name == "w5")?;
    let walk = figures_of(heat, SUBJECT)?.instructions?;
    let draws = w5::draws_a_run(heat.0.case.tasks);
    let rows: Vec<_> = STRATEGIES
        .iter()
        .filter_map(|&name| {
            let run = figures_of(heat, name)?.instructions?;
            let cells = [run, run / walk, (run - walk) / draws];
            Some((name, cells.map(|cell| number(Some(cell))).to_vec()))
        })
        .collect();
    let headings = ["a run", "÷ reweave", "a draw, beyond the walk's"].map(str::to_owned);
    let title = format!("Strategies at w5: instructions, {draws:.1} draws a run");
    (!rows.is_empty()).then(|| {
        format!(
            "## {title}\n\n{}\n",
            table(headings.to_vec(), rows.into_iter())
        )
    })
}

/// Whom the instructions of an explored unit belong to.
fn shares(measured: &[Measured<'_>]) -> Option<String> {
    let rows: Vec<_> = measured
        .iter()
        .filter_map(|heat| {
            let shares = figures_of(heat, SUBJECT)?.shares?;
            let part = |part| {
                let percent = 100.0 * shares[part] / shares.total();
                format!("{} ({percent:.0} %)", number(Some(shares[part])))
            };
            let total = number(Some(shares.total()));
            let cells = [total].into_iter().chain(Part::ALL.map(part)).collect();
            Some((heat.0.case.name, cells))
        })
        .collect();
    let parts = Part::ALL.map(|part| match part {
        Part::Counters => "counters",
        Part::Hash => "hash",
        Part::Draws => "draws",
        Part::Engine => "rest of reweave",
        Part::Elsewhere => "elsewhere",
    });
    let headings = ["all"].into_iter().chain(parts).map(str::to_owned);
    let title = "Shares of an explored run: instructions a unit, by the innermost source file of Reweave \
                 that each was inlined from (`memcpy`, the allocator and the program are elsewhere)";
    (!rows.is_empty()).then(|| {
        format!(
            "## {title}\n\n{}\n",
            table(headings.collect(), rows.into_iter())
        )
    })
}

fn figures_of<'a>((heat, figures): &Measured<'a>, name: &str) -> Option<&'a Figures> {
    let mut named = heat.entrants.iter().zip(*figures);
    named.find_map(|(entrant, own)| (entrant.name == name).then_some(own))
}

/// A table with these headings above the cells of each row, and nothing above their names.
pub(crate) fn table<'a>(
    headings: Vec<String>,
    rows: impl Iterator<Item = (&'a str, Vec<String>)>,
) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    let corner = String::new();
    table.set_header([corner].into_iter().chain(headings));
    for (name, cells) in rows {
        table.add_row([name.to_owned()].into_iter().chain(cells));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

pub(crate) fn quotient(dividend: Option<f64>, divisor: Option<f64>) -> Option<f64> {
    Some(dividend? / divisor?)
}

/// Three digits or more; a dash for what is not known.
pub(crate) fn number(number: Option<f64>) -> String {
    match number {
        None => "-".to_owned(),
        Some(number) if number < 10.0 => format!("{number:.2}"),
        Some(number) if number < 100.0 => format!("{number:.1}"),
        Some(number) => HumanCount(number.round() as u64).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_three_digits() {
        let shown = [9.876, 98.76, 987.6, 9_876.5, 1_234_567.0].map(|n| number(Some(n)));
        assert_eq!(shown, ["9.88", "98.8", "988", "9,877", "1,234,567"]);
        assert_eq!(number(None), "-");
    }
}
