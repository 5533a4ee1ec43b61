//! Names that would do harm as markup or scripts stand on the page as they are.

use serde_json::json;

use super::{Tab, Wrong, holds, same};
use crate::pages::{HOSTILE, Page};

pub fn harmless(tab: &mut Tab<'_>, page: &Page) -> Result<(), Wrong> {
    same(
        "scripts on the page",
        &tab.eval("document.scripts.length")?,
        &json!(2),
    )?;
    same(
        "what they would do",
        &tab.eval("typeof window.hacked")?,
        &json!("undefined"),
    )?;
    for element in ["img", "#bold", "iframe", "[onerror]"] {
        let count = tab.eval(&format!("document.querySelectorAll(\"{element}\").length"))?;
        same(element, &count, &json!(0))?;
    }
    let values = tab.texts("#state-values code")?;
    for name in HOSTILE {
        let resource = values.iter().any(|value| value.starts_with(name));
        holds(
            &format!("the value {name:?} stands there as it is: {values:?}"),
            resource,
        )?;
        // An event says it in quotes, as the trace does.
        tab.press("Escape")?;
        let at = (0..page.count()).find(|&at| page.words(at) == format!("notes {name:?}"));
        let at = at.ok_or("the note is not on the trace")?;
        tab.eval(&format!("location.hash = '#e{at}'"))?;
        tab.eval("new Promise((done) => setTimeout(done, 50))")?;
        same(
            "the words of a note",
            &tab.text("#event-words")?,
            &page.words(at),
        )?;
    }
    tab.press("f")?;
    let hosts = tab.texts("#filters label")?;
    let host = "<b id=bold>&amp;</b>";
    holds(
        &format!("the host stands there as it is: {hosts:?}"),
        hosts.iter().any(|one| one == host),
    )?;
    same(
        "what they would have done by now",
        &tab.eval("typeof window.hacked")?,
        &json!("undefined"),
    )
}
