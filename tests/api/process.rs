//! Processes of the operating system: whoever starts one is refused, and told why.

use std::io::{ErrorKind, Result};
use std::process::{ExitStatus, Stdio};

use reweave::Sim;
use reweave::io::{AsyncReadExt, AsyncWriteExt};
use reweave::process::{Child, Command};

#[test]
fn each_way_to_start_one_is_refused_in_words() {
    let errors = Sim::new().run(async {
        let mut command = Command::new("git");
        command.arg("status").stdout(Stdio::piped());
        [
            command.spawn().unwrap_err(),
            command.status().await.unwrap_err(),
            command.output().await.unwrap_err(),
        ]
    });
    for error in errors.unwrap() {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        let words = error.to_string();
        assert!(
            words.starts_with("to start `git` is refused in a simulation"),
            "{words}"
        );
        assert!(words.contains("reweave::host"), "{words}");
    }
}

#[test]
fn what_describes_one_is_kept() {
    let mut command = Command::from(std::process::Command::new("true"));
    command
        .args(["a", "b"])
        .arg("c")
        .env("K", "v")
        .env_remove("L");
    command.current_dir("/").kill_on_drop(true);
    assert!(command.get_kill_on_drop());
    assert!(command.as_std().get_args().eq(["a", "b", "c"]));
    assert_eq!(command.as_std_mut().get_envs().count(), 2);
    assert_eq!(command.into_std().get_program(), "true");
}

/// Compiled and never run: what code for tokio does with one.
async fn converses(mut child: Child) -> Result<ExitStatus> {
    let _ = child.id();
    {
        let mut stdin = child.stdin.take().expect("it was piped");
        stdin.write_all(b"question\n").await?;
    }
    let mut answer = String::new();
    let mut stdout = child.stdout.take().expect("it was piped");
    stdout.read_to_string(&mut answer).await?;
    let mut errors = Vec::new();
    child
        .stderr
        .take()
        .expect("it was piped")
        .read_to_end(&mut errors)
        .await?;
    if child.try_wait()?.is_none() {
        child.start_kill()?;
        child.kill().await?;
    }
    let status = child.wait().await?;
    let _ = child.wait_with_output().await?;
    Ok(status)
}

#[test]
fn code_that_converses_with_one_compiles() {
    let _ = converses;
}
