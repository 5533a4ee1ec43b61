//! What exploring shows, and what it never shows: the set of all transcripts over many seeds.

use std::collections::BTreeMap;

use reweave_scenarios::Twin;

use crate::{plain, scenario};

/// Every transcript that these many seeds give, and how often.
fn transcripts(name: &str, seeds: u64) -> BTreeMap<String, u64> {
    let scenario = scenario(name);
    let mut seen = BTreeMap::new();
    for seed in 0..seeds {
        let run = scenario.run(Twin::Original, scenario.sim().seed(seed));
        *seen.entry(run.stdout().to_owned()).or_default() += 1;
    }
    seen
}

/// A transcript with the lines at `a` and `b` exchanged.
fn swapped(text: &str, a: usize, b: usize) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.swap(a, b);
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn only_the_first_two_lines_of_the_cake_may_swap() {
    let first = plain("bake_cake").stdout().to_owned();
    let second = swapped(&first, 0, 1);
    let seen: Vec<String> = transcripts("bake_cake", 500).into_keys().collect();
    let mut expected = vec![first, second];
    expected.sort();
    assert_eq!(seen, expected);
}

#[test]
fn at_two_seconds_the_count_may_go_before_or_between() {
    let seen = transcripts("fetch_and_print", 500);
    let mut tails = BTreeMap::new();
    for (text, times) in &seen {
        // The two tasks may also begin in either order.
        let (head, tail) = text.split_once("7\n").unwrap();
        let lines = "1\n2\n3\n4\n5\n6\n";
        let heads = [
            format!("Start fetching\n0\n{lines}"),
            format!("0\nStart fetching\n{lines}"),
        ];
        assert!(heads.iter().any(|h| h == head), "{text}");
        *tails.entry(tail.replace('\n', " ")).or_insert(0) += times;
    }
    let tails: Vec<&str> = tails.keys().map(String::as_str).collect();
    let expected = [
        "8 Done fetching {'data': 1} 9 ",
        "Done fetching 8 {'data': 1} 9 ",
        "Done fetching {'data': 1} 8 9 ",
    ];
    assert_eq!(tails, expected);
}

#[test]
fn two_answers_come_in_either_order() {
    let seen: Vec<String> = transcripts("completion_async", 200).into_keys().collect();
    let asked = "start completion\nstart completion\n".to_owned();
    let (color, number) = ("Periwinkle\n", "Sure! Here is a random number: 42\n");
    let either = [(color, number), (number, color)];
    assert_eq!(
        seen,
        either.map(|(first, second)| asked.clone() + first + second)
    );
}

#[test]
fn an_unawaited_task_is_cut_off_before_or_after_its_first_line() {
    let seen: Vec<String> = transcripts("unawaited_task", 200).into_keys().collect();
    let without = "awaiting foo...\nfinished awaiting foo\n".to_owned();
    assert_eq!(seen, [without.clone(), without + "inside foo\n"]);
}

#[test]
fn an_awaited_task_prints_the_same_under_every_schedule() {
    assert_eq!(transcripts("awaited_task", 200).len(), 1);
}
