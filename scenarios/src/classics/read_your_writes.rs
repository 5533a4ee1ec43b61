//! Somebody changes a name, and reads the old one.
//!
//! A database has a primary, which takes writes, and a replica near the user, which answers reads. The primary answers at once, and tells the replica
//! a little later:
//!
//! ```text
//!   user      writes "Ada" ─ done    reads ─ "Augusta"
//!   primary   "Ada"  ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─╲
//!   replica   "Augusta"                      "Ada"
//! ```
//!
//! Each is right by itself; what the user sees goes backwards. As a rule the replica is quick enough. Fixed, the user keeps the version that was
//! written, and goes to the primary where the replica does not have it yet.

use std::io;
use std::sync::{Arc, Mutex};

use reweave::time::{Duration, sleep};
use reweave::{FindingKind, choose, host, spawn};

use crate::lines::{ask, serve};
use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "read_your_writes",
    gallery: Gallery::Classics,
    summary: "what was just written is not read, for the replica lags behind",
    bug: Some(FindingKind::Panic),
    original: || program(rename(Reads::FromReplica)),
    fixed: Some(|| program(rename(Reads::WhatWasWritten))),
    configure: |sim| sim,
};

#[derive(Clone, Copy)]
enum Reads {
    FromReplica,
    WhatWasWritten,
}

/// A name with its version.
type Row = Arc<Mutex<(u32, String)>>;

fn row() -> Row {
    Arc::new(Mutex::new((1, "Augusta".into())))
}

/// `read` and `write <version> <name>`.
fn replica(row: &Row, question: &str) -> String {
    let mut row = row.lock().expect("nobody panics with it");
    if let Some(write) = question.strip_prefix("write ") {
        let (version, name) = write.split_once(' ').expect("a version and a name");
        *row = (version.parse().expect("a number"), name.into());
    }
    format!("{} {}", row.0, row.1)
}

/// `read` and `write <name>`, which it passes on.
fn primary(row: &Row, question: &str) -> String {
    let mut row = row.lock().expect("nobody panics with it");
    if let Some(name) = question.strip_prefix("write ") {
        *row = (row.0 + 1, name.into());
        let write = format!("write {} {name}", row.0);
        drop(spawn(async move {
            sleep(Duration::from_millis(choose([1, 5, 30]))).await;
            ask("replica:5432", &write).await
        }));
    }
    format!("{} {}", row.0, row.1)
}

/// Version and name, as they were answered.
async fn row_at(address: &str, question: &str) -> io::Result<(u32, String)> {
    let answer = ask(address, question).await?;
    let (version, name) = answer.split_once(' ').expect("a version and a name");
    Ok((version.parse().expect("a number"), name.into()))
}

async fn rename(reads: Reads) -> io::Result<()> {
    let _primary = host("primary").start(|| {
        let row = row();
        serve(5432, move |line| {
            let row = row.clone();
            async move { primary(&row, &line) }
        })
    });
    let _replica = host("replica").start(|| {
        let row = row();
        serve(5432, move |line| {
            let row = row.clone();
            async move { replica(&row, &line) }
        })
    });
    sleep(Duration::from_secs(1)).await;
    let (written, _) = row_at("primary:5432", "write Ada").await?;
    sleep(Duration::from_millis(20)).await;
    let (version, near) = row_at("replica:5432", "read").await?;
    let name = match reads {
        Reads::WhatWasWritten if version < written => row_at("primary:5432", "read").await?.1,
        Reads::WhatWasWritten | Reads::FromReplica => near,
    };
    assert_eq!(name, "Ada", "it was just written");
    Ok(())
}
