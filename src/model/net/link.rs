//! A link: how packets go from one host to another, in one direction.

use std::num::NonZeroU64;
use std::ops::Range;
use std::time::Duration;

use crate::base::chance::Chance;
use crate::base::span::nanos;
use crate::choice::draw::Candidates;

/// What a link is like. The plain one loses nothing, and has a constant latency of a millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) latency: Latency,
    /// In bytes a second.
    pub(crate) bandwidth: Option<NonZeroU64>,
    /// The largest packet, in bytes: datagrams above it are cut into fragments.
    pub(crate) mtu: usize,
    /// That a packet is lost, and so each fragment of a datagram.
    pub(crate) loss: Chance,
    /// That a datagram arrives twice.
    pub(crate) duplication: Chance,
    /// That a datagram is late, so that others overtake it.
    pub(crate) reordering: Chance,
    /// That the bytes of a segment arrive in two parts.
    pub(crate) segmentation: Chance,
}

/// How long a packet takes unless it is said.
pub(crate) const LATENCY: Duration = Duration::from_millis(1);

impl Default for Link {
    fn default() -> Link {
        Link {
            latency: Latency::constant(LATENCY),
            bandwidth: None,
            mtu: 1_500,
            loss: Chance::Never,
            duplication: Chance::Never,
            reordering: Chance::Never,
            segmentation: Chance::Never,
        }
    }
}

impl Link {
    /// How long it takes to send so many bytes, in ns.
    pub(super) fn transmission(&self, bytes: usize) -> u64 {
        let Some(bandwidth) = self.bandwidth else {
            return 0;
        };
        let nanos = bytes as u128 * 1_000_000_000 / u128::from(bandwidth.get());
        u64::try_from(nanos).unwrap_or(u64::MAX)
    }

    /// That a datagram of this size is lost: of all its fragments one is enough.
    pub(super) fn loss_of(&self, size: usize) -> Chance {
        self.loss.of_any(size.div_ceil(self.mtu))
    }
}

/// How long packets take from one host to another: a distribution, of which each packet draws one of a few values, so that a draw can
/// be read, and taken back to the shortest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency(Shape);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Constant(u64),
    Uniform { least: u64, most: u64 },
    Bimodal { usual: u64, slow: u64, odds: Chance },
    HeavyTail { least: u64 },
}

/// How many values are drawn from, where there are many.
const STEPS: u64 = 8;

/// The middles of eighths of a Pareto distribution with the shape 1.5, in thousandths of the least: one packet in eight takes six times as
/// long. The first is the least itself.
const PARETO: [u64; STEPS as usize] = [1_000, 1_149, 1_284, 1_467, 1_736, 2_172, 3_053, 6_350];

impl Latency {
    /// Each packet takes as long; nothing is drawn.
    pub fn constant(latency: Duration) -> Latency {
        Latency(Shape::Constant(nanos(latency)))
    }

    /// One of eight values from the first to the last, as likely each.
    ///
    /// # Panics
    ///
    /// If the first is above the last.
    #[track_caller]
    pub fn uniform(range: Range<Duration>) -> Latency {
        let Range { start, end } = range;
        assert!(
            start <= end,
            "`Latency::uniform({start:?}..{end:?})`: the shortest stands first"
        );
        Latency(Shape::Uniform {
            least: nanos(start),
            most: nanos(end),
        })
    }

    /// Mostly the usual one; with this probability the slow one.
    ///
    /// # Panics
    ///
    /// If the slow one is shorter than the usual one, or the probability is not from 0 to 1.
    #[track_caller]
    pub fn bimodal(usual: Duration, slow: Duration, p: f64) -> Latency {
        assert!(
            usual <= slow,
            "`Latency::bimodal({usual:?}, {slow:?}, …)`: the usual one stands first, and is the shorter"
        );
        assert!(
            (0.0..=1.0).contains(&p),
            "`Latency::bimodal` needs a probability from 0 to 1, got {p}"
        );
        Latency(Shape::Bimodal {
            usual: nanos(usual),
            slow: nanos(slow),
            odds: Chance::of(p),
        })
    }

    /// Seldom much longer than the least: one packet in eight takes six times as long (a Pareto distribution of shape 1.5, in
    /// eight values).
    pub fn heavy_tail(least: Duration) -> Latency {
        Latency(Shape::HeavyTail {
            least: nanos(least),
        })
    }

    /// The same, but for packets that take a hundred times as long with this probability; what is not constant stays as it is.
    pub(crate) fn sometimes_slow(self, odds: Chance) -> Latency {
        match (self.0, odds) {
            (_, Chance::Never) => self,
            (Shape::Constant(usual), odds) => Latency(Shape::Bimodal {
                usual,
                slow: usual.saturating_mul(100),
                odds,
            }),
            (Shape::Uniform { .. } | Shape::Bimodal { .. } | Shape::HeavyTail { .. }, _) => self,
        }
    }

    /// What a packet draws from; `None` if there is but one value.
    pub(crate) fn candidates(self) -> Option<Candidates<'static>> {
        match self.0 {
            Shape::Constant(_) => None,
            Shape::Uniform { least, most } if least == most => None,
            Shape::Uniform { .. } | Shape::HeavyTail { .. } => {
                Some(Candidates::Count(STEPS as usize))
            }
            Shape::Bimodal { odds, .. } => match odds {
                Chance::Never | Chance::Always => None,
                Chance::Ones(ones) => Some(Candidates::Coin { ones }),
            },
        }
    }

    /// The value that was drawn, in ns; the first is the shortest.
    pub(crate) fn value(self, drawn: usize) -> u64 {
        let drawn = drawn as u64;
        match self.0 {
            Shape::Constant(latency) => latency,
            Shape::Uniform { least, most } => {
                let step = u128::from(most - least) * u128::from(drawn) / u128::from(STEPS - 1);
                // A part of the range.
                least + step as u64
            }
            Shape::Bimodal {
                slow,
                odds: Chance::Always,
                ..
            } => slow,
            Shape::Bimodal { usual, slow, .. } => match drawn {
                0 => usual,
                _ => slow,
            },
            Shape::HeavyTail { least } => {
                let times = PARETO.get(drawn as usize).copied().unwrap_or(1_000);
                u64::try_from(u128::from(least) * u128::from(times) / 1_000).unwrap_or(u64::MAX)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn values(latency: Latency) -> Vec<u64> {
        let count = latency.candidates().map_or(1, Candidates::count);
        (0..count).map(|drawn| latency.value(drawn)).collect()
    }

    #[test]
    fn the_first_value_is_the_shortest() {
        assert_eq!(values(Latency::constant(MS)), [1_000_000]);
        let uniform = values(Latency::uniform(MS..MS * 8));
        assert_eq!(
            uniform,
            (1..=8).map(|ms| ms * 1_000_000).collect::<Vec<_>>()
        );
        assert_eq!(
            values(Latency::bimodal(MS, MS * 9, 0.1)),
            [1_000_000, 9_000_000]
        );
        assert_eq!(values(Latency::bimodal(MS, MS * 9, 1.0)), [9_000_000]);
        let tail = values(Latency::heavy_tail(MS));
        assert!(tail.is_sorted() && tail[0] == 1_000_000 && tail[7] == 6_350_000);
    }

    #[test]
    fn of_fragments_one_is_enough_and_a_slow_link_takes_its_time() {
        let link = Link {
            loss: Chance::of(0.5),
            bandwidth: NonZeroU64::new(1_000),
            ..Link::default()
        };
        assert_eq!(link.loss_of(1_500), Chance::of(0.5));
        assert_eq!(link.loss_of(1_501), Chance::of(0.75));
        assert_eq!(link.transmission(500), 500_000_000);
        assert_eq!(Link::default().transmission(500), 0);
    }
}
