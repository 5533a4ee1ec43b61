//! Links to events, names for screen readers, the content security policy, runs of which only parts are there.

use serde_json::{Value, json};

use super::{Tab, WINDOW, Wrong, holds, quiet, same, selected};
use crate::chromium::Chromium;
use crate::pages::Page;

/// The address names the event, and follows the selected one.
pub fn linked(browser: &mut Chromium, page: &Page) -> Result<(), Wrong> {
    let mut tab = Tab::open(browser, &page.file, "#e5", WINDOW)?;
    same(
        "the event of the address",
        &selected(&mut tab)?,
        &"#e5".to_owned(),
    )?;
    tab.press("ArrowRight")?;
    tab.eval("new Promise((done) => setTimeout(done, 400))")?;
    same("the address", &tab.eval("location.hash")?, &json!("#e6"))?;
    tab.eval("location.hash = '#e2'")?;
    tab.eval("new Promise((done) => setTimeout(done, 50))")?;
    same(
        "the event of another address",
        &selected(&mut tab)?,
        &"#e2".to_owned(),
    )?;
    quiet(&mut tab)
}

/// Whatever can be used has a name, and the events are a list.
pub fn accessible(tab: &mut Tab<'_>, _: &Page) -> Result<(), Wrong> {
    tab.press("f")?;
    let tree = tab.ask("Accessibility.getFullAXTree", json!({}))?;
    let nodes = tree["nodes"].as_array().ok_or("there is no tree")?;
    let text =
        |node: &Value, field: &str| node[field]["value"].as_str().unwrap_or_default().to_owned();
    let used = [
        "button",
        "searchbox",
        "slider",
        "listbox",
        "checkbox",
        "radio",
        "option",
        "link",
        "heading",
        "image",
    ];
    let mut roles = Vec::new();
    for node in nodes.iter().filter(|node| node["ignored"] != json!(true)) {
        let (role, name) = (text(node, "role"), text(node, "name"));
        if used.contains(&&*role) {
            holds(
                &format!("a {role} has a name: {node}"),
                !name.trim().is_empty(),
            )?;
            roles.push(role);
        }
    }
    for role in used {
        holds(
            &format!("there is a {role}"),
            roles.iter().any(|one| one == role),
        )?;
    }
    Ok(())
}

/// A request that something in the page made would not leave it.
pub fn policy(tab: &mut Tab<'_>, _: &Page) -> Result<(), Wrong> {
    for (attempt, directive) in [
        ("new Image().src = 'http://127.0.0.1:9/a.png'", "img-src"),
        (
            "fetch('http://127.0.0.1:9/b').catch(() => {})",
            "connect-src",
        ),
        (
            "document.head.append(Object.assign(document.createElement('script'), { textContent: 'window.hacked = 1' }))",
            "script-src-elem",
        ),
        (
            "document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: 'http://127.0.0.1:9/c.css' }))",
            "style-src-elem",
        ),
        (
            "document.body.append(Object.assign(document.createElement('iframe'), { src: 'http://127.0.0.1:9/d' }))",
            "frame-src",
        ),
    ] {
        let refused = tab.eval(&format!(
            "new Promise((done) => {{ addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective), {{ once: true }}); \
             {attempt}; setTimeout(() => done('nothing'), 2000); }})"
        ))?;
        same(attempt, &refused, &json!(directive))?;
    }
    same(
        "a script that was put in",
        &tab.eval("typeof window.hacked")?,
        &json!("undefined"),
    )?;
    // These are the complaints that were asked for.
    tab.forget();
    Ok(())
}

/// A run that is too long is there in parts, and the page says so.
pub fn partial(tab: &mut Tab<'_>, page: &Page) -> Result<(), Wrong> {
    let said = tab.text("#partial")?;
    holds(
        "it says that there are parts",
        tab.is_shown("#partial")? && said.contains("were left out"),
    )?;
    let left_out = page.count() - 200_000;
    let count: String = said
        .split(" between ")
        .next()
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    same("how many were left out", &count, &left_out.to_string())?;
    tab.press("End")?;
    same(
        "the last event",
        &selected(tab)?,
        &format!("#e{}", page.count() - 1),
    )?;
    same(
        "its words",
        &tab.text("#event-words")?,
        &page.words(page.count() - 1),
    )
}
