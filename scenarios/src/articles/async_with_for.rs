//! A scope that gives its resource back, and a loop over a stream.
//!
//! Python has `async with` and `async for`. Here the first is a function that opens a connection, lends
//! it to a body, and closes it again with an `await` of its own, *whatever became of the body*:
//!
//! ```text
//!   opens ──► body ──► returns a value ─┐
//!                  ──► returns an error ├──► closes, then passes on what the body gave
//!                  ──► panics          ─┘
//! ```
//!
//! A destructor alone could not do this: closing takes time, and `drop` cannot await. The second is
//! `while let Some(row) = rows.next().await`. No bug: the program reads one table to its end, then one
//! with a broken row, then panics over a third, and every connection is closed.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::{FutureExt, Stream, StreamExt};
use reweave::task::spawn;
use reweave::time::{Duration, Sleep, sleep};
use reweave::{note, println};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "async_with_for",
    gallery: Gallery::Articles,
    summary: "a connection is closed though the body that used it fails, and rows are awaited",
    bug: None,
    original: || program(read_tables()),
    fixed: None,
    configure: |sim| sim,
};

/// A row that cannot be read.
#[derive(Debug)]
struct BadRow;

/// An open connection to a table.
struct Connection {
    rows: Vec<i32>,
}

impl Connection {
    async fn open(table: &str, rows: &[i32]) -> Connection {
        sleep(Duration::from_millis(10)).await;
        note!("opened {table}");
        Connection {
            rows: rows.to_vec(),
        }
    }

    async fn close(self, table: &str) {
        sleep(Duration::from_millis(10)).await;
        note!("closed {table}");
    }

    fn rows(&self) -> Rows<'_> {
        Rows {
            left: &self.rows,
            arriving: None,
        }
    }
}

/// The rows of a table, each a millisecond after the one before.
struct Rows<'a> {
    left: &'a [i32],
    arriving: Option<Pin<Box<Sleep>>>,
}

impl Stream for Rows<'_> {
    type Item = i32;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<i32>> {
        let Some((&row, left)) = self.left.split_first() else {
            return Poll::Ready(None);
        };
        let on_its_way = || Box::pin(sleep(Duration::from_millis(1)));
        ready!(
            self.arriving
                .get_or_insert_with(on_its_way)
                .as_mut()
                .poll(cx)
        );
        self.arriving = None;
        self.left = left;
        Poll::Ready(Some(row))
    }
}

/// Lends a connection to `body`, and closes it when the body is over, however that ended.
async fn with_connection<T>(
    table: &str,
    rows: &[i32],
    body: impl AsyncFnOnce(&Connection) -> T,
) -> T {
    let connection = Connection::open(table, rows).await;
    let outcome = AssertUnwindSafe(body(&connection)).catch_unwind().await;
    connection.close(table).await;
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}

/// Adds up the rows of a table. Negative ones cannot be read.
async fn total(connection: &Connection) -> Result<i32, BadRow> {
    let (mut total, mut rows) = (0, connection.rows());
    while let Some(row) = rows.next().await {
        if row < 0 {
            return Err(BadRow);
        }
        total += row;
    }
    Ok(total)
}

async fn read_tables() {
    println!(
        "whole: {:?}",
        with_connection("whole", &[1, 2, 3], total).await
    );
    println!(
        "broken: {:?}",
        with_connection("broken", &[1, -2, 3], total).await
    );
    let hopeless = spawn(with_connection("hopeless", &[1], async |_: &Connection| {
        panic!("the body gave up");
    }));
    let error = hopeless.await.expect_err("its body panics");
    println!("hopeless: {error}");
}
