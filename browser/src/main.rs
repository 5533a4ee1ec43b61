//! Looks at timelines in a real browser, headless Chromium: `cargo run -p reweave-browser`.
//!
//! ```text
//! cargo run -p reweave-browser                            all checks; says "not tried" where there is no Chromium
//! cargo run -p reweave-browser -- --screenshots FOLDER    and keeps a picture of each page, light and dark
//! cargo run -p reweave-browser --release -- --measure     how long 100,000 events take
//! ```
//!
//! Chromium is what the variable `CHROMIUM` names, or else the first of a few names in `PATH`; Debian's package is
//! `chromium-headless-shell`. A program and no test of `cargo test`: most who build this have no Chromium, and a test that did not look at
//! anything would say that it passed.
//!
//! [`pages`] makes the pages, [`chromium`] starts the browser, [`tab`] drives it, and [`checks`] says what must hold.

mod checks;
mod chromium;
mod measure;
mod pages;
mod tab;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use chromium::Chromium;

/// Why a check fails, in words; of the browser or of the page.
type Wrong = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(wrong) => {
            eprintln!("{wrong}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, Wrong> {
    let mut screenshots = None;
    let mut measures = false;
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match &*argument {
            "--measure" => measures = true,
            "--screenshots" => {
                let folder = arguments
                    .next()
                    .ok_or("--screenshots: expected a folder, found nothing")?;
                screenshots = Some(PathBuf::from(folder));
            }
            other => {
                return Err(format!(
                    "expected `--screenshots FOLDER` or `--measure`, found `{other}`"
                )
                .into());
            }
        }
    }
    let Some(program) = chromium::find() else {
        println!(
            "not tried: there is no Chromium here (Debian's package is chromium-headless-shell)"
        );
        return Ok(true);
    };
    println!("{}", program.display());
    let mut browser = Chromium::start(&program)?;
    if measures {
        measure::tell(&mut browser)?;
        return Ok(true);
    }
    checks::all(&mut browser, screenshots.as_deref())
}
