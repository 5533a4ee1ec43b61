//! Virtual time.
//!
//! It is counted in nanoseconds from the start of the run. It moves only when no task is ready, and
//! then at once to the next deadline; so an hour of `sleep` costs nothing, and a duration measured in a test is
//! exact.
//!
//! ```
//! use reweave::time::{Duration, Instant, sleep};
//!
//! # reweave::Sim::new().run(async {
//! let start = Instant::now();
//! sleep(Duration::from_secs(3600)).await;
//! assert_eq!(start.elapsed(), Duration::from_secs(3600));
//! # }).unwrap();
//! ```
//!
//! Timers due at the same instant fire one at a time, in the order in which they were set, and the
//! tasks they woke run before the next fires. Both are draws, so other runs see other orders.

mod clock;
mod instant;
mod interval;
mod sleep;
mod std_instant;
mod system;
mod timeout;
pub(crate) mod timer;

pub use std::time::Duration;

pub use clock::{advance, pause, resume};
pub use instant::Instant;
pub use interval::{Interval, MissedTickBehavior, interval, interval_at};
pub use sleep::{Sleep, sleep, sleep_until};
pub use system::{SystemTime, SystemTimeError, UNIX_EPOCH};
pub(crate) use timeout::timeout_from;
pub use timeout::{Timeout, error, timeout, timeout_at};
