//! How fast seeds run, told in CI.

use super::{DOES, does, run};

const VICTIM: &str = "entry::pace::victim";

/// A few of its seeds take long.
#[reweave::test]
async fn victim() {
    if does("linger") && reweave::choose(0..30) == 7 {
        std::thread::sleep(std::time::Duration::from_millis(250));
    }
}

fn told(variables: &[(&str, &str)]) -> Option<String> {
    let (passed, text) = run(VICTIM, variables);
    assert!(passed, "{text}");
    let said = format!("reweave: {VICTIM}: 64 seeds in ");
    let line = text.lines().find(|line| line.contains(&said));
    line.map(str::to_owned)
}

#[test]
fn a_seed_far_slower_than_the_others_is_named_in_ci() {
    let line = told(&[("CI", "true"), (DOES, "linger")]).expect("nothing is told");
    let expected = [
        " a second; seed ",
        " took ",
        ", where half of them took at most ",
    ];
    assert!(expected.iter().all(|words| line.contains(words)), "{line}");
}

#[test]
fn no_seed_is_named_where_all_are_alike_and_nothing_is_said_outside_of_ci() {
    let line = told(&[("CI", "true"), (DOES, "pass")]).expect("nothing is told");
    assert!(line.ends_with(" a second"), "{line}");
    assert_eq!(told(&[("CI", ""), (DOES, "linger")]), None);
}
