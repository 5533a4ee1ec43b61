//! The lines that say how far an exploration is, and the shrinking of a run.

use std::fmt;

use crate::base::count::counted;
use crate::explore::progress::Progress;
use crate::explore::shrinking::{Shrinking, Stage};

impl fmt::Display for Shrinking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doing = match self.stage {
            Stage::Shrink => "shrinking the run that failed",
            Stage::TurningPoint => "looking for the step from which on it was lost",
            Stage::NearestPass => "looking for a run that is near and passes",
        };
        let deviations = counted(self.deviations, "deviation");
        let runs = counted(self.runs, "run");
        write!(f, "{doing}: {deviations} left, {runs} made")
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Progress { runs, of, .. } = self;
        let findings = match self.findings {
            0 => "nothing found".to_owned(),
            count => counted(count, "distinct finding"),
        };
        write!(
            f,
            "{runs} of {}, {:.0} a second, {findings}",
            counted(*of, "run"),
            self.per_second()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_line_says_how_many_runs_were_made_how_fast_and_what_was_found() {
        let line = |runs, of, findings| {
            let took = Duration::from_millis(1500);
            let progress = Progress {
                runs,
                of,
                took,
                findings,
            };
            progress.to_string()
        };
        assert_eq!(
            line(3000, 100_000, 0),
            "3000 of 100000 runs, 2000 a second, nothing found"
        );
        assert_eq!(line(0, 1, 1), "0 of 1 run, 0 a second, 1 distinct finding");
        assert_eq!(
            line(3, 10, 2),
            "3 of 10 runs, 2 a second, 2 distinct findings"
        );
    }

    #[test]
    fn a_line_says_what_is_done_and_how_far_it_is() {
        let line = |stage, deviations, runs| {
            Shrinking {
                stage,
                deviations,
                runs,
            }
            .to_string()
        };
        assert_eq!(
            line(Stage::Shrink, 5_000, 1),
            "shrinking the run that failed: 5000 deviations left, 1 run made"
        );
        assert_eq!(
            line(Stage::TurningPoint, 1, 70_000),
            "looking for the step from which on it was lost: 1 deviation left, 70000 runs made"
        );
        assert_eq!(
            line(Stage::NearestPass, 0, 12),
            "looking for a run that is near and passes: 0 deviations left, 12 runs made"
        );
    }
}
