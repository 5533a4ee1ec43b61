//! The one blocking operation of the event loops: asking the user for the next event.

use reweave::io::Stdin;
use reweave::print;

/// Shows `> ` and waits for a line; `None` at the end of input.
pub(super) async fn prompt(input: &mut Stdin) -> Option<String> {
    print!("> ");
    let line = input
        .next_line()
        .await
        .expect("scripted input gives no errors");
    line.map(|line| line.trim().to_owned())
}
