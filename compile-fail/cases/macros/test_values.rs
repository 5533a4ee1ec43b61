//! Arguments of `#[reweave::test]` whose values are of the wrong kind.

#[reweave::test(seed = "7")]
async fn text_for_a_number() {}

#[reweave::test(seed = -7)]
async fn below_zero() {}

#[reweave::test(seed = 18446744073709551616)]
async fn too_large() {}

#[reweave::test(seed)]
async fn nothing() {}

#[reweave::test(seeds = "some")]
async fn text_for_a_range() {}

#[reweave::test(seeds = 100..)]
async fn half_a_range() {}

#[reweave::test(strategy = random)]
async fn name_for_text() {}

#[reweave::test(strategy = "")]
async fn no_text() {}

#[reweave::test(max_steps = 1.5)]
async fn not_whole() {}

#[reweave::test(crate = reweave)]
async fn name_for_a_path() {}

#[reweave::test(flavor = "single")]
async fn unknown_flavor() {}

#[reweave::test(worker_threads = "4", start_paused = 1, unhandled_panic = "abort")]
async fn three_mistakes() {}

fn main() {}
