//! Everything is reached by keys.

use super::{Tab, Wrong, holds, same, selected};
use crate::pages::Page;

pub fn works(tab: &mut Tab<'_>, page: &Page) -> Result<(), Wrong> {
    tab.press("Home")?;
    same("Home", &selected(tab)?, &"#e0".to_owned())?;
    tab.press("ArrowRight")?;
    tab.press("ArrowRight")?;
    same("→ →", &selected(tab)?, &"#e2".to_owned())?;
    tab.press("ArrowLeft")?;
    same("←", &selected(tab)?, &"#e1".to_owned())?;
    let task = tab.text(".line.selected .who")?;
    tab.press("Shift+ArrowRight")?;
    same(
        "⇧ → stays with the task",
        &tab.text(".line.selected .who")?,
        &task,
    )?;
    holds("⇧ → moves", selected(tab)? != "#e1")?;
    tab.press("End")?;
    same("End", &selected(tab)?, &format!("#e{}", page.count() - 1))?;
    tab.press("x")?;
    holds("x goes to the failure", tab.is_shown(".said.finding")?)?;
    let failure = selected(tab)?;
    tab.press("[")?;
    tab.press("]")?;
    holds(
        "[ and ] go from mark to mark",
        selected(tab)? == failure || tab.is_shown(".said")?,
    )?;
    tab.press("c")?;
    holds(
        "c goes to a cause, if there is one",
        selected(tab)? != failure || tab.text("#event .none")? == "none known",
    )?;

    tab.press("?")?;
    holds("? shows the keys", tab.is_shown("#help")?)?;
    let keys = tab.texts("#help kbd")?;
    holds("all keys are listed", keys.len() > 20)?;
    tab.press("ArrowRight")?;
    tab.press("Escape")?;
    same("the keys are shown still", &tab.is_shown("#help")?, &false)?;

    tab.press("/")?;
    tab.write("polls")?;
    tab.press("Enter")?;
    same("a match", &tab.text("#event-words")?, &"polls".to_owned())?;
    tab.press("Escape")?;
    tab.press("f")?;
    holds("f shows the filters", tab.is_shown("#filters")?)?;
    tab.press("Escape")?;
    same(
        "the filters are shown still",
        &tab.is_shown("#filters")?,
        &false,
    )?;
    tab.press("r")?;
    holds("r shows the report", tab.is_shown("#report-text")?)?;
    tab.press("r")?;
    tab.press("a")?;
    let axis = tab.eval("document.querySelector('#axis input:checked').value")?;
    same(
        "a goes to the next axis",
        &axis,
        &serde_json::json!("folded"),
    )?;
    for key in [
        "+",
        "+",
        "-",
        "0",
        "a",
        "a",
        "ArrowDown",
        "ArrowUp",
        "Escape",
    ] {
        tab.press(key)?;
    }
    // From control to control, without a trap.
    let mut missing = vec![
        "search",
        "filter-button",
        "theme-button",
        "help-button",
        "zoom-fit",
        "scrub",
    ];
    for _ in 0..80 {
        tab.press("Tab")?;
        let focus = tab.eval("document.activeElement.id")?;
        missing.retain(|wanted| focus.as_str() != Some(wanted));
        if missing.is_empty() {
            break;
        }
    }
    holds(&format!("Tab reaches {missing:?}"), missing.is_empty())?;
    tab.press("Home")
}
