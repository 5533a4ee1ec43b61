//! The error message for a name that is not one of those known: "did you mean", and the whole list.
//!
//! Near names are found by the optimal string alignment distance: the number of letters inserted,
//! removed or changed, and of neighbours swapped. Jaro-Winkler, the usual alternative, favours a
//! common prefix, and `max_steps` and `max_tasks` have one without being meant for each other.

use strsim::osa_distance;

/// What to say of `name`, an unknown one among the `known` names of `kind`s.
pub(crate) fn message(kind: &str, name: &str, known: &[&str]) -> String {
    let nearest = match nearest(name, known).as_slice() {
        [] => String::new(),
        names => format!("; did you mean {}?", quoted(names, " or ")),
    };
    let all = quoted(known, ", ");
    format!("unknown {kind} `{name}`{nearest}\nknown {kind}s: {all}")
}

/// The names in backticks, with `separator` between them.
pub(crate) fn quoted(names: &[&str], separator: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(separator)
}

/// The known names at the least distance from `name`, if it is at most one edit for each three
/// letters: with a fixed limit, all short names would be near one another.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Vec<&'a str> {
    let limit = name.chars().count().div_ceil(3);
    let distance = |known: &&str| osa_distance(name, known);
    let least = known.iter().map(distance).min();
    let near = known.iter().filter(|known| {
        let distance = distance(known);
        distance <= limit && Some(distance) == least
    });
    near.copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_nearest_names_are_suggested() {
        let known = ["seed", "seeds", "strategy"];
        assert_eq!(nearest("sede", &known), ["seed"]);
        assert_eq!(nearest("startegy", &known), ["strategy"]);
        assert_eq!(nearest("sees", &known), ["seed", "seeds"]);
        assert!(nearest("timeout", &known).is_empty());
        assert!(nearest("seed", &[]).is_empty());
    }

    #[test]
    fn a_message_suggests_and_lists() {
        assert_eq!(
            message("argument", "sees", &["seed", "seeds"]),
            "unknown argument `sees`; did you mean `seed` or `seeds`?\nknown arguments: `seed`, `seeds`"
        );
        assert_eq!(
            message("argument", "timeout", &["seed"]),
            "unknown argument `timeout`\nknown arguments: `seed`"
        );
    }
}
