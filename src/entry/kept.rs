//! Runs that are kept as files, as [`REWEAVE_TRACE`](super::environment) asks: a timeline, or a trace in the form of another tool.
//!
//! They lie in cargo's target folder, `target/reweave/traces`, one for each test and form: the last run that was told.

use std::env;
use std::path::{Path, PathBuf};

use super::command::Program;
use super::environment::TraceFormat;
use super::{files, target};
use crate::explore::outcome::Run;
use crate::report::report::Report;

/// Keeps a run in this form, if it is one that is kept. Gives the line that says where the file is, or why there is none.
pub(super) fn keep<T>(
    format: Option<TraceFormat>,
    run: &Run<T>,
    report: &Report<'_, T>,
    program: &Program,
) -> Option<String> {
    let (said, extension, text) = match format? {
        TraceFormat::Text | TraceFormat::Json => return None,
        TraceFormat::Html => ("timeline", "html", report.to_html()),
        TraceFormat::Chrome => ("trace for Perfetto", "chrome.json", run.to_chrome_trace()),
        TraceFormat::Shiviz => ("log for ShiViz", "shiviz.log", run.to_shiviz()),
        TraceFormat::Dot => ("causes for GraphViz", "dot", run.to_dot()),
    };
    Some(match write(program.test_name(), extension, &text) {
        Ok(path) => format!("{said}: {}", near(&path).display()),
        Err(why) => format!("{said}: not written: {why}"),
    })
}

/// # Errors
///
/// In words, if there is no place for the file, or it cannot be written.
fn write(test: Option<&str>, extension: &str, text: &str) -> Result<PathBuf, String> {
    let folder = target::folder("traces");
    let (Some(folder), Some(name)) = (folder, target::file_name(test)) else {
        return Err(
            "it belongs in cargo's target folder, and there is none above this binary".to_owned(),
        );
    };
    let name = format!("{name}.{extension}");
    let path = folder.join(&name);
    files::replace(&folder, &name, text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

/// The path as seen from the current folder, if it is below that.
fn near(path: &Path) -> &Path {
    let current = env::current_dir().ok();
    let below = current
        .as_deref()
        .and_then(|current| path.strip_prefix(current).ok());
    below.unwrap_or(path)
}
