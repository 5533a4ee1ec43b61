//! The end of a list that repeats itself, as that of a run does whose tasks spin.

/// Items of one round, at the most.
const LONGEST: usize = 8;

/// What repeats at the end of a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Repeats {
    /// Where the first round begins.
    pub(super) from: usize,
    /// How many items a round has.
    pub(super) round: usize,
    /// How many whole rounds there are.
    pub(super) times: usize,
}

/// The shortest round that the end of the list repeats, over so many items at least.
pub(super) fn find<T>(list: &[T], least: usize, same: impl Fn(&T, &T) -> bool) -> Option<Repeats> {
    (1..=LONGEST).find_map(|round| {
        let later = list.get(round..)?;
        let pairs = later.iter().zip(list).rev();
        let equal = pairs
            .take_while(|(later, earlier)| same(later, earlier))
            .count();
        let repeats = Repeats {
            from: list.len() - equal - round,
            round,
            times: equal / round + 1,
        };
        (equal >= least).then_some(repeats)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(list: &str, least: usize) -> Option<(usize, usize, usize)> {
        let chars: Vec<char> = list.chars().collect();
        let found = find(&chars, least, |a, b| a == b)?;
        Some((found.from, found.round, found.times))
    }

    #[test]
    fn the_shortest_round_at_the_end_is_found() {
        assert_eq!(found("xyaaaa", 3), Some((2, 1, 4)));
        assert_eq!(found("xababab", 4), Some((1, 2, 3)));
        assert_eq!(found("xbababa", 4), Some((1, 2, 3)));
        assert_eq!(found("xababab", 5), None);
        assert_eq!(found("aaaab", 1), None);
        assert_eq!(found("", 1), None);
    }
}
