//! Kept tapes survive edits of the program: nearly all find their bug again, and the rest say what became of them.

mod programs;

use std::collections::BTreeSet;

use reweave::strategies::Builtin;
use reweave::{Run, Sim, Tape};

use programs::{EDITS, Edit, PROGRAMS};

/// So many different tapes of a program are kept, at the most.
const MOST: usize = 5;

/// The first failure of a run, as it is compared from version to version.
fn shown(run: &Run) -> Option<String> {
    Some(run.failure()?.lasting_signature().to_string())
}

#[test]
fn ten_edits_leave_nearly_all_tapes_with_their_finding() {
    let (mut all, mut by_key, mut found) = (0, 0, 0);
    for (name, program) in PROGRAMS {
        let mut tapes: BTreeSet<String> = BTreeSet::new();
        let strategies = [Builtin::Random, Builtin::Pos, Builtin::Portfolio];
        let seeds = (0..32).flat_map(|seed| strategies.map(|strategy| (seed, strategy)));
        let mut kept = None;
        for (seed, strategy) in seeds {
            let run = Sim::new().seed(seed).builtin(strategy);
            let run = run.explain(|| program(Edit::None));
            if let Some(failure) = run.failure() {
                kept.get_or_insert_with(|| failure.lasting_signature());
                tapes.insert(run.tape().to_line());
            }
            if tapes.len() == MOST {
                break;
            }
        }
        let finding = kept.unwrap_or_else(|| panic!("{name}: no seed fails"));
        assert!(
            !tapes.contains("reweave tape 1"),
            "{name}: the plain run fails"
        );
        for line in tapes {
            let tape: Tape = line.parse().unwrap();
            let of_tape = Sim::new().tape(&tape);
            for edit in EDITS {
                all += 1;
                let exact = of_tape.clone().run(program(edit));
                by_key += usize::from(shown(&exact) == Some(finding.to_string()));
                let again = of_tape.clone().again(&finding, || program(edit));
                if shown(&again) == Some(finding.to_string()) {
                    found += 1;
                    continue;
                }
                // Then it is the run of the tape, which says how much of that there still is.
                assert_eq!(again.hash(), exact.hash());
                let matched = again.matched().expect("it was given a tape");
                println!("{name}, {edit:?}: {:?}: {line}: {matched}", shown(&again));
            }
        }
    }
    println!("{found} of {all} find their bug again, {by_key} of them without being moved");
    assert!(all >= 150 && found * 100 >= all * 95, "{found} of {all}");
}

#[test]
fn a_bug_that_is_mended_is_not_found_again() {
    let tape: Tape = "reweave tape 1; main/task point@1 main/task#2"
        .parse()
        .unwrap();
    let of_tape = Sim::new().tape(&tape);
    let (_, lost_update) = PROGRAMS[0];
    let overtaken: Tape = "reweave tape 1; main/add point@2 main/add#2"
        .parse()
        .unwrap();
    let bug = Sim::new().tape(&overtaken).run(lost_update(Edit::None));
    let finding = bug
        .failure()
        .expect("an update is lost")
        .lasting_signature();
    let again = of_tape.again(&finding, programs::no_update_is_lost);
    assert!(
        !again.failed() && again.matched().unwrap().matched == 1,
        "{again}"
    );
    // Nor is another failure taken for it.
    let again = Sim::new()
        .tape(&tape)
        .again(&finding, || async { panic!("another") });
    assert_ne!(shown(&again), Some(finding.to_string()));
}
