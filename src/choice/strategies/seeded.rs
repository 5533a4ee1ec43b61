//! The strategies that come with Reweave and keep a state of a run: that of one run is the memory of the next, for a run may be over
//! after a microsecond.

use std::sync::Arc;

use super::pct::Pct;
use super::pos::Pos;
use super::surw::Surw;
use super::urw::Urw;
use crate::base::ids::TaskNo;
use crate::choice::calibration::Calibration;
use crate::choice::draw::Draw;
use crate::choice::interest::Interest;
use crate::choice::strategy::{Observation, Strategy};

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    Pct { depth: u32 },
    Pos,
    Urw,
    Surw,
}

/// One of them, for a run.
pub(crate) enum Seeded {
    Pct(Box<Pct>),
    Pos(Box<Pos>),
    Urw(Box<Urw>),
    Surw(Box<Surw>),
}

/// The memory of those that are not at work.
#[derive(Default)]
pub(crate) struct Spare {
    pct: Option<Box<Pct>>,
    pos: Option<Box<Pos>>,
    urw: Option<Box<Urw>>,
    surw: Option<Box<Surw>>,
}

impl Spare {
    /// That of this seed, for the program that was calibrated.
    pub(crate) fn begin(
        &mut self,
        member: Member,
        seed: u64,
        calibration: &Arc<Calibration>,
    ) -> Seeded {
        match member {
            Member::Pct { depth } => {
                let mut pct = self.pct.take().unwrap_or_default();
                pct.restart(depth, seed, calibration);
                Seeded::Pct(pct)
            }
            Member::Pos => {
                let mut pos = self.pos.take().unwrap_or_default();
                pos.restart(seed);
                Seeded::Pos(pos)
            }
            Member::Urw => {
                let mut urw = self.urw.take().unwrap_or_default();
                urw.restart(seed, calibration);
                Seeded::Urw(urw)
            }
            Member::Surw => {
                let mut surw = self.surw.take().unwrap_or_default();
                surw.restart(seed, calibration);
                Seeded::Surw(surw)
            }
        }
    }

    /// Its run is over.
    pub(crate) fn keep(&mut self, seeded: Seeded) {
        match seeded {
            Seeded::Pct(pct) => self.pct = Some(pct),
            Seeded::Pos(pos) => self.pos = Some(pos),
            Seeded::Urw(urw) => self.urw = Some(urw),
            Seeded::Surw(surw) => self.surw = Some(surw),
        }
    }
}

/// Where it is asked as any other is: by one who answers for several.
impl Strategy for Seeded {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        let candidates = (0..draw.candidates()).map_while(|nth| draw.task(nth));
        let numbers: Vec<TaskNo> = candidates.map(|task| task.number()).collect();
        Seeded::draw(self, &draw.with_numbers(&numbers))
    }

    fn observe(&mut self, observation: Observation) {
        Seeded::observe(self, observation);
    }
}

impl Seeded {
    pub(crate) fn draw(&mut self, draw: &Draw<'_>) -> usize {
        match self {
            Seeded::Pct(pct) => pct.draw(draw),
            Seeded::Pos(pos) => pos.draw(draw),
            Seeded::Urw(urw) => urw.draw(draw),
            Seeded::Surw(surw) => surw.draw(draw),
        }
    }

    pub(crate) fn observe(&mut self, observation: Observation) {
        match self {
            Seeded::Pct(pct) => pct.observe(observation),
            Seeded::Pos(pos) => pos.observe(observation),
            Seeded::Urw(urw) => urw.observe(observation),
            Seeded::Surw(surw) => surw.observe(observation),
        }
    }

    pub(crate) fn interest(&self) -> Interest {
        match self {
            Seeded::Pct(_) => Interest {
                yields: true,
                candidates: true,
                ..Interest::NONE
            },
            Seeded::Pos(_) => Interest {
                operations: true,
                candidates: true,
                ..Interest::NONE
            },
            Seeded::Urw(_) => Interest {
                course: true,
                yields: true,
                candidates: true,
                points: true,
                ..Interest::NONE
            },
            // Where there is nothing that tasks share, it is a random walk.
            Seeded::Surw(surw) => {
                let selects = surw.selects();
                Interest {
                    course: selects,
                    yields: selects,
                    points: selects,
                    made: selects,
                    candidates: selects,
                    ..Interest::NONE
                }
            }
        }
    }
}
