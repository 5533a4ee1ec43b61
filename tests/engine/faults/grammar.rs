//! One grammar for builder, attribute and environment; what does not follow it is refused where it is said.

use std::panic::{AssertUnwindSafe, catch_unwind};

use reweave::faults::{FaultKind, Faults};
use reweave::{Sim, explore};

use super::SECOND;

fn refusal(f: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).expect_err("it was taken");
    *payload
        .downcast()
        .expect("a panic with a formatted message")
}

#[test]
fn a_builder_refuses_what_it_does_not_understand_and_names_it() {
    for wrong in [
        "hosts(crash = -1s)",
        "buggify = 1.01",
        "hosts()",
        "hosts(fire)",
        "partly",
        "",
    ] {
        let of_sim = refusal(|| drop(Sim::new().faults(wrong)));
        assert!(of_sim.starts_with("`faults`: faults, column "), "{of_sim}");
        let of_explore = refusal(|| drop(explore(|| async {}).faults(wrong)));
        assert_eq!(of_explore, of_sim);
    }
    let late = refusal(|| drop(Sim::new().faults(Faults::all().start_after(60 * SECOND))));
    assert!(
        late.contains("start = 60s") && late.ends_with("so none would strike"),
        "{late}"
    );
    let near = refusal(|| drop(Sim::new().faults("hosts(crush)")));
    assert!(
        near.ends_with("found `crush`: did you mean `crash`?"),
        "{near}"
    );
}

#[test]
fn what_is_described_is_written_as_it_is_read() {
    let faults: Faults = "hosts(crash, pause = 90s)".parse().unwrap();
    let faults = faults.start_after(SECOND).calm_after(2 * SECOND);
    assert_eq!(
        faults.to_string(),
        "hosts(crash, pause = 90s), start = 1s, calm = 2s"
    );
    assert_eq!(faults.to_string().parse(), Ok(faults.clone()));
    assert!(faults.has(FaultKind::Crash) && !faults.has(FaultKind::Power));
    assert!(Faults::default().is_none() && !Faults::all().is_none());
}
