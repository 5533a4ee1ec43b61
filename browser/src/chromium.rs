//! Starts a headless Chromium of this process's own, and ends it.

use std::env;
use std::fs;
use std::io;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket, client};

use crate::Wrong;

/// What Chromium is called, the lightest first.
const NAMES: [&str; 5] = [
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
];

/// How long is waited for the browser to begin, or to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// The Chromium of this machine: what `CHROMIUM` names, or the first of [`NAMES`] that there is.
pub fn find() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        return Some(PathBuf::from(named));
    }
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let mut all = NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    all.find(|program| program.is_file())
}

/// A browser that runs, and what it has said that nobody asked for yet.
pub struct Chromium {
    process: Child,
    socket: WebSocket<TcpStream>,
    /// The number of the next command.
    next: u64,
    pub events: Vec<Value>,
    /// Its profile, which goes with it.
    _profile: TempDir,
}

impl Chromium {
    /// # Errors
    ///
    /// If it does not start, or is not to be talked to.
    pub fn start(program: &Path) -> Result<Chromium, Wrong> {
        let profile = tempfile::tempdir()?;
        let mut command = Command::new(program);
        command
            .arg("--headless")
            .arg("--remote-debugging-port=0")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args([
                "--no-first-run",
                "--disable-gpu",
                "--hide-scrollbars",
                "--force-device-scale-factor=1",
            ])
            // It looks at files of ours alone, and cannot have its sandbox where tests run as root.
            .arg("--no-sandbox")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut process = command
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        match connect(profile.path()) {
            Ok(socket) => Ok(Chromium {
                process,
                socket,
                next: 0,
                events: Vec::new(),
                _profile: profile,
            }),
            Err(wrong) => {
                let _ = process.kill();
                let _ = process.wait();
                Err(wrong)
            }
        }
    }

    /// Asks the browser for something, and waits for the answer. What it says meanwhile is kept in [`Chromium::events`].
    ///
    /// # Errors
    ///
    /// If it refuses, or does not answer.
    pub fn ask(
        &mut self,
        session: Option<&str>,
        method: &str,
        params: Value,
    ) -> Result<Value, Wrong> {
        self.next += 1;
        let number = self.next;
        let mut command = json!({ "id": number, "method": method, "params": params });
        if let Some(session) = session {
            command["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(command.to_string()))?;
        loop {
            let answer = self.read()?;
            if answer["id"] != json!(number) {
                self.events.push(answer);
                continue;
            }
            return match answer.get("error") {
                Some(error) => Err(format!("{method}: {error}").into()),
                None => Ok(answer["result"].clone()),
            };
        }
    }

    /// The next thing that the browser says.
    ///
    /// # Errors
    ///
    /// If it says nothing for long, or is gone.
    pub fn read(&mut self) -> Result<Value, Wrong> {
        loop {
            if let Message::Text(text) = self.socket.read()? {
                return Ok(serde_json::from_str(text.as_str())?);
            }
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // The program may be a script that waits for the browser, which would go on without it.
        let asked = self.ask(None, "Browser.close", json!({}));
        if asked.is_err() {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// The browser writes where it listens into its profile.
fn connect(profile: &Path) -> Result<WebSocket<TcpStream>, Wrong> {
    let file = profile.join("DevToolsActivePort");
    let until = Instant::now() + PATIENCE;
    let text = loop {
        match fs::read_to_string(&file) {
            Ok(text) if text.lines().count() == 2 => break text,
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ if Instant::now() > until => {
                return Err("Chromium did not say where it listens".into());
            }
            _ => thread::sleep(Duration::from_millis(20)),
        }
    };
    let mut lines = text.lines();
    let (port, path) = (
        lines.next().unwrap_or_default(),
        lines.next().unwrap_or_default(),
    );
    let stream = TcpStream::connect(format!("127.0.0.1:{port}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let (socket, _) = client(format!("ws://127.0.0.1:{port}{path}"), stream)?;
    Ok(socket)
}
