//! `select!` that is not written as it should be.

async fn mistakes() {
    reweave::select! {}

    reweave::select! { biased; }

    reweave::select! {
        _ = std::future::ready(1) => {}
        else => {}
        _ = std::future::ready(2) => {}
    }

    reweave::select! {
        one = std::future::ready(1) { one }
        two = std::future::ready(2) => two,
    }

    reweave::select! {
        one => std::future::ready(1),
    }

    reweave::select! {
        one = std::future::ready(1), one > 0 => one,
    }

    reweave::select! {
        one = std::future::ready(1), if true { one }
    }

    reweave::select! {
        one = std::future::ready(1) => one
        two = std::future::ready(2) => two
    }

    reweave::select! {
        one = std::future::ready(1) => one,
        else 2
    }
}

fn main() {
    drop(mistakes());
}
