//! What the threads of an exploration share.

use std::ops::Range;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use super::in_order::InOrder;
use super::outcome::Run;
use super::progress::Teller;
use super::seeds::SeedsInOrder;
use crate::choice::calibration::Calibration;

/// See the top of this file.
pub(super) struct Shared {
    pub(super) seeds: SeedsInOrder,
    pub(super) calibration: Arc<Calibration>,
    pub(super) in_order: Mutex<InOrder>,
    pub(super) teller: Teller,
    /// Whether it ended although there were seeds left.
    pub(super) ended: AtomicBool,
    /// Of the runs that met a limit, and had the hash that was seen before, the one with the lowest seed.
    kept: Mutex<Option<(u64, Run)>>,
}

impl Shared {
    pub(super) fn new(
        seeds: Range<u64>,
        calibration: Arc<Calibration>,
        in_order: InOrder,
    ) -> Shared {
        Shared {
            in_order: Mutex::new(in_order),
            teller: Teller::begin(seeds.end - seeds.start),
            ended: AtomicBool::new(false),
            seeds: SeedsInOrder::new(seeds),
            calibration,
            kept: Mutex::new(None),
        }
    }

    /// Keeps a run that met a limit.
    pub(super) fn keep<T>(&self, seed: u64, run: Run<T>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|&(first, _)| seed < first) {
            *kept = Some((seed, run.without_output()));
        }
    }

    /// Takes it, if it is of this seed.
    pub(super) fn take_kept(&self, seed: u64) -> Option<Run> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, run) = kept.take_if(|(first, _)| *first == seed)?;
        Some(run)
    }

    /// Whether one was kept with a seed below this. Of those above, other threads may have made some.
    pub(super) fn has_kept_below(&self, end: u64) -> bool {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().is_some_and(|&(seed, _)| seed < end)
    }
}
