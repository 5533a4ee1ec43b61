//! `Sim::echo`: what the code under test prints, on the real streams. Tried in a process of its own.

use std::process::Command;

use futures::AsyncWriteExt;
use reweave::Sim;

/// Whether the process is the child, and whether it is to echo.
const ECHO: &str = "TESTS_OF_REWEAVE_ECHO";

fn prints(echo: bool) {
    let run = Sim::new().echo(echo).run(async {
        reweave::println!("a line");
        reweave::io::stderr()
            .write_all(b"an error\n")
            .await
            .unwrap();
    });
    assert_eq!(run.terminal(), "a line\nan error\n", "captured in any case");
}

#[test]
fn output_is_shown_if_asked_for() {
    if let Ok(echo) = std::env::var(ECHO) {
        return prints(echo == "true");
    }
    let shown = |echo: &str| {
        let child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "traits::echo::output_is_shown_if_asked_for",
                "--nocapture",
            ])
            .env(ECHO, echo)
            .output()
            .unwrap();
        assert!(child.status.success(), "{child:?}");
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            text(child.stdout).contains("a line\n"),
            text(child.stderr).contains("an error\n"),
        )
    };
    assert_eq!(shown("true"), (true, true));
    assert_eq!(shown("false"), (false, false));
}
