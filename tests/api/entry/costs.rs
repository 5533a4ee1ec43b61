//! Costs by the attribute and by the environment, and the line that replays a run that had them.

use reweave::task::yield_now;
use reweave::time::{Duration, sleep, timeout};

use super::{DOES, does, run};

/// Ten steps, which take no time unless there are costs, and half a second for them.
async fn is_in_time() {
    let steps = async {
        for _ in 0..10 {
            yield_now().await;
        }
        sleep(Duration::from_millis(1)).await;
    };
    let timed = timeout(Duration::from_millis(500), steps).await;
    assert!(timed.is_ok() || !does("fail"), "too late");
}

#[reweave::test(costs = "200ms", seeds = 200)]
async fn with_costs() {
    is_in_time().await;
}

#[reweave::test(seeds = 200)]
async fn without() {
    is_in_time().await;
}

const FAIL: (&str, &str) = (DOES, "fail");

#[test]
fn the_environment_turns_them_on_and_off_and_stands_in_the_line() {
    let (passed, text) = run("entry::costs::without", &[FAIL]);
    assert!(passed, "{text}");
    let on = [FAIL, ("REWEAVE_COSTS", "200ms")];
    let (passed, text) = run("entry::costs::without", &on);
    let line = text.lines().find(|line| line.starts_with("replay: "));
    let line = line.unwrap_or_else(|| panic!("{text}"));
    assert!(
        !passed && line.contains(" REWEAVE_COSTS=200ms cargo test "),
        "{line}"
    );
    assert!(text.contains("the same failure"), "{text}");
    // As they are the test's own, they do not.
    let (passed, text) = run("entry::costs::with_costs", &on);
    assert!(!passed && !text.contains("REWEAVE_COSTS="), "{text}");
    assert!(text.contains("the same failure"), "{text}");
    for value in ["0", "none"] {
        let off = [FAIL, ("REWEAVE_COSTS", value)];
        let (passed, text) = run("entry::costs::with_costs", &off);
        assert!(passed, "{text}");
    }
}

#[test]
fn a_value_that_is_no_time_is_refused() {
    let (passed, text) = run("entry::costs::without", &[("REWEAVE_COSTS", "5")]);
    let told = "REWEAVE_COSTS: expected a time: a whole number and ns, us, ms, s, m or h, as in `5ms`; or `0` or `none`, found `5`";
    assert!(!passed && text.contains(told), "{text}");
}
