//! One page in the browser: what a person does with it, and what it says. The protocol is that of Chromium's developer tools.

use std::path::Path;

use serde_json::{Value, json};

use crate::Wrong;
use crate::chromium::Chromium;

/// See the top of this file.
pub struct Tab<'b> {
    browser: &'b mut Chromium,
    target: String,
    session: String,
    /// The page's own address.
    url: String,
}

impl<'b> Tab<'b> {
    /// Opens a file, `#e5` behind its name or nothing, in a window of this size; waits until it is loaded.
    ///
    /// # Errors
    ///
    /// If the browser does not.
    pub fn open(
        browser: &'b mut Chromium,
        file: &Path,
        hash: &str,
        size: (u32, u32),
    ) -> Result<Tab<'b>, Wrong> {
        let target = browser.ask(None, "Target.createTarget", json!({ "url": "about:blank" }))?;
        let target = text(&target["targetId"]);
        let attach = json!({ "targetId": target, "flatten": true });
        let session = text(&browser.ask(None, "Target.attachToTarget", attach)?["sessionId"]);
        let url = format!("file://{}", file.display());
        let mut tab = Tab {
            browser,
            target,
            session,
            url,
        };
        for domain in ["Page", "Runtime", "Log", "Network", "Accessibility"] {
            tab.ask(&format!("{domain}.enable"), json!({}))?;
        }
        let (width, height) = size;
        tab.ask(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        )?;
        tab.scheme("light")?;
        tab.browser.events.clear();
        let address = format!("{}{hash}", tab.url);
        tab.ask("Page.navigate", json!({ "url": address }))?;
        while !tab
            .browser
            .events
            .iter()
            .any(|event| event["method"] == "Page.loadEventFired")
        {
            let event = tab.browser.read()?;
            tab.browser.events.push(event);
        }
        Ok(tab)
    }

    pub fn ask(&mut self, method: &str, params: Value) -> Result<Value, Wrong> {
        self.browser.ask(Some(&self.session), method, params)
    }

    /// The value of an expression in the page.
    ///
    /// # Errors
    ///
    /// If it throws.
    pub fn eval(&mut self, expression: &str) -> Result<Value, Wrong> {
        let answer = self.ask(
            "Runtime.evaluate",
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true }),
        )?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(format!("{expression}: {details}").into()),
            None => Ok(answer["result"]["value"].clone()),
        }
    }

    /// The text of the first element that this selects; nothing if there is none.
    pub fn text(&mut self, selector: &str) -> Result<String, Wrong> {
        let found = self.eval(&format!(
            "document.querySelector({})?.textContent",
            json!(selector)
        ))?;
        Ok(text(&found))
    }

    /// The texts of all elements that this selects.
    pub fn texts(&mut self, selector: &str) -> Result<Vec<String>, Wrong> {
        let found = self.eval(&format!(
            "[...document.querySelectorAll({})].map((one) => one.textContent)",
            json!(selector)
        ))?;
        Ok(found.as_array().into_iter().flatten().map(text).collect())
    }

    /// Whether there is such an element and it is shown.
    pub fn is_shown(&mut self, selector: &str) -> Result<bool, Wrong> {
        let shown = self.eval(&format!(
            "!!document.querySelector({0}) && document.querySelector({0}).getClientRects().length > 0",
            json!(selector)
        ))?;
        Ok(shown == json!(true))
    }

    /// Presses a key, as by hand: `ArrowRight`, `Shift+ArrowRight`, `?`, `Enter`.
    pub fn press(&mut self, key: &str) -> Result<(), Wrong> {
        let (modifiers, name) = match key.strip_prefix("Shift+") {
            Some(name) => (8, name),
            None => (0, key),
        };
        let code = match name {
            "ArrowLeft" => 37,
            "ArrowUp" => 38,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            "Home" => 36,
            "End" => 35,
            "Escape" => 27,
            "Enter" => 13,
            "Tab" => 9,
            name => name
                .chars()
                .next()
                .map_or(0, |c| u32::from(c.to_ascii_uppercase())),
        };
        let typed = match name {
            "Enter" => Some("\r"),
            name if name.chars().count() == 1 => Some(name),
            _ => None,
        };
        let kind = if typed.is_some() {
            "keyDown"
        } else {
            "rawKeyDown"
        };
        let mut event = json!({
            "type": kind, "modifiers": modifiers, "key": name, "windowsVirtualKeyCode": code, "code": name,
        });
        if let Some(typed) = typed {
            event["text"] = json!(typed);
        }
        self.ask("Input.dispatchKeyEvent", event.clone())?;
        event["type"] = json!("keyUp");
        self.ask("Input.dispatchKeyEvent", event)?;
        Ok(())
    }

    /// Types a text where the focus is.
    pub fn write(&mut self, text: &str) -> Result<(), Wrong> {
        self.ask("Input.insertText", json!({ "text": text }))?;
        Ok(())
    }

    /// Clicks the middle of an element.
    pub fn click(&mut self, selector: &str) -> Result<(), Wrong> {
        let middle = self.eval(&format!(
            "(() => {{ const one = document.querySelector({}); one.scrollIntoView({{ block: 'nearest' }}); \
             const box = one.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()",
            json!(selector)
        ))?;
        self.click_at(
            middle[0].as_f64().unwrap_or(0.0),
            middle[1].as_f64().unwrap_or(0.0),
        )
    }

    pub fn click_at(&mut self, x: f64, y: f64) -> Result<(), Wrong> {
        for kind in ["mousePressed", "mouseReleased"] {
            self.ask(
                "Input.dispatchMouseEvent",
                json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 }),
            )?;
        }
        Ok(())
    }

    /// Waits until what was begun is done and drawn: what follows from a new address, and the next picture of the screen.
    pub fn settle(&mut self) -> Result<(), Wrong> {
        self.eval("new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(done)), 10))")?;
        Ok(())
    }

    /// What the system prefers: `light` or `dark`.
    pub fn scheme(&mut self, scheme: &str) -> Result<(), Wrong> {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.ask(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )?;
        Ok(())
    }

    /// A picture of what is shown, as PNG in Base64.
    pub fn screenshot(&mut self) -> Result<String, Wrong> {
        let answer = self.ask("Page.captureScreenshot", json!({ "format": "png" }))?;
        Ok(text(&answer["data"]))
    }

    /// What has gone wrong so far: exceptions, errors and warnings on the console, and requests that are not for the page itself.
    pub fn complaints(&mut self) -> Result<Vec<String>, Wrong> {
        // What was under way is told before the answer to a question.
        self.eval("new Promise((done) => setTimeout(done, 30))")?;
        let mut complaints = Vec::new();
        for event in &self.browser.events {
            let params = &event["params"];
            match event["method"].as_str().unwrap_or_default() {
                "Runtime.exceptionThrown" => {
                    complaints.push(params["exceptionDetails"].to_string())
                }
                "Runtime.consoleAPICalled" => complaints.push(params["args"].to_string()),
                "Log.entryAdded" => complaints.push(params["entry"]["text"].to_string()),
                "Network.requestWillBeSent" => {
                    let url = params["request"]["url"].as_str().unwrap_or_default();
                    if url.split('#').next() != Some(&self.url) {
                        complaints.push(format!("a request for {url}"));
                    }
                }
                _ => {}
            }
        }
        Ok(complaints)
    }

    /// Forgets what has gone wrong so far.
    pub fn forget(&mut self) {
        self.browser.events.clear();
    }
}

impl Drop for Tab<'_> {
    fn drop(&mut self) {
        let close = json!({ "targetId": self.target });
        let _ = self.browser.ask(None, "Target.closeTarget", close);
        self.browser.events.clear();
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
