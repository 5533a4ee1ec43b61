//! How long 100,000 events take: to write, to open, to scrub. Told, and not held: it depends on the machine.

use std::fs;
use std::time::Instant;

use reweave::Report;

use crate::Wrong;
use crate::chromium::Chromium;
use crate::pages::{self, Page};
use crate::tab::Tab;

/// Tells the figures.
///
/// # Errors
///
/// If the browser does not do as it is told.
pub fn tell(browser: &mut Chromium) -> Result<(), Wrong> {
    let folder = tempfile::tempdir()?;
    let run = pages::long(100_000);
    let began = Instant::now();
    let html = Report::new(&run).to_html();
    let written = began.elapsed();
    let events = run.trace().entries().len();
    println!(
        "{events} events: written in {written:.0?}, {:.1} MB",
        html.len() as f64 / 1e6
    );
    drop(html);
    let page = Page::write(folder.path(), "long", run)?;
    println!("a file of {} bytes", fs::metadata(&page.file)?.len());
    let began = Instant::now();
    let mut tab = Tab::open(browser, &page.file, "", (1440, 900))?;
    tab.eval("document.querySelectorAll('.line').length")?;
    println!("opened in {:.0?}", began.elapsed());
    let script = tab.eval("performance.getEntriesByType('navigation').map((one) => [one.responseEnd, one.domInteractive, one.loadEventEnd])[0]")?;
    println!("of that, in ms from the start: read, parsed and run, loaded: {script}");
    for (what, before) in [
        ("near the failure", ""),
        (
            "the whole run",
            "document.getElementById('zoom-fit').click();",
        ),
    ] {
        // Until the picture is there.
        let figures = tab.eval(&format!(
            "(async () => {{ {before} const slider = document.getElementById('scrub'); const took = [];
            for (let k = 0; k < 60; k++) {{
                slider.value = Math.floor((k * 7919 * 13) % {events});
                const began = performance.now();
                slider.dispatchEvent(new Event('input'));
                const handled = performance.now() - began;
                await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
                took.push([performance.now() - began, handled]);
            }}
            took.sort(([one], [two]) => one - two);
            return [took[30], took[56], took[59]]; }})()"
        ))?;
        println!(
            "a jump of the scrubber, {what}: [until it is drawn, of that the script], median, 95 %, longest of 60, in ms: {figures}"
        );
    }
    let complaints = tab.complaints()?;
    println!("complaints: {complaints:?}");
    Ok(())
}
