//! How it looks: themes, a narrow window, pictures. A person must look at the pictures; what is held here is that something is on them.

use std::path::Path;

use serde_json::{Value, json};

use super::{Tab, WINDOW, Wrong, holds, keep, quiet, same};
use crate::chromium::Chromium;
use crate::pages::Page;

/// The colours of the page and of what is drawn.
fn colours(tab: &mut Tab<'_>) -> Result<(Value, usize), Wrong> {
    let paper = tab.eval("getComputedStyle(document.body).backgroundColor")?;
    let drawn = tab.eval(
        "(async () => { await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            const drawn = document.querySelector('#lanes canvas');
            const copy = Object.assign(document.createElement('canvas'), { width: drawn.width, height: drawn.height });
            const c = copy.getContext('2d', { willReadFrequently: true });
            c.drawImage(drawn, 0, 0);
            const { data } = c.getImageData(0, 0, copy.width, copy.height);
            const seen = new Set();
            for (let i = 0; i < data.length; i += 4) {
                if (data[i + 3] > 0) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
            }
            return seen.size; })()",
    )?;
    Ok((paper, drawn.as_u64().unwrap_or_default() as usize))
}

/// The system's theme is followed until the button says otherwise; in both something is drawn.
pub fn themes(tab: &mut Tab<'_>, _: &Page) -> Result<(), Wrong> {
    let (light, drawn) = colours(tab)?;
    same(
        "the paper when it is light",
        &light,
        &json!("rgb(255, 255, 255)"),
    )?;
    holds("lanes are drawn", drawn > 8)?;
    tab.scheme("dark")?;
    let (dark, drawn) = colours(tab)?;
    holds("the paper is dark", dark != light)?;
    holds("lanes are drawn in the dark", drawn > 8)?;
    tab.click("#theme-button")?;
    same("the paper by the button", &colours(tab)?.0, &light)?;
    tab.press("t")?;
    same("the paper by the key", &colours(tab)?.0, &dark)
}

/// Nothing is cut off where the window is narrow.
pub fn narrow(tab: &mut Tab<'_>, _: &Page) -> Result<(), Wrong> {
    tab.ask(
        "Emulation.setDeviceMetricsOverride",
        json!({ "width": 480, "height": 800, "deviceScaleFactor": 1, "mobile": false }),
    )?;
    tab.eval("new Promise((done) => setTimeout(done, 100))")?;
    let wider = tab.eval("document.documentElement.scrollWidth - innerWidth")?;
    holds(
        &format!("the page is no wider than the window: {wider}"),
        wider.as_i64().unwrap_or(1) <= 0,
    )
}

/// Pictures, light and dark, and with the passing run beside if there is one.
pub fn screenshots(
    browser: &mut Chromium,
    page: &Page,
    folder: Option<&Path>,
) -> Result<(), Wrong> {
    let mut tab = Tab::open(browser, &page.file, "", WINDOW)?;
    let mut sizes = Vec::new();
    for scheme in ["light", "dark"] {
        tab.scheme(scheme)?;
        let picture = base64(&tab.screenshot()?)?;
        holds("a picture is PNG", picture.starts_with(b"\x89PNG"))?;
        // A page with nothing on it takes a few kilobytes.
        holds("there is something on it", picture.len() > 30_000)?;
        keep(folder, &format!("{}-{scheme}.png", page.name), &picture)?;
        sizes.push(picture.len());
    }
    holds("the two differ", sizes[0] != sizes[1])?;
    tab.scheme("light")?;
    if tab.is_shown("#beside-button")? {
        tab.press("d")?;
        let picture = base64(&tab.screenshot()?)?;
        keep(folder, &format!("{}-beside.png", page.name), &picture)?;
    }
    quiet(&mut tab)
}

/// What is written in Base64 (RFC 4648, with padding).
fn base64(text: &str) -> Result<Vec<u8>, Wrong> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for c in text.bytes().filter(|c| *c != b'=') {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            other => return Err(format!("no Base64: {other}").into()),
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Ok(bytes)
}
