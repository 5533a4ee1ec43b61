//! After a stall, missed ticks come all at once.
//!
//! A poller asks a device for its temperature once a second. The device takes its time once, and the poller
//! misses a few ticks. An `interval` makes up for missed ticks, unless told otherwise, so that the device
//! that was too busy to answer one question is asked several in a row:
//!
//! ```text
//!   due      1 s     2 s     3 s     4 s     5 s
//!   asked     └ ─ ─ waits ─ ─ ─ ─ ─ ─ ┴┴┴     ┴
//! ```
//!
//! Fixed, a late tick delays the ones after it.
//!
//! Met in: "MGS: SpPoller missed tick behavior should probably not be `Burst`", hawkw, Oxide Computer
//! Company, omicron issue 9428, <https://github.com/oxidecomputer/omicron/issues/9428>.

use reweave as tokio;
use tokio::FindingKind;
use tokio::time::{Duration, Instant, MissedTickBehavior, interval, sleep};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "ticks_in_a_burst",
    gallery: Gallery::Field,
    summary: "an interval that was held up asks a busy device again and again",
    bug: Some(FindingKind::Panic),
    original: || program(poll_device(MissedTickBehavior::Burst)),
    fixed: Some(|| program(poll_device(MissedTickBehavior::Delay))),
    configure: |sim| sim,
};

const PERIOD: Duration = Duration::from_secs(1);

/// Mostly the device answers at once.
async fn ask_device() {
    let milliseconds = tokio::choose([10, 10, 3_500]);
    sleep(Duration::from_millis(milliseconds)).await;
}

async fn poll_device(missed: MissedTickBehavior) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(missed);
    let mut asked: Option<Instant> = None;
    for _ in 0..6 {
        ticks.tick().await;
        if let Some(before) = asked.replace(Instant::now()) {
            assert!(before.elapsed() >= PERIOD, "asked again too soon");
        }
        ask_device().await;
    }
}
