//! One task fetches while another counts.
//!
//! The fetch takes two seconds, the count prints a number every quarter of one. At two seconds both are
//! due at once, and who goes first is open:
//!
//! ```text
//!   0s  … 1.75s   2s                                    2.25s  2.5s
//!   0   … 7       Done fetching, {'data': 1}, 8         9      end      the plain run
//!                 8, Done fetching, {'data': 1}                         another
//!                 Done fetching, 8, {'data': 1}                         a third
//! ```
//!
//! In the plain run the fetch goes first, because its timer was set first. No bug: all three are right,
//! and code that relies on one of them is not.

use std::fmt;

use reweave::println;
use reweave::task::spawn;
use reweave::time::{Duration, sleep};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "fetch_and_print",
    gallery: Gallery::Articles,
    summary: "a fetch and a count are due at the same instant, in any order",
    bug: None,
    original: || program(fetch_beside_count()),
    fixed: None,
    configure: |sim| sim,
};

/// What is fetched. It is shown as Python shows it.
pub(super) struct Data {
    data: u32,
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{'data': {}}}", self.data)
    }
}

pub(super) async fn fetch_data() -> Data {
    println!("Start fetching");
    sleep(Duration::from_secs(2)).await;
    println!("Done fetching");
    Data { data: 1 }
}

pub(super) async fn print_numbers() {
    for number in 0..10 {
        println!("{number}");
        sleep(Duration::from_millis(250)).await;
    }
}

pub(super) async fn fetch_beside_count() {
    let fetch = spawn(fetch_data());
    let count = spawn(print_numbers());
    let value = fetch.await.expect("the fetch does not panic");
    println!("{value}");
    count.await.expect("the count does not panic");
}
