//! What a run meets of a plan: when each kind of fault may strike, what is in force, when that is healed.
//!
//! Virtual time is cut into periods, for each kind of their own length. At the beginning of a period it is drawn for each host
//! whether, when and for how long the fault strikes it in this period. So every fault is one draw by itself: where one is taken
//! away, all others are what they were.
//!
//! ```text
//!             period 1           period 2           period 3          calm
//!   crash  ├──────────────────┼──────────────────┼──────────────────┤
//!     db        ╳════ down ════╡restart               ╳═══ down ════╡restart
//! ```
//!
//! Nothing is drawn here, and nothing is done: the run asks [what is next](Storm::next_change), draws, and says what came of it.

use std::collections::{BTreeMap, VecDeque};

use super::plan::{Core, Faults, Wanted};
use crate::base::chance::Chance;
use crate::base::fault::{FaultGroup, FaultKind};
use crate::base::ids::HostNo;
use crate::base::place::Place;
use crate::base::span::FAR;
use crate::choice::draw::Candidates;
use crate::model::net::link::Link;

/// See the top of this file.
#[derive(Debug, Default)]
pub(crate) struct Storm {
    periods: Vec<Periods>,
    /// By when they strike.
    strikes: BTreeMap<(u64, u32), Strike>,
    /// Those that strike amid others' steps: by the step before which they do.
    armed: BTreeMap<(u64, u32), Strike>,
    /// By when it is healed.
    in_force: BTreeMap<(u64, u32), Force>,
    /// How many strikes and forces had a number.
    numbered: u32,
    start: u64,
    calm_at: u64,
    calm_since: Option<u64>,
    core: Core,
    /// The probability that a site is enabled, in 2³² parts.
    buggify: Option<u64>,
    sites: BTreeMap<Place, bool>,
    /// What can become of packets, and how likely.
    packets: BTreeMap<FaultKind, Chance>,
    past: VecDeque<Past>,
    /// How many faults there were.
    count: u32,
}

/// When a kind may strike.
#[derive(Debug)]
struct Periods {
    kind: FaultKind,
    length: u64,
    /// When the next begins.
    next: u64,
    /// How many have begun.
    begun: u32,
}

/// A fault that will strike a host.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strike {
    pub(crate) kind: FaultKind,
    pub(crate) host: HostNo,
    /// How long it lasts.
    pub(crate) lasts: u64,
    /// So many steps of tasks after its time it strikes.
    steps: u64,
}

/// A fault that is in force.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Force {
    pub(crate) kind: FaultKind,
    pub(crate) host: HostNo,
    since: u64,
}

/// A fault that there was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Past {
    pub(crate) kind: FaultKind,
    pub(crate) host: HostNo,
    pub(crate) since: u64,
    /// `None` while it is in force.
    pub(crate) until: Option<u64>,
}

/// What is due.
#[derive(Debug)]
pub(crate) enum Due {
    /// A period of this kind begins, the n-th.
    Period(FaultKind, u32),
    Strike(Strike),
    /// It is in force no more.
    Heal(Force),
    Calm,
}

/// How strongly a kind strikes in a run, from the weakest: the lengths of its periods, in ms.
const PERIODS: [u64; 4] = [16_000, 4_000, 1_000, 250];

/// So many periods of a kind there are in a run, at the most: one of nanoseconds would otherwise keep a run busy for ever.
const MOST_PERIODS: u32 = 100_000;

/// How likely a host is struck in a period, in 2³² parts.
const ODDS: u32 = 1 << 31;

/// In how many instants of a period a fault may strike.
const INSTANTS: u64 = 16;

/// For how long it lasts, in sixteenths of the period.
const LASTS: [u64; 4] = [1, 4, 16, 48];

/// After how many steps of tasks it strikes: between bursts of steps, or within one.
const STEPS: [u64; 4] = [0, 1, 3, 10];

/// With which probability a site is enabled, in 2³² parts, from the rarest.
const SITES: [u64; 3] = [1 << 28, 1 << 30, 1 << 31];

/// How likely something becomes of a packet, in 2³² parts, from the rarest.
const PACKETS: [u32; 3] = [1 << 26, 1 << 28, 1 << 30];

/// Faults of which it is told when they were, at the most.
const MOST_PAST: usize = 8;

impl Storm {
    /// That of a plan, of which no kind strikes yet.
    pub(crate) fn new(faults: &Faults) -> Storm {
        Storm {
            start: faults.start(),
            calm_at: faults.calm(),
            core: faults.core(),
            ..Storm::default()
        }
    }

    /// What is drawn at the beginning of a run about a kind: the default is that it does not strike.
    pub(crate) fn strengths(kind: FaultKind, wanted: Wanted) -> Option<Candidates<'static>> {
        let strengths = match (wanted, kind) {
            (Wanted::No, _) => return None,
            (Wanted::Every(_) | Wanted::Chance(_), _) => 1,
            (Wanted::Drawn, FaultKind::Buggify) => SITES.len(),
            (
                Wanted::Drawn,
                FaultKind::Crash | FaultKind::Power | FaultKind::Pause | FaultKind::Partition,
            ) => PERIODS.len(),
            (
                Wanted::Drawn,
                FaultKind::Loss
                | FaultKind::Latency
                | FaultKind::Duplicate
                | FaultKind::Reorder
                | FaultKind::Segments,
            ) => PACKETS.len(),
        };
        Some(Candidates::Count(1 + strengths))
    }

    /// A kind strikes with this strength, from 1.
    pub(crate) fn add(&mut self, kind: FaultKind, wanted: Wanted, strength: usize) {
        let length = match (wanted, kind) {
            (Wanted::No, _) => return,
            (Wanted::Chance(chance), FaultKind::Buggify) => {
                self.buggify = Some((chance * 4_294_967_296.0) as u64);
                return;
            }
            (_, FaultKind::Buggify) => {
                self.buggify = Some(SITES[strength - 1]);
                return;
            }
            (Wanted::Chance(chance), _) => {
                self.packets.insert(kind, Chance::of(chance));
                return;
            }
            (
                Wanted::Drawn,
                FaultKind::Loss
                | FaultKind::Latency
                | FaultKind::Duplicate
                | FaultKind::Reorder
                | FaultKind::Segments,
            ) => {
                self.packets
                    .insert(kind, Chance::Ones(PACKETS[strength - 1]));
                return;
            }
            // In every second period, about.
            (Wanted::Every(time), _) => (time / 2).max(1),
            (Wanted::Drawn, _) => PERIODS[strength - 1] * 1_000_000,
        };
        self.periods.push(Periods {
            kind,
            length,
            next: self.start,
            begun: 0,
        });
    }

    /// Whether any kind strikes.
    pub(crate) fn is_any(&self) -> bool {
        !self.periods.is_empty() || self.buggify.is_some() || self.has_packets()
    }

    /// Whether anything can become of packets.
    pub(crate) fn has_packets(&self) -> bool {
        !self.packets.is_empty()
    }

    /// Whether faults may strike at this time.
    fn may_strike(&self, now: u64) -> bool {
        self.calm_since.is_none() && now >= self.start
    }

    /// What a link is like while these faults strike. A probability above 0 that the test has given it stays, and so does a latency
    /// that varies.
    pub(crate) fn afflict(&self, link: Link, now: u64) -> Link {
        if !self.may_strike(now) {
            return link;
        }
        let chance = |kind: FaultKind| self.packets.get(&kind).copied().unwrap_or_default();
        let unless_said = |said: Chance, kind: FaultKind| match said {
            Chance::Never => chance(kind),
            Chance::Ones(_) | Chance::Always => said,
        };
        Link {
            latency: link.latency.sometimes_slow(chance(FaultKind::Latency)),
            loss: unless_said(link.loss, FaultKind::Loss),
            duplication: unless_said(link.duplication, FaultKind::Duplicate),
            reordering: unless_said(link.reordering, FaultKind::Reorder),
            segmentation: unless_said(link.segmentation, FaultKind::Segments),
            ..link
        }
    }

    /// Whether a fault of this kind is in force on a host.
    pub(crate) fn is_in_force(&self, kind: FaultKind, host: HostNo) -> bool {
        let mut in_force = self.in_force.values();
        in_force.any(|force| (force.kind, force.host) == (kind, host))
    }

    /// Since when the calm phase is, if it has begun.
    pub(crate) fn calm_since(&self) -> Option<u64> {
        self.calm_since
    }

    pub(crate) fn core(&self) -> Core {
        self.core
    }

    /// When something in force is healed.
    pub(crate) fn next_heal(&self) -> u64 {
        self.in_force.keys().next().map_or(FAR, |key| key.0)
    }

    fn next_strike(&self) -> u64 {
        self.strikes.keys().next().map_or(FAR, |key| key.0)
    }

    fn next_calm(&self) -> u64 {
        match self.calm_since {
            None => self.calm_at,
            Some(_) => FAR,
        }
    }

    /// The kind whose period begins next, and when.
    fn next_period(&self) -> (u64, usize) {
        let all = self.periods.iter().zip(0..);
        let goes_on = all.filter(|(periods, _)| periods.begun < MOST_PERIODS);
        let next = goes_on.map(|(periods, at)| (periods.next, at)).min();
        next.filter(|&(next, _)| self.calm_since.is_none() && next < self.calm_at)
            .unwrap_or((FAR, 0))
    }

    /// When something happens next.
    pub(crate) fn next_change(&self) -> u64 {
        let strike = self.next_heal().min(self.next_strike());
        strike.min(self.next_period().0).min(self.next_calm())
    }

    /// What is due now: what was due first, and of that what heals before what strikes.
    pub(crate) fn take_due(&mut self, now: u64) -> Option<Due> {
        let next = self.next_change();
        if next > now || next == FAR {
            return None;
        }
        // Before what would be healed at that time: it is not yet known of whom.
        if self.next_calm() == next {
            self.calm_since = Some(now);
            self.strikes.clear();
            self.armed.clear();
            return Some(Due::Calm);
        }
        if self.next_heal() == next {
            return self.in_force.pop_first().map(|(_, force)| {
                self.ended(force, now);
                Due::Heal(force)
            });
        }
        if self.next_strike() == next {
            return self
                .strikes
                .pop_first()
                .map(|(_, strike)| Due::Strike(strike));
        }
        let (_, at) = self.next_period();
        let periods = &mut self.periods[at];
        periods.next = periods.next.saturating_add(periods.length);
        periods.begun += 1;
        Some(Due::Period(periods.kind, periods.begun))
    }

    /// What is drawn for each host at the beginning of a period: the default is that nothing strikes.
    pub(crate) const CANDIDATES: Candidates<'static> = Candidates::Rare {
        ones: ODDS,
        others: INSTANTS as u32 * (LASTS.len() * STEPS.len()) as u32,
    };

    /// It was drawn for the period of this kind that has just begun that a host is struck, and how.
    pub(crate) fn will_strike(&mut self, kind: FaultKind, host: HostNo, chosen: usize) {
        let Some(periods) = self.periods.iter().find(|periods| periods.kind == kind) else {
            return;
        };
        let rest = chosen - 1;
        let (rest, steps) = (rest / STEPS.len(), STEPS[rest % STEPS.len()]);
        let (instant, lasts) = (rest / LASTS.len(), LASTS[rest % LASTS.len()]);
        // Amid an instant: programs like round times.
        let begun = periods.next - periods.length;
        let within = share(periods.length, 2 * instant as u64 + 1, 2 * INSTANTS);
        let strike = Strike {
            kind,
            host,
            lasts: share(periods.length, lasts, 16).max(1),
            steps,
        };
        let number = self.number();
        self.strikes.insert((begun + within, number), strike);
    }

    fn number(&mut self) -> u32 {
        self.numbered += 1;
        self.numbered
    }

    /// A strike is due: whether it is to wait for the steps of tasks.
    pub(crate) fn arm(&mut self, strike: Strike, steps: u64) -> bool {
        if strike.steps == 0 {
            return false;
        }
        let number = self.number();
        self.armed.insert((steps + strike.steps, number), strike);
        true
    }

    /// The step before which a fault strikes amid the steps of tasks.
    pub(crate) fn next_armed(&self) -> u64 {
        self.armed.keys().next().map_or(u64::MAX, |key| key.0)
    }

    /// The fault that strikes before this step.
    pub(crate) fn take_armed(&mut self, steps: u64) -> Option<Strike> {
        let first = self.armed.first_entry()?;
        (first.key().0 <= steps).then(|| first.remove())
    }

    /// A fault has struck. Gives when it is healed.
    pub(crate) fn struck(&mut self, strike: Strike, now: u64) -> u64 {
        let until = now.saturating_add(strike.lasts).min(self.calm_at);
        let force = Force {
            kind: strike.kind,
            host: strike.host,
            since: now,
        };
        let number = self.number();
        self.in_force.insert((until, number), force);
        self.count += 1;
        if self.past.len() == MOST_PAST {
            self.past.pop_front();
        }
        self.past.push_back(Past {
            kind: strike.kind,
            host: strike.host,
            since: now,
            until: None,
        });
        until
    }

    /// What is in force on a host is over before its time, because the host was restarted, resumed or crashed otherwise.
    pub(crate) fn take_over(&mut self, host: HostNo, now: u64) -> Option<Force> {
        let mut in_force = self.in_force.iter();
        let (&key, _) = in_force
            .find(|(_, force)| force.host == host && force.kind.group() == FaultGroup::Hosts)?;
        let force = self.in_force.remove(&key)?;
        self.ended(force, now);
        Some(force)
    }

    fn ended(&mut self, force: Force, now: u64) {
        let same = |past: &&mut Past| {
            (past.kind, past.host, past.since) == (force.kind, force.host, force.since)
        };
        if let Some(past) = self.past.iter_mut().find(same) {
            past.until = Some(now);
        }
    }

    /// At the beginning of the calm phase: what is in force on these hosts is never healed, all else now.
    pub(crate) fn heal_all_but(&mut self, left_out: &[HostNo], now: u64) {
        let in_force = std::mem::take(&mut self.in_force);
        for ((_, number), force) in in_force {
            let never = left_out.contains(&force.host);
            let until = if never { FAR } else { now };
            self.in_force.insert((until, number), force);
        }
    }

    /// The last faults, and how many there were before them.
    pub(crate) fn past(&self) -> (Vec<Past>, u32) {
        let past: Vec<Past> = self.past.iter().copied().collect();
        let before = self.count - past.len() as u32;
        (past, before)
    }

    /// Whether sites may be enabled, and with which probability in 2³² parts.
    pub(crate) fn buggify(&self, now: u64) -> Option<u64> {
        self.buggify.filter(|_| self.may_strike(now))
    }

    /// Whether a site is enabled, if that was drawn already.
    pub(crate) fn site(&self, place: Place) -> Option<bool> {
        self.sites.get(&place).copied()
    }

    pub(crate) fn set_site(&mut self, place: Place, enabled: bool) {
        self.sites.insert(place, enabled);
    }
}

/// So many parts of a time that is cut into `of`.
fn share(time: u64, parts: u64, of: u64) -> u64 {
    let share = u128::from(time) * u128::from(parts) / u128::from(of);
    u64::try_from(share).unwrap_or(FAR)
}
