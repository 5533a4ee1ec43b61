//! Arguments of `#[reweave::test]` that there are not, or that there are twice.

#[reweave::test(sede = 7)]
async fn misspelt() {}

#[reweave::test(max_virtual_tme = "30s")]
async fn misspelt_too() {}

#[reweave::test(timeout = "30s")]
async fn nothing_like_it() {}

#[reweave::test(seed = 7, jobs = 2, seed = 8)]
async fn twice() {}

#[reweave::test(seed = 7, seeds = 100)]
async fn one_and_many() {}

#[reweave::test(seeds = 100, seed = 7)]
async fn many_and_one() {}

#[reweave::test(seed 7)]
async fn no_equals_sign() {}

fn main() {}
