//! `panic`: `main` panicked.

use reweave::Sim;
use reweave::time::sleep;

use super::{SECOND, silent, told};

#[test]
fn of_main() {
    let run = Sim::new().run(async {
        sleep(SECOND).await;
        panic!("out of {}", "eggs")
    });
    insta::assert_snapshot!(told(&run), @r#"
    panic in main at 1s: out of eggs
      --> `panic!("out of {}", "eggs")`
    "#);
    assert_eq!((run.failed(), run.output()), (true, None));
    assert_eq!(run.failure().map(|finding| finding.at()), Some(SECOND));
}

#[test]
fn caught_by_the_code_itself_is_in_order() {
    let caught = || std::panic::catch_unwind(|| panic!("caught")).is_err();
    let run = Sim::new().run(async move { caught() });
    silent(&run);
    assert_eq!(run.output(), Some(&true));
}

#[test]
fn resumed_is_told_in_its_own_words_and_not_in_those_of_one_caught_before() {
    let run = Sim::new().run(async {
        let _ = std::panic::catch_unwind(|| panic!("the first"));
        std::panic::resume_unwind(Box::new("the second"))
    });
    insta::assert_snapshot!(told(&run), @"panic in main at 0s: the second");
}
