//! What a page shows of its run: by the scrubber, by search, by filters, and beside the passing run.

use reweave::trace::Event;
use serde_json::json;

use super::{Tab, Wrong, holds, same, selected};
use crate::pages::Page;

/// Selects an event by the scrubber, as a slider is moved.
fn scrub(tab: &mut Tab<'_>, at: usize) -> Result<(), Wrong> {
    tab.eval(&format!(
        "(() => {{ const slider = document.getElementById('scrub'); slider.value = {at}; \
         slider.dispatchEvent(new Event('input')); }})()"
    ))?;
    Ok(())
}

/// The head, the report, the list and the failure are those of the run.
pub fn shows_the_run(tab: &mut Tab<'_>, page: &Page) -> Result<(), Wrong> {
    let told = page.run.failure().or(page.run.findings().first());
    let told = told.ok_or("the run has no finding")?.to_string();
    same(
        "the verdict",
        &tab.text("#verdict")?,
        &told.lines().next().unwrap_or_default().to_owned(),
    )?;
    let report = reweave::Report::new(&page.run)
        .replay("REWEAVE_SEED=7 cargo test")
        .to_string();
    same("the report", &tab.text("#report-text")?, &report)?;
    let title = tab.text("#events h2")?;
    let count: String = title.chars().filter(char::is_ascii_digit).collect();
    same("the number of events", &count, &page.count().to_string())?;
    holds("the failure is selected", tab.is_shown(".said.finding")?)?;
    let hash = format!("hash {:016x}", page.run.hash());
    holds("the hash is told", tab.text("#facts")?.contains(&hash))
}

/// Each event has its words, its task and its cause.
pub fn scrubs(tab: &mut Tab<'_>, page: &Page) -> Result<(), Wrong> {
    let count = page.count();
    let trace = page.run.trace();
    for at in [0, count / 3, count / 2, count - 1] {
        scrub(tab, at)?;
        same("the number", &selected(tab)?, &format!("#e{at}"))?;
        let entry = &trace.entries()[at];
        let said = tab.text("#event-words")?;
        // Behind the words of a transfer is how its bytes begin.
        let words = match entry.event {
            Event::Bytes { .. } => said.split(": \"").next().unwrap_or_default(),
            _ => &*said,
        };
        same("the words", &words.to_owned(), &page.words(at))?;
        let line = tab.text(".line.selected .words")?;
        same("the line of the list", &line, &said)?;
        if let Some(cause) = entry.cause() {
            let first = tab.text("#causes li:first-child .number")?;
            same("the cause", &first, &format!("#e{}", cause.get()))?;
            tab.click("#causes li:first-child .number")?;
            tab.settle()?;
            same(
                "where the link leads",
                &selected(tab)?,
                &format!("#e{}", cause.get()),
            )?;
        }
    }
    let said = tab.eval("document.getElementById('scrub').getAttribute('aria-valuetext')")?;
    let shown = said.as_str().unwrap_or_default().contains(": ");
    holds("the slider says where it stands", shown)
}

/// The state before a poll has its task among those that are ready, and after it as the one that runs.
pub fn ready_before_polled(tab: &mut Tab<'_>, page: &Page) -> Result<(), Wrong> {
    let trace = page.run.trace();
    let entries = trace.entries();
    let polls = (1..entries.len()).filter(|&at| entries[at].event == Event::Polled);
    for at in polls.take(25) {
        let task = trace.path(entries[at].task).to_owned();
        scrub(tab, at - 1)?;
        let ready = tab.texts("#state-ready li")?;
        holds(
            &format!("{task} is ready before event {at}: {ready:?}"),
            ready.contains(&task),
        )?;
        scrub(tab, at)?;
        same(
            "who runs",
            &tab.texts("#state-running li")?,
            &vec![task.clone()],
        )?;
        let ready = tab.texts("#state-ready li")?;
        holds(&format!("{task} is ready no more"), !ready.contains(&task))?;
    }
    Ok(())
}

/// At the failure of a deadlock each waiter stands with who holds what it waits for.
pub fn holders(tab: &mut Tab<'_>, _: &Page) -> Result<(), Wrong> {
    let parked = tab.texts("#state-parked li")?;
    let cycle = parked.iter().filter(|one| one.contains("held by"));
    same("tasks that wait for a holder", &cycle.count(), &2)?;
    let expected = "main/broken waits for account b".to_owned();
    let found = parked
        .iter()
        .any(|one| one.starts_with(&expected) && one.contains("held by main/broken#2"));
    holds(&format!("{expected}, held by the other: {parked:?}"), found)?;
    same(
        "locks that are held",
        &tab.texts("#state-held li")?.len(),
        &2,
    )
}

/// What is found are the events that have the words.
pub fn searches(tab: &mut Tab<'_>, page: &Page) -> Result<(), Wrong> {
    let all = (0..page.count())
        .filter(|&at| page.words(at).contains("spawns"))
        .count();
    tab.click("#search")?;
    tab.write("spawns")?;
    let matches = tab.text("#matches")?;
    holds(
        &format!("{matches} has {all}"),
        matches.ends_with(&all.to_string()),
    )?;
    tab.press("Enter")?;
    holds(
        "a match is selected",
        tab.text("#event-words")?.contains("spawns"),
    )?;
    let first = selected(tab)?;
    tab.press("Enter")?;
    holds(
        "the next match is another",
        all == 1 || selected(tab)? != first,
    )?;
    tab.press("Escape")?;
    same(
        "nothing is searched",
        &tab.text("#matches")?,
        &String::new(),
    )?;
    tab.click("#search")?;
    tab.write("#e3")?;
    tab.press("Enter")?;
    same("an event by its number", &selected(tab)?, &"#e3".to_owned())?;
    tab.press("Escape")
}

/// Kinds and tasks that are hidden are not in the list.
pub fn filters(tab: &mut Tab<'_>, page: &Page) -> Result<(), Wrong> {
    tab.click("#filter-button")?;
    holds("the filters are shown", tab.is_shown("#filters")?)?;
    tab.eval("document.querySelector('#filters fieldset input[type=checkbox]').click()")?;
    let polls = tab.eval("document.querySelectorAll('.line.is-polls').length")?;
    same("polls in the list", &polls, &json!(0))?;
    let left = tab.text("#events h2")?;
    holds(&format!("`{left}` says of how many"), left.contains(" of "))?;
    tab.click("#show-all")?;
    same(
        "events of all",
        &tab.text("#events h2")?.contains(" of "),
        &false,
    )?;
    tab.click("#filter-tasks")?;
    tab.write("main/")?;
    tab.settle()?;
    let tasks = tab.texts(".line .who")?;
    holds(
        "only tasks with the text are listed",
        tasks.iter().all(|task| task.contains("main/")),
    )?;
    let lanes = tab.texts("#lanes .task-name")?;
    holds(
        "only they have lanes",
        lanes.iter().all(|task| task.contains("main/")),
    )?;
    tab.click("#show-all")?;
    tab.click("#filter-button")?;
    same(
        "the filters are shown still",
        &tab.is_shown("#filters")?,
        &false,
    )?;
    holds(
        "there are events again",
        page.count() > 0 && !tab.texts(".line")?.is_empty(),
    )
}

/// The passing run stands beside this one, where there is one; from where they part, their events differ.
pub fn beside(tab: &mut Tab<'_>, page: &Page) -> Result<(), Wrong> {
    let known = page
        .run
        .explanation()
        .and_then(|known| known.nearest_passing_trace());
    let Some(passing) = known else {
        return same("the button", &tab.is_shown("#beside-button")?, &false);
    };
    tab.press("d")?;
    tab.settle()?;
    holds("the passing run is shown", tab.is_shown("#beside")?)?;
    let sides = tab.texts(".parting ol li:first-child")?;
    holds(
        &format!("the sides differ: {sides:?}"),
        sides.len() == 2 && sides[0] != sides[1],
    )?;
    let parted = reweave::trace::Diff::new(page.run.trace(), passing).first_divergence();
    let parted = parted.ok_or("the two runs are the same")?;
    same(
        "where they part",
        &selected(tab)?,
        &format!("#e{}", parted.min(page.count() - 1)),
    )?;
    holds(
        "it has lanes",
        !tab.texts("#beside-lanes .task-name")?.is_empty(),
    )?;
    tab.press("d")?;
    same("it is shown still", &tab.is_shown("#beside")?, &false)
}
