//! Names close to one that is not known, for "did you mean".
//!
//! Close is counted in edits: a letter inserted, removed or changed, or two neighbours swapped,
//! since swaps are what fingers do. One edit is allowed for each three letters, so that short names
//! are not all close to one another.

/// The candidates nearest to `name`, all those that are equally near, in their order; none if none
/// is close.
pub(crate) fn nearest<'a>(name: &str, candidates: &[&'a str]) -> Vec<&'a str> {
    let allowed = name.chars().count().div_ceil(3);
    let distances: Vec<usize> = candidates
        .iter()
        .map(|candidate| edits(name, candidate))
        .collect();
    match distances.iter().min() {
        Some(&least) if least <= allowed => candidates
            .iter()
            .zip(&distances)
            .filter(|&(_, &distance)| distance == least)
            .map(|(&candidate, _)| candidate)
            .collect(),
        _ => Vec::new(),
    }
}

/// `"; did you mean `a` or `b`?"`, or nothing if nothing is near.
pub(crate) fn suggestion(name: &str, candidates: &[&str]) -> String {
    match nearest(name, candidates).as_slice() {
        [] => String::new(),
        near => format!("; did you mean {}?", quoted(near, " or ")),
    }
}

/// The names in backticks, with `between` them.
pub(crate) fn quoted(names: &[&str], between: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(between)
}

/// How many edits lead from one word to the other (the optimal string alignment distance).
///
/// Row `i` holds the distances from the first `i` letters of `from` to every beginning of `to`; the
/// three last rows are all that the next one depends on.
fn edits(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before_last = vec![0; to.len() + 1];
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for i in 1..=from.len() {
        let mut row = vec![i; to.len() + 1];
        for j in 1..=to.len() {
            let changed = usize::from(from[i - 1] != to[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + changed);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted_by_the_shortest_way() {
        for (from, to, distance) in [
            ("", "", 0),
            ("", "leak", 4),
            ("leak", "", 4),
            ("leak", "leak", 0),
            ("laek", "leak", 1),
            ("eak", "leak", 1),
            ("leaks", "leak", 1),
            ("lock", "leak", 2),
            ("seeds", "sdees", 2),
        ] {
            assert_eq!(edits(from, to), distance, "{from} to {to}");
        }
    }

    #[test]
    fn the_nearest_are_named_and_far_ones_are_not() {
        let known = ["seed", "seeds", "strategy"];
        assert_eq!(nearest("sede", &known), ["seed"]);
        assert_eq!(nearest("startegy", &known), ["strategy"]);
        assert_eq!(nearest("sees", &known), ["seed", "seeds"]);
        assert!(nearest("timeout", &known).is_empty());
    }

    #[test]
    fn a_suggestion_is_the_end_of_a_sentence() {
        assert_eq!(
            suggestion("sees", &["seed", "seeds"]),
            "; did you mean `seed` or `seeds`?"
        );
        assert_eq!(suggestion("timeout", &["seed"]), "");
    }
}
