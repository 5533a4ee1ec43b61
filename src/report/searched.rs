//! How far a search got, in words.

use std::fmt;

use crate::base::count::counted;
use crate::choice::strategies::builtin::Builtin;
use crate::explore::searched::{Ending, Searched};

impl fmt::Display for Searched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What repeated another is none of its own.
        let (all, runs) = (self.is_complete(), self.runs - self.redundant);
        let one = runs == 1;
        let were = if one { "was" } else { "were" };
        let runs = counted(runs, "schedule");
        let within = match self.strategy {
            Builtin::Bounded { deviations } => {
                let most = counted(deviations, "deviation");
                format!(" with {most} from the plain one at the most")
            }
            Builtin::Dpor if one => {
                " that differs in more than the order of independent steps".to_owned()
            }
            Builtin::Dpor => " that differ in more than the order of independent steps".to_owned(),
            _ => String::new(),
        };
        let pass = match self.failed {
            0 if one => "passes".to_owned(),
            0 => "pass".to_owned(),
            _ if one => "was tried, and failed".to_owned(),
            failed => format!("were tried, and {failed} of them failed"),
        };
        match self.ending {
            Ending::Complete if all && one => {
                write!(f, "the only schedule{within} {pass}")?;
            }
            Ending::Complete if all => write!(f, "all {runs}{within} {pass}")?,
            Ending::Complete if self.several_futures && self.clamped.is_empty() => write!(
                f,
                "{runs}{within} {pass}; whether these are all is not proven, for tasks polled several futures at once: `exhaustive` tries all"
            )?,
            Ending::Complete => write!(f, "{runs}{within} {pass}, which are not all there are")?,
            Ending::Flat => write!(
                f,
                "{runs} {pass}, and the last of them brought next to nothing new"
            )?,
            Ending::Budget if self.strategy == Builtin::Guided => write!(f, "{runs} {pass}")?,
            Ending::Budget => write!(
                f,
                "{runs}{within} {pass}, and there are more: the search made as many runs as it may"
            )?,
            Ending::Ended => write!(
                f,
                "{runs}{within} {pass}, and there are more: the search was ended"
            )?,
            Ending::Failed => write!(f, "{runs}{within} {were} tried until one failed")?,
            Ending::Nondeterministic => write!(
                f,
                "{runs}{within} {were} tried, and no more can be: after the same answers the program drew something else"
            )?,
        }
        write!(f, " ({})", self.strategy)?;
        if self.redundant > 0 {
            write!(f, "; {} more repeated others", self.redundant)?;
        }
        if self.strategy == Builtin::Guided {
            write!(f, "; {} of them showed something new", self.kept)?;
        }
        if self.threads {
            f.write_str(
                "; with `threads` other tasks ran whole polls on top of a paused one, and never while it held a lock of `std_sync`",
            )?;
        }
        if let Some(most) = self.passed_over {
            let most = counted(most, "time");
            write!(
                f,
                "; none in which a ready task is passed over more than {most} in a row"
            )?;
        }
        if self.forced {
            f.write_str(
                "; where an instant went on for very long, timers that were due fired, or tasks that spun were overtaken, and nothing else was tried",
            )?;
        }
        for (kind, candidates) in &self.clamped {
            write!(
                f,
                "; of draws of kind `{kind}`, with up to {}, only the plainest were tried",
                counted(*candidates, "candidate")
            )?;
        }
        if self.restarts > 0 {
            f.write_str(
                "; scheduling points were passed over whose `Pending` was taken for an answer",
            )?;
        }
        f.write_str("; random values are those of seed 0 in all")
    }
}
