//! Findings in `deny(…)`, `warn(…)` and `allow(…)` that there are not, or that stand there twice.

#[reweave::test(deny(deadlok))]
async fn misspelt() {}

#[reweave::test(warn(thirst))]
async fn nothing_like_it() {}

#[reweave::test(deny(leak), allow(limit, leak))]
async fn two_levels() {}

#[reweave::test(allow(leak, leak))]
async fn twice() {}

#[reweave::test(allow("leak"))]
async fn text_for_a_name() {}

#[reweave::test(allow())]
async fn none() {}

#[reweave::test(allow = leak)]
async fn no_list() {}

fn main() {}
