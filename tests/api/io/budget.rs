//! Whatever always completes counts against the budget of its task: a loop over it lets others go on.

use std::future::Future;

use reweave::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncSeekExt, AsyncWriteExt, copy, copy_bidirectional, copy_buf,
    duplex, empty, repeat, simplex, sink, stdin, stdout,
};
use reweave::task::coop::has_budget_remaining;
use reweave::{Sim, spawn};

/// How often the operation completes before another task, which is ready all the while, has its turn.
fn before_others<F: Future<Output = ()>>(operation: impl Fn() -> F + 'static) -> u32 {
    Sim::new()
        .stdin(vec!["line"; 500])
        .run(async move {
            let other = spawn(async {});
            let mut count = 0;
            while !other.is_finished() && count < 1000 {
                operation().await;
                count += 1;
            }
            count
        })
        .unwrap()
}

macro_rules! charged {
    ($($name:ident: $operation:expr;)+) => {$(
        #[test]
        fn $name() {
            let count = before_others(|| async { let _ = $operation.await; });
            assert_eq!(count, 129, "128 at once, and one that waits for the next turn");
        }
    )+};
}

charged! {
    an_empty_read: empty().read(&mut [0]);
    an_empty_lending: empty().fill_buf();
    an_empty_write: empty().write(b"a");
    an_empty_flush: empty().flush();
    an_empty_end: empty().shutdown();
    a_write_to_a_sink: sink().write(b"a");
    a_gathered_write_to_a_sink: sink().write_vectored(&[]);
    a_flush_of_a_sink: sink().flush();
    an_end_of_a_sink: sink().shutdown();
    an_endless_read: repeat(1).read(&mut [0]);
    a_read_at_the_end_of_a_pipe: { duplex(1).0 }.read(&mut [0]);
    a_write_to_a_pipe: simplex(1).1.write(b"a");
    a_write_to_standard_output: stdout().write(b"a");
    a_line_of_standard_input: stdin().fill_buf();
    a_copy_of_a_slice: copy(&mut &b"a"[..], &mut Vec::new());
    a_buffered_copy_of_a_slice: copy_buf(&mut &b"a"[..], &mut Vec::new());
}

/// A seek waits for the move before it, and for its own.
#[test]
fn an_empty_seek() {
    let count = before_others(|| async { drop(empty().rewind().await) });
    assert_eq!(count, 65);
}

/// A copy without an end.
#[test]
fn a_copy_gives_way_within() {
    let run = Sim::new().run(async {
        let copying = spawn(async { copy(&mut repeat(1), &mut sink()).await.map(drop) });
        let both = spawn(async {
            let (mut one, mut other) = (endless(), endless());
            copy_bidirectional(&mut one, &mut other).await.map(drop)
        });
        reweave::task::yield_now().await;
        copying.abort();
        both.abort();
    });
    assert!(run.findings().is_empty(), "{run}");
}

fn endless() -> reweave::io::Join<reweave::io::Repeat, reweave::io::Sink> {
    reweave::io::join(repeat(1), sink())
}

#[test]
fn what_is_in_memory_costs_nothing() {
    let run = Sim::new().run(async {
        for _ in 0..1000 {
            (&b"a"[..]).read_u8().await.unwrap();
            Vec::new().write_u8(1).await.unwrap();
        }
        has_budget_remaining()
    });
    assert!(run.unwrap());
}
