//! The line that says how far the shrinking of a run is.

use std::fmt;

use crate::base::count::counted;
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

#[cfg(test)]
mod tests {
    use super::*;

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
