//! Whether a run repeats: two runs of one seed must be the same, event by event.

use super::outcome::Run;
use crate::record::detail::Nondeterminism;
use crate::record::diff::Diff;
use crate::record::event::EventNo;
use crate::record::finding::Finding;
use crate::record::journal::{CHECKPOINT, Keep};
use crate::record::kind::{FindingKind, Level};
use crate::record::signature::Signature;

/// What an exploration saw of a seed.
#[derive(Default)]
pub(super) struct EarlierRuns {
    pub(super) signatures: Vec<Signature>,
    /// Two of its runs had different hashes.
    pub(super) differed: bool,
}

/// What differs between a run, the same again, the hash of one that was not recorded, and what was seen before. `record` makes
/// the run once more, to keep another part of it.
pub(super) fn differences(
    run: &Run,
    again: &Run,
    quick: u64,
    seen: &EarlierRuns,
    level: Level,
    record: &mut dyn FnMut(Keep) -> Run,
) -> Vec<Finding> {
    let mut differences = Vec::new();
    let mut at = 0;
    if level == Level::Allow {
        return Vec::new();
    }
    if run.hash() != again.hash() {
        let diff = difference(run, again, record);
        at = diff.parted_at();
        differences.push(Nondeterminism::RunsDiffer(diff.beginning()));
    } else if run.hash() != quick {
        differences.push(Nondeterminism::RecordingDiffers);
    }
    // What was seen once must not be lost because it does not show again.
    let shown: Vec<Signature> = run.findings.iter().map(Finding::signature).collect();
    let lost = seen.signatures.iter().filter(|signature| {
        signature.kind() != FindingKind::Nondeterminism && !shown.contains(signature)
    });
    differences.extend(lost.cloned().map(Nondeterminism::NotSeenAgain));
    if seen.differed && differences.is_empty() {
        differences.push(Nondeterminism::DifferenceNotSeenAgain);
    }
    let finding = |detail: Nondeterminism| finding(detail, level, at);
    differences.into_iter().map(finding).collect()
}

/// Where two runs of one seed part. If that was left out of both records, it is recorded in runs of its own.
fn difference(run: &Run, again: &Run, record: &mut dyn FnMut(Keep) -> Run) -> Diff {
    let (left, right) = (run.trace(), again.trace());
    let parted = left
        .checkpoints()
        .iter()
        .zip(right.checkpoints())
        .position(|(left, right)| left != right);
    let first = parted.unwrap_or(left.checkpoints().len().min(right.checkpoints().len()));
    let first = EventNo(first as u32 * CHECKPOINT);
    let kept = |trace: &crate::record::trace::Trace| {
        trace.left_out().0 == 0 || trace.entry(first).is_some()
    };
    if kept(left) && kept(right) {
        return Diff::new(left, right);
    }
    let stretches = [(); 2].map(|()| record(Keep::Stretch(first)));
    let diff = Diff::new(stretches[0].trace(), stretches[1].trace());
    // A program that is not deterministic need not part at the same place again.
    match diff.is_empty() {
        true => Diff::new(left, right),
        false => diff,
    }
}

fn finding(detail: Nondeterminism, level: Level, at: u64) -> Finding {
    Finding {
        detail: detail.into(),
        level,
        task: None,
        at,
        place: None,
    }
}
