//! What several tests do with the shop.

use bytes::Bytes;
use hyper::StatusCode;
use reweave::{Exploration, explore};
use reweave_hyper::BoxError;

pub use crate::shop::{Client, MS, Orders, SECOND, apples, request, shop, shop_host};

/// How many seeds a test runs.
pub const SEEDS: u64 = 25;

impl Client {
    pub async fn get(&mut self, path: &str) -> Result<(StatusCode, Bytes), BoxError> {
        self.ask(request("GET", path, Bytes::new())).await
    }
}

/// Explores, and asserts that nothing is found, and that each seed is the same run on one thread and on two.
#[track_caller]
pub fn holds<F, Fut>(seeds: u64, program: F)
where
    F: Fn() -> Fut + Sync + Copy,
    Fut: Future + 'static,
    Fut::Output: 'static,
{
    let one = explored(seeds, 1, program);
    let two = explored(seeds, 2, program);
    assert_eq!(one.digest(), two.digest(), "on one thread, and on two");
}

#[track_caller]
fn explored<F, Fut>(seeds: u64, jobs: usize, program: F) -> Exploration
where
    F: Fn() -> Fut + Sync,
    Fut: Future + 'static,
    Fut::Output: 'static,
{
    let explore = explore(program).seeds(0..seeds).jobs(jobs);
    let found = explore.verify_every(8).collect().run();
    if let Some(run) = found.failure() {
        panic!("{run}");
    }
    found
}
