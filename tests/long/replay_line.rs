//! A replay line, pasted where the test was run, fails the same way.

use crate::scratch::{Printed, Scratch};

/// A test that fails under some seeds only, and never by the plain schedule.
const RACE: &str = r#"
    let (sender, mut receiver) = reweave::sync::mpsc::channel(1);
    reweave::spawn(async move { sender.send(1).await });
    reweave::task::yield_now().await;
    assert_eq!(receiver.try_recv(), Ok(1));
"#;

fn race(name: &str) -> String {
    format!("#[reweave::test]\nasync fn {name}() {{{RACE}}}\n")
}

fn manifest(name: &str, rest: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         [dev-dependencies]\nreweave = {{ path = \"REPOSITORY\" }}\n{rest}"
    )
}

/// Runs the command, which fails, and the line that it says replays it; both print the same run.
#[track_caller]
fn fails_likewise(scratch: &Scratch, within: &str, command: &str) -> Printed {
    let first = scratch.run(within, command);
    assert!(!first.success, "{first}");
    let said = first.the_line("replayed alone in a fresh process: ");
    assert_eq!(said, "the same failure", "{first}");
    let again = scratch.run(within, first.the_line("replay: "));
    assert!(!again.success, "{again}");
    assert_eq!(again.the_line("run: "), first.the_line("run: "), "{again}");
    let ran = |printed: &Printed| {
        let counts = printed.lines("running 1 test");
        counts.len() == 1 && printed.lines("running ").len() == 1
    };
    assert!(ran(&again), "not one test:\n{again}");
    first
}

#[test]
fn in_a_single_crate() {
    let lib = format!(
        "#[cfg(test)]\nmod tests {{\n    mod nested {{\n{}    }}\n}}\n{}{}",
        race("fails"),
        race("passes_alone").replace("Ok(1));", "Ok(1)); /* in the root */"),
        r#"
        #[reweave::test]
        async fn a_task_with_a_quote() {
            let task = reweave::task::Builder::new().name("it's").spawn(async {}).unwrap();
            reweave::task::yield_now().await;
            assert!(task.is_finished(), "not yet");
        }

        #[cfg(test)]
        mod made {
            // As macros do that make a test for each case.
            macro_rules! cases {
                ($test:ident: $($case:ident $at:expr),*) => {
                    mod $test {
                        $(#[reweave::test]
                        async fn $case() {
                            assert!(reweave::choose(0..4) != $at, "chosen");
                        })*
                    }
                };
            }
            cases!(chooses: case_1 1, case_2 2);
        }

        #[reweave::test(seeds = 1000)] #[ignore]
        async fn left_out() {
            panic!("always");
        }
        "#
    );
    let lib = lib.replace(
        "#[reweave::test]\nasync fn passes",
        "#[cfg(test)]\n#[reweave::test]\nasync fn passes",
    );
    let scratch = Scratch::new(
        "alone",
        &[
            ("Cargo.toml", &manifest("alone", "[workspace]\n")),
            ("src/lib.rs", &lib),
        ],
    );
    let nested = fails_likewise(&scratch, "", "cargo test fails");
    assert!(
        nested
            .the_line("replay: ")
            .contains("cargo test -p alone --lib tests::nested::fails")
    );
    fails_likewise(&scratch, "", "cargo test passes_alone");
    fails_likewise(&scratch, "", "cargo test a_task_with_a_quote");
    let tape = "REWEAVE_TAPE=\"reweave tape 1; main/it%27s task@1 main\"";
    let by_tape = format!("{tape} cargo test a_task_with_a_quote");
    let by_tape = fails_likewise(&scratch, "", &by_tape);
    assert!(
        by_tape
            .the_line("replay: ")
            .contains("main/it%27s task@1 main")
    );
    fails_likewise(&scratch, "", "cargo test made::chooses::case_2");
    fails_likewise(&scratch, "", "cargo test left_out -- --ignored");
    // One thread runs all, and is called `main`.
    fails_likewise(&scratch, "", "cargo test nested -- --test-threads=1");
    fails_likewise(&scratch, "", "cargo test --release nested");
}

fn workspace() -> Scratch {
    let features = "[features]\ndefault = [\"log\"]\nlog = []\naudit = []\n";
    let lib = format!(
        "#[cfg(test)]\nmod tests {{\n{}\n#[cfg(feature = \"audit\")]\n{}\n#[cfg(not(feature = \"log\"))]\n{}}}\n",
        race("same_name"),
        race("audited"),
        race("without_defaults"),
    );
    let bin = format!("fn main() {{}}\n#[cfg(test)]\n{}", race("in_a_program"));
    Scratch::new(
        "together",
        &[
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"bank\", \"shop\"]\nresolver = \"3\"\n",
            ),
            ("bank/Cargo.toml", &manifest("bank", features)),
            ("bank/src/lib.rs", &lib),
            ("bank/src/bin/bank-cli.rs", &bin),
            (
                "bank/tests/end-to-end.rs",
                &format!("mod tests {{\n{}}}\n", race("same_name")),
            ),
            ("bank/tests/many_files/main.rs", "mod inner;\n"),
            ("bank/tests/many_files/inner.rs", &race("in_another_file")),
            (
                "bank/examples/demo-one.rs",
                &format!("fn main() {{}}\n{}", race("shown")),
            ),
            ("shop/Cargo.toml", &manifest("shop", "")),
            (
                "shop/src/lib.rs",
                &format!("#[cfg(test)]\nmod tests {{\n{}}}\n", race("same_name")),
            ),
        ],
    )
}

#[test]
fn in_a_workspace() {
    let scratch = workspace();
    for (within, command) in [
        ("bank", "cargo test --lib same_name"),
        ("", "cargo test -p bank --lib same_name"),
        ("", "cargo test -p bank --test end-to-end same_name"),
        ("", "cargo test -p shop same_name"),
        ("", "cargo test --workspace --test many_files"),
        ("", "cargo test -p bank --bin bank-cli"),
        ("", "cargo test -p bank --example demo-one"),
        ("", "cargo test -p bank --features audit audited"),
        (
            "",
            "cargo test -p bank --no-default-features without_defaults",
        ),
        ("", "cargo test -p bank --all-features --lib audited"),
    ] {
        fails_likewise(&scratch, within, command);
    }
}

/// A program is run again as it was, with its arguments; it is not tried before.
#[test]
fn of_a_program() {
    let program = r#"
        #[reweave::main]
        async fn main() {
            let argument = std::env::args().nth(1).unwrap();
            assert_eq!(reweave::flip(0.5), false, "{argument}");
        }
    "#;
    let manifest = manifest("program", "[workspace]\n").replace("[dev-", "[");
    let scratch = Scratch::new(
        "program",
        &[
            ("Cargo.toml", &manifest),
            ("src/main.rs", "fn main() {}"),
            ("src/bin/other-one.rs", program),
            ("examples/shown.rs", program),
        ],
    );
    for target in ["--bin other-one", "--example shown"] {
        let tape = "REWEAVE_TAPE='reweave tape 1; main flip@1 1'";
        let first = scratch.run("", &format!("{tape} cargo run {target} -- 'an argument' 2"));
        assert!(
            !first.success && first.text.contains("an argument"),
            "{first}"
        );
        assert!(first.lines("replayed alone").is_empty(), "{first}");
        let again = scratch.run("", first.the_line("replay: "));
        assert_eq!(again.the_line("run: "), first.the_line("run: "), "{again}");
        assert!(again.text.contains("an argument"), "{again}");
    }
}

#[test]
fn under_nextest() {
    let scratch = Scratch::new(
        "nextest",
        &[
            ("Cargo.toml", &manifest("nextest", "[workspace]\n")),
            (
                "src/lib.rs",
                &format!("#[cfg(test)]\nmod tests {{\n{}}}\n", race("fails")),
            ),
        ],
    );
    if !scratch.run("", "cargo nextest --version").success {
        eprintln!("left out: there is no cargo-nextest");
        return;
    }
    fails_likewise(
        &scratch,
        "",
        "cargo nextest run --failure-output final --success-output never",
    );
}

#[test]
fn a_static_outlives_a_run() {
    let lib = r#"
        #[cfg(test)]
        mod tests {
            use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

            #[reweave::test]
            async fn counts_runs() {
                static RUNS: AtomicU32 = AtomicU32::new(0);
                assert!(RUNS.fetch_add(1, Relaxed) < 10, "too many");
            }

            #[reweave::test(seed = 1)]
            #[should_panic(expected = "always")]
            async fn is_to_fail() {
                panic!("always");
            }
        }
    "#;
    let scratch = Scratch::new(
        "outlives",
        &[
            ("Cargo.toml", &manifest("outlives", "[workspace]\n")),
            ("src/lib.rs", lib),
        ],
    );
    let first = scratch.run("", "cargo test counts_runs");
    let said = first.the_line("does not fail alone: ");
    assert!(
        said.starts_with("something outlives a run (a static"),
        "{first}"
    );
    let again = scratch.run("", first.the_line("replay: "));
    assert!(again.success, "{again}");
    let said = again.the_line("reweave: tests::counts_runs passes with ");
    assert!(said.starts_with("the plain schedule"), "{again}");
    let off = scratch.run("", "REWEAVE_REHEARSE=0 cargo test counts_runs");
    assert!(off.lines("does not fail alone").is_empty(), "{off}");
    let to_fail = scratch.run("", "cargo test is_to_fail -- --show-output");
    assert!(to_fail.success, "{to_fail}");
    assert!(to_fail.lines("replayed alone").is_empty(), "{to_fail}");
    assert_eq!(to_fail.lines("replay: ").len(), 1, "{to_fail}");
}
