//! Whole reports, as they are printed for the first failing seed: shrunk and explained.

use reweave::Report;
use reweave_scenarios::Twin;

use crate::scenario;

/// One for each way in which a report can look: locks, a lost update, notifications, futures that are left alone, hosts with messages and
/// crashes, clocks, a loop that spins, many tasks, a panic in one task, what `main` leaves behind.
const REPORTS: [(&str, u64); 10] = [
    ("deadlock_ab_ba", 3),
    ("lost_update", 3),
    ("lost_wakeup", 0),
    ("futurelock", 0),
    ("lost_ack", 0),
    ("missing_flush", 0),
    ("closed_arm_spins", 0),
    ("dining_philosophers_7", 0),
    ("awaited_twice", 0),
    ("unawaited_task", 0),
];

#[test]
fn ten_reports_read_as_they_were_kept() {
    for (name, seed) in REPORTS {
        let scenario = scenario(name);
        let run = scenario.explain(Twin::Original, scenario.sim().seed(seed));
        let line = format!("cargo run --release -- replay {name} --seed {seed}");
        let report = Report::new(&run).replay(&line).to_string();
        for line in report.lines().filter(|line| !line.starts_with("replay: ")) {
            assert!(line.chars().count() <= 100, "{name}: {line}");
        }
        insta::assert_snapshot!(format!("report_{name}"), report);
    }
}
