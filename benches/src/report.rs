//! The figures as tables, in Markdown, so that they read on a terminal and paste into a page.

use comfy_table::{CellAlignment, Table, presets};
use indicatif::HumanCount;
use reweave_benches::cases::Plan;
use reweave_benches::workloads::w7;

use crate::measure::{Figures, Heat, SUBJECT};

/// A heading and a table for each case, then those of growth.
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
    let same = |a: &(&Heat, &Vec<Figures>), b: &(&Heat, &Vec<Figures>)| {
        a.0.case.workload.name == b.0.case.workload.name
    };
    let measured: Vec<_> = heats.iter().zip(figures).collect();
    let growing = measured.chunk_by(same).filter(|cases| cases.len() > 1);
    let growths = growing.flat_map(|cases| metrics.map(|metric| growth(cases, metric)));
    cases.chain(growths).collect::<Vec<_>>().join("\n")
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
fn growth(cases: &[(&Heat, &Vec<Figures>)], (what, metric): (&str, Metric)) -> String {
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

fn table<'a>(headings: Vec<String>, rows: impl Iterator<Item = (&'a str, Vec<String>)>) -> Table {
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

fn quotient(dividend: Option<f64>, divisor: Option<f64>) -> Option<f64> {
    Some(dividend? / divisor?)
}

/// Three digits or more; a dash for what is not known.
fn number(number: Option<f64>) -> String {
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
