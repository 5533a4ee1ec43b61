//! A receiver that was slow once takes that for the end.
//!
//! A ticker sends prices to all displays. It waits for nobody: a display that falls behind by more than
//! the channel keeps gets `Lagged` instead of the prices it lost, and then goes on with the oldest that
//! is left.
//!
//! ```text
//!   ticker    1  2  3  4  5  6  7  8  end
//!   display   1 ─ ─ slow ─ ─ ─ Err(Lagged): "no more prices"      shows 1 for good
//! ```
//!
//! The bug is `while let Ok(price) = prices.recv().await`: of the two errors only `Closed` is the end.
//! A display that is quick, as in the plain run, never sees the other. Fixed, it goes on after
//! `Lagged`.

use reweave::sync::broadcast::{self, Receiver, error::RecvError};
use reweave::sync::named;
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, choose, note, spawn};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "broadcast_lag",
    gallery: Gallery::Classics,
    summary: "`while let Ok(..) = recv().await` takes Lagged for the end",
    bug: Some(FindingKind::Panic),
    original: || program(show_prices(broken)),
    fixed: Some(|| program(show_prices(fixed))),
    configure: |sim| sim,
};

const PRICES: u32 = 8;

/// How many prices the channel keeps.
const KEPT: usize = 4;

/// Shows a price: at once, unless the display is busy with something else.
async fn show(price: u32, shown: &mut u32) {
    sleep(Duration::from_millis(choose([1, 2, 4, 60]))).await;
    *shown = price;
}

async fn broken(mut prices: Receiver<u32>) -> u32 {
    let mut shown = 0;
    while let Ok(price) = prices.recv().await {
        show(price, &mut shown).await;
    }
    shown
}

async fn fixed(mut prices: Receiver<u32>) -> u32 {
    let mut shown = 0;
    loop {
        match prices.recv().await {
            Ok(price) => show(price, &mut shown).await,
            Err(RecvError::Lagged(lost)) => note!("{lost} prices behind"),
            Err(RecvError::Closed) => return shown,
        }
    }
}

async fn show_prices<F>(display: fn(Receiver<u32>) -> F)
where
    F: Future<Output = u32> + Send + 'static,
{
    let (ticker, prices) = named("prices", || broadcast::channel(KEPT));
    let display = spawn(display(prices));
    for price in 1..=PRICES {
        // A display that has gone away is none of the ticker's business.
        let _ = ticker.send(price);
        sleep(Duration::from_millis(10)).await;
    }
    drop(ticker);
    let shown = display.await.expect("the display does not panic");
    assert_eq!(shown, PRICES, "an old price is shown");
}
