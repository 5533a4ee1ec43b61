//! What must hold of a page, and the list of all that is tried.

mod hostile;
mod keyboard;
mod look;
mod parts;
mod scenarios;

use std::fs;
use std::path::Path;

use crate::Wrong;
use crate::chromium::Chromium;
use crate::pages::{self, Page};
use crate::tab::Tab;

/// A window as of a laptop.
const WINDOW: (u32, u32) = (1440, 900);

/// What is tried on a page.
type Check = fn(&mut Tab<'_>, &Page) -> Result<(), Wrong>;

/// What is tried on the page of each scenario.
const OF_EACH: [(&str, Check); 8] = [
    ("what is shown is the run", scenarios::shows_the_run),
    (
        "a task is ready before it is polled",
        scenarios::ready_before_polled,
    ),
    ("scrubber", scenarios::scrubs),
    ("search", scenarios::searches),
    ("filter", scenarios::filters),
    ("keyboard", keyboard::works),
    ("passing run", scenarios::beside),
    ("themes", look::themes),
];

/// What is tried once.
const ONCE: [(&str, &str, Check); 5] = [
    (
        "deadlock_ab_ba",
        "who holds what is waited for",
        scenarios::holders,
    ),
    ("deadlock_ab_ba", "screen readers", parts::accessible),
    ("deadlock_ab_ba", "no request leaves", parts::policy),
    ("deadlock_ab_ba", "a narrow window", look::narrow),
    ("hostile", "names do no harm", hostile::harmless),
];

/// Tries everything; gives whether all of it holds. Keeps pictures in the folder, if there is one.
///
/// # Errors
///
/// If the pages cannot be made.
pub fn all(browser: &mut Chromium, screenshots: Option<&Path>) -> Result<bool, Wrong> {
    let folder = tempfile::tempdir()?;
    let mut pages = Vec::new();
    for name in pages::SCENARIOS {
        pages.push(Page::write(folder.path(), name, pages::scenario(name)?)?);
    }
    pages.push(Page::write(folder.path(), "hostile", pages::hostile())?);
    let mut results = Results::default();
    for page in &pages {
        of_each(browser, page, &mut results)?;
        for (name, what, check) in ONCE {
            if name == page.name {
                results.tell(page, what, in_a_tab(browser, page, check));
            }
        }
        results.tell(
            page,
            "screenshot",
            look::screenshots(browser, page, screenshots),
        );
    }
    for page in pages.iter().take(1) {
        results.tell(page, "a link to an event", parts::linked(browser, page));
    }
    let partial = Page::write(folder.path(), "partial", pages::long(210_000))?;
    results.tell(
        &partial,
        "says what is left out",
        in_a_tab(browser, &partial, parts::partial),
    );
    println!("{} passed, {} failed", results.passed, results.failed);
    Ok(results.failed == 0)
}

#[derive(Default)]
struct Results {
    passed: usize,
    failed: usize,
}

impl Results {
    fn tell(&mut self, page: &Page, what: &str, result: Result<(), Wrong>) {
        match result {
            Ok(()) => self.passed += 1,
            Err(wrong) => {
                self.failed += 1;
                println!("FAILED {}, {what}: {wrong}", page.name);
            }
        }
    }
}

/// What is tried on each page: in one tab, one after the other; after what fails the page is opened anew.
fn of_each(browser: &mut Chromium, page: &Page, results: &mut Results) -> Result<(), Wrong> {
    let mut left = OF_EACH.iter();
    while !left.as_slice().is_empty() {
        let mut tab = Tab::open(browser, &page.file, "", WINDOW)?;
        for (what, check) in left.by_ref() {
            let result = check(&mut tab, page).and_then(|()| quiet(&mut tab));
            let failed = result.is_err();
            results.tell(page, what, result);
            if failed {
                break;
            }
        }
    }
    Ok(())
}

/// Opens the page, tries something on it, and looks whether it complained.
fn in_a_tab(browser: &mut Chromium, page: &Page, check: Check) -> Result<(), Wrong> {
    let mut tab = Tab::open(browser, &page.file, "", WINDOW)?;
    check(&mut tab, page)?;
    quiet(&mut tab)
}

/// Nothing was on the console, and no request was made.
fn quiet(tab: &mut Tab<'_>) -> Result<(), Wrong> {
    let complaints = tab.complaints()?;
    match complaints.is_empty() {
        true => Ok(()),
        false => Err(complaints.join("\n").into()),
    }
}

/// Fails unless the two are the same.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), Wrong> {
    match found == expected {
        true => Ok(()),
        false => Err(format!("{what}: expected {expected:?}, found {found:?}").into()),
    }
}

/// Fails unless this holds.
fn holds(what: &str, holds: bool) -> Result<(), Wrong> {
    match holds {
        true => Ok(()),
        false => Err(format!("it does not hold that {what}").into()),
    }
}

/// The number of the selected event, as the page shows it: `#e12`.
fn selected(tab: &mut Tab<'_>) -> Result<String, Wrong> {
    tab.text("#event h2 .number")
}

/// Keeps a picture, if there is a folder for it.
fn keep(folder: Option<&Path>, name: &str, picture: &[u8]) -> Result<(), Wrong> {
    if let Some(folder) = folder {
        fs::create_dir_all(folder)?;
        fs::write(folder.join(name), picture)?;
    }
    Ok(())
}
