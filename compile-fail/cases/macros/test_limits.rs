//! Arguments of `#[reweave::test]` with which nothing would run, and durations that are none.

#[reweave::test(seeds = 0)]
async fn no_seeds() {}

#[reweave::test(seeds = 200..100)]
async fn no_range() {}

#[reweave::test(seeds = "5..5")]
async fn no_range_in_text() {}

#[reweave::test(max_steps = 0, max_tasks = 0, max_virtual_time = "0s")]
async fn no_limits() {}

#[reweave::test(max_virtual_time = "30")]
async fn no_unit() {}

#[reweave::test(max_virtual_time = "30 fortnights")]
async fn unknown_unit() {}

#[reweave::test(max_virtual_time = "1.5s")]
async fn fraction() {}

#[reweave::test(max_virtual_time = "5124096h")]
async fn too_long() {}

fn main() {}
