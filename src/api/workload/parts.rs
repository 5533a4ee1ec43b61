//! The parts of a workload: what each is drawn as, and where in the workload that is.

use crate::base::place::caller;
use crate::choice::draw::{Candidates, Favour, HIGHEST_DIGIT};
use crate::run::context;
use crate::run::workload::{DEEPEST, Part};

/// While this lives, draws are within a part of the workload.
pub(super) struct Within {
    depth: usize,
}

impl Drop for Within {
    fn drop(&mut self) {
        context::try_with(|cx| cx.run().leave_workload(self.depth));
    }
}

/// Draws are within this part from now on; or, if none, within what this call draws.
#[track_caller]
pub(super) fn within(called: &str, part: Option<Part>) -> Within {
    let asked = caller();
    let depth = context::with(called, |cx| cx.run().enter_workload(part, asked));
    let within = Within { depth };
    assert!(
        depth < DEEPEST,
        "`reweave::any` does not come to an end: the plainest value of a type contains itself; the first variant of an enum must not"
    );
    within
}

fn draw(candidates: Candidates<'_>) -> usize {
    context::with("any", |cx| cx.run().draw_part(candidates))
}

/// One of so many, each as likely as the others.
pub(super) fn below(count: usize) -> usize {
    match count {
        1 => 0,
        count => draw(Candidates::Count(count)),
    }
}

/// Yes with probability `ones` in 2³².
fn coin(ones: u32) -> bool {
    draw(Candidates::Coin { ones }) == 1
}

/// Yes in half of all cases.
pub(super) fn half() -> bool {
    coin(1 << 31)
}

/// The field of a workload whose numbers say bit by bit what of an input is kept. They are lowered in that way, too.
pub(crate) const KEPT: &str = "kept";

/// The bits of a digit.
pub(super) const DIGIT: u32 = HIGHEST_DIGIT.count_ones();
const HIGHEST: u128 = HIGHEST_DIGIT as u128;

/// A number that is at most this: a draw for each digit, the highest first. So each can be lowered by itself, and a number below
/// 2³¹ is one draw.
pub(super) fn number(most: u128) -> u128 {
    let mut value = 0;
    // Whether the digits so far are those of `most`, and so bound the next.
    let mut bounded = true;
    let mut favour = Favour::Nothing;
    for digit in (0..=u128::BITS / DIGIT).rev() {
        let bound = match bounded {
            true => most >> (digit * DIGIT) & HIGHEST,
            false => HIGHEST,
        };
        if bound == 0 {
            value <<= DIGIT;
            continue;
        }
        if digit > 0 && value == 0 {
            favour = Favour::First;
        }
        let count = bound as u32 + 1;
        let chosen = draw(Candidates::Numbers { count, favour }) as u128;
        bounded &= chosen == bound;
        favour = match chosen == bound {
            true => Favour::Last,
            false => Favour::Nothing,
        };
        value = value << DIGIT | chosen;
    }
    value
}

/// One of 2³¹ seeds, each as likely as the others.
#[cfg(feature = "proptest")]
pub(super) fn seed() -> u32 {
    below(HIGHEST_DIGIT as usize + 1) as u32
}

/// A digit that is mostly the highest in a random run.
#[cfg(feature = "proptest")]
pub(super) fn digit() -> u32 {
    let count = HIGHEST_DIGIT + 1;
    let favour = Favour::Last;
    draw(Candidates::Numbers { count, favour }) as u32
}

/// Items, so many at the least and at the most. Whether there is one more is drawn for each place, so that one can go and
/// the others keep theirs; with odds by how many there were so far (Pólya's urn), which makes each number of items as likely as the others.
pub(super) fn collected<C, T>(least: usize, most: usize, mut item: impl FnMut() -> T) -> C
where
    C: FromIterator<T>,
{
    let mut kept = 0;
    let items = (0..most).filter_map(|place| {
        let _within = within("collection", Some(Part::Item(place as u32)));
        let more = place.checked_sub(least);
        let is_there = more.is_none_or(|before| coin(odds(kept, before as u64)));
        if is_there && more.is_some() {
            kept += 1;
        }
        is_there.then(&mut item)
    });
    items.collect()
}

/// That there is an item in the next place, after so many in so many places.
fn odds(kept: u64, places: u64) -> u32 {
    (((kept + 1) << 32) / (places + 2)) as u32
}

/// How many items the collections of a type have that says nothing of it: the fewer, the deeper they are in others.
pub(super) fn usual_most() -> usize {
    let depth = depth(|part| matches!(part, Part::Item(_)));
    16 >> depth.min(5)
}

fn depth(is: impl Fn(Part) -> bool) -> usize {
    context::with("any", |cx| cx.run().workload_depth(is))
}

/// So many enums deep the first variant is taken, without a draw.
const DEEPEST_ENUM: usize = 12;

/// Which variant of these.
pub fn variant(count: usize) -> usize {
    match depth(|part| matches!(part, Part::Variant(_))) {
        DEEPEST_ENUM.. => 0,
        _ => below(count),
    }
}

/// A variant of this name, whose fields this draws.
#[track_caller]
pub fn within_variant<T>(name: &'static str, fields: impl FnOnce() -> T) -> T {
    let _within = within("any", Some(Part::Variant(name)));
    fields()
}

/// The field of this name.
#[track_caller]
pub fn field<T>(name: &'static str, value: impl FnOnce() -> T) -> T {
    let _within = within("any", Some(Part::Field(name)));
    value()
}

/// The item in this place of those that are always there.
pub(super) fn item<T>(place: usize, value: impl FnOnce() -> T) -> T {
    let _within = within("any", Some(Part::Item(place as u32)));
    value()
}
