//! Mistakes in the parts of `select!`, `join!` and `try_join!` are reported where they are.

use std::future::ready;

async fn no_future() {
    reweave::select! {
        _ = ready(1) => {}
        _ = 2 => {}
    }
}

async fn no_condition() {
    reweave::select! {
        _ = ready(1), if 1 => {}
    }
}

async fn different_handlers() -> u8 {
    reweave::select! {
        one = ready(1) => one,
        _ = ready(2) => "two",
    }
}

async fn no_future_to_join() {
    reweave::join!(ready(1), 2);
}

async fn no_result_to_join() {
    let _ = reweave::try_join!(ready(Ok::<u8, ()>(1)), ready(2));
}

fn main() {
    drop((no_future(), no_condition(), different_handlers(), no_future_to_join(), no_result_to_join()));
}
