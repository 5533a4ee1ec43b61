//! The figures as tables: one a program, and one that puts the best of Reweave beside the best of shuttle.

use super::figures::Figures;
use crate::report::{number, quotient, table};

/// Every strategy at one program.
pub(super) fn of_program(program: &str, figures: &[Figures]) -> String {
    let names: Vec<String> = figures.iter().map(|own| own.strategy.to_string()).collect();
    let rows = names.iter().zip(figures).map(|(name, own)| {
        let cells = vec![
            number(own.schedules),
            interval(own),
            format!("{} of {}", own.found, own.of),
            time(own.nanos),
            calibration(own),
            number(own.runs),
        ];
        (name.as_str(), cells)
    });
    let headings = ["schedules", "95 %", "found", "time", "calibration", "runs"];
    let table = table(headings.map(str::to_owned).to_vec(), rows);
    format!("## {program}\n\n{table}\n")
}

fn interval(figures: &Figures) -> String {
    match figures.interval {
        None => "-".to_owned(),
        Some((from, to)) if to.is_infinite() => format!("{} –", number(Some(from))),
        Some((from, to)) => format!("{} – {}", number(Some(from)), number(Some(to))),
    }
}

fn calibration(figures: &Figures) -> String {
    match figures.calibration {
        (0, _) => "-".to_owned(),
        (runs, None) => runs.to_string(),
        (runs, Some(first)) => format!("{runs}, found by the {first}."),
    }
}

fn time(nanos: Option<f64>) -> String {
    let Some(nanos) = nanos else {
        return number(None);
    };
    let units = [(1e9, "s"), (1e6, "ms"), (1e3, "µs")];
    let (unit, name) = units
        .into_iter()
        .find(|(unit, _)| nanos >= *unit)
        .unwrap_or((1.0, "ns"));
    format!("{} {name}", number(Some(nanos / unit)))
}

/// What is compared at one program.
struct Comparison<'a> {
    program: &'a str,
    ours: Option<&'a Figures>,
    shuttles: Option<&'a Figures>,
    /// Our best schedules and shuttle's.
    schedules: Option<f64>,
    /// Our fewest runs and shuttle's, those that calibrate counted, whichever strategies make them.
    runs: Option<f64>,
    /// Our shortest time and shuttle's, whichever strategies take it.
    time: Option<f64>,
    /// Our portfolio's schedules and those of our best single strategy.
    portfolio: Option<f64>,
}

impl<'a> Comparison<'a> {
    fn of((program, figures): &'a (&'static str, Vec<Figures>)) -> Comparison<'a> {
        let (ours, shuttles): (Vec<&Figures>, Vec<&Figures>) =
            figures.iter().partition(|own| own.strategy.is_ours());
        let (portfolio, single): (Vec<&Figures>, Vec<&Figures>) =
            ours.iter().partition(|own| own.strategy.is_portfolio());
        let schedules = |own: &Figures| own.schedules;
        let nanos = |own: &Figures| own.nanos;
        let runs = |own: &Figures| own.runs;
        let fewest = |of: &[&'a Figures]| least(of, schedules).and_then(schedules);
        let fewest_runs = |of: &[&'a Figures]| least(of, runs).and_then(runs);
        let shortest = |of: &[&'a Figures]| least(of, nanos).and_then(nanos);
        Comparison {
            program,
            ours: least(&ours, schedules),
            shuttles: least(&shuttles, schedules),
            schedules: quotient(fewest(&ours), fewest(&shuttles)),
            runs: quotient(fewest_runs(&ours), fewest_runs(&shuttles)),
            time: quotient(shortest(&ours), shortest(&shuttles)),
            portfolio: quotient(fewest(&portfolio), fewest(&single)),
        }
    }

    fn cells(&self) -> Vec<String> {
        let best = |figures: Option<&Figures>| match figures {
            None => "never".to_owned(),
            Some(own) => {
                let missed = match own.found < own.of {
                    true => format!(" [{} of {}]", own.found, own.of),
                    false => String::new(),
                };
                format!("{} {}{missed}", own.strategy, number(own.schedules))
            }
        };
        let overlap = self.ours.zip(self.shuttles);
        let overlap = match overlap.and_then(|(ours, shuttles)| ours.overlaps(shuttles)) {
            None => "-",
            Some(true) => "overlap",
            Some(false) => "apart",
        };
        vec![
            best(self.ours),
            best(self.shuttles),
            number(self.schedules),
            overlap.to_owned(),
            number(self.runs),
            number(self.time),
            number(self.portfolio),
        ]
    }
}

/// The figures with the least of something, of those that have it.
fn least<'a>(of: &[&'a Figures], what: impl Fn(&Figures) -> Option<f64>) -> Option<&'a Figures> {
    let known = of.iter().filter_map(|own| Some((what(own)?, *own)));
    let least = known.min_by(|(one, _), (other, _)| one.total_cmp(other));
    least.map(|(_, own)| own)
}

/// The best of Reweave beside the best of shuttle at every program, and the median and the worst of that.
pub(super) fn side_by_side(all: &[(&'static str, Vec<Figures>)]) -> String {
    let comparisons: Vec<Comparison<'_>> = all.iter().map(Comparison::of).collect();
    let rows = comparisons
        .iter()
        .map(|comparison| (comparison.program, comparison.cells()));
    let headings = [
        "best of reweave",
        "best of shuttle",
        "÷",
        "95 % intervals",
        "runs ÷ shuttle's",
        "time ÷ shuttle's",
        "portfolio ÷ best single",
    ];
    let sum = |name, of: fn(&Comparison<'_>) -> Option<f64>| {
        let mut quotients: Vec<f64> = comparisons.iter().filter_map(of).collect();
        quotients.sort_by(f64::total_cmp);
        let worst = quotients.last().copied();
        let (middle, count) = (median(&quotients), quotients.len());
        let (middle, worst) = (number(middle), number(worst));
        (name, [middle, worst, count.to_string()].to_vec())
    };
    let sums = [
        sum("schedules ÷ shuttle's", |own| own.schedules),
        sum("runs ÷ shuttle's", |own| own.runs),
        sum("time ÷ shuttle's", |own| own.time),
        sum("portfolio ÷ best single", |own| own.portfolio),
    ];
    let rows = table(headings.map(str::to_owned).to_vec(), rows);
    let headings = ["median", "worst", "programs"].map(str::to_owned);
    let sums = table(headings.to_vec(), sums.into_iter());
    format!("## Side by side: schedules until a bug is found\n\n{rows}\n\n{sums}\n")
}

fn median(sorted: &[f64]) -> Option<f64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = sorted[(sorted.len() - 1) / 2];
    Some((lower + upper) / 2.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reweave_benches::bugs::trial::Trial;

    use super::*;

    fn figures(strategy: &str, trials: &[(u64, bool)]) -> Figures {
        let trials: Vec<Trial> = trials
            .iter()
            .map(|&(schedules, found)| Trial {
                schedules,
                found,
                time: Duration::from_micros(schedules),
                calibration: 0,
                calibration_found: None,
            })
            .collect();
        Figures::of(strategy.parse().unwrap(), &trials)
    }

    #[test]
    fn the_best_of_each_are_compared() {
        let program = vec![
            figures("reweave:random", &[(30, true), (50, true)]),
            figures("reweave:plain", &[(100, false)]),
            figures("shuttle:random", &[(10, true), (100, false)]),
            figures("shuttle:urw", &[(78, true), (82, true)]),
        ];
        let all = [("race", program)];
        let compared = Comparison::of(&all[0]).cells();
        let expected = [
            "reweave:random 40.0",
            "shuttle:urw 80.0",
            "0.50",
            "apart",
            "0.50",
            "0.50",
            "-",
        ];
        assert_eq!(compared, expected);
        assert!(
            side_by_side(&all).contains("| schedules ÷ shuttle's   |   0.50 |  0.50 |        1 |")
        );
    }

    #[test]
    fn what_nobody_finds_is_never_found() {
        let all = [(
            "race",
            vec![figures("shuttle:random", &[(9, false), (9, false)])],
        )];
        let compared = Comparison::of(&all[0]).cells();
        assert_eq!(compared, ["never", "never", "-", "-", "-", "-", "-"]);
    }

    #[test]
    fn times_have_units() {
        let shown = [5.0, 5e3, 5e6, 12e9].map(|nanos| time(Some(nanos)));
        assert_eq!(shown, ["5.00 ns", "5.00 µs", "5.00 ms", "12.0 s"]);
    }
}
