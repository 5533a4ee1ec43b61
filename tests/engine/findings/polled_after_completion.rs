//! `polled_after_completion`: our futures, the compiler's, and those of the `futures` crate.

use futures::FutureExt;
use reweave::time::sleep;
use reweave::{FindingKind, Sim, spawn};

use super::{SECOND, kinds, silent, told};

#[test]
fn a_handle_an_async_block_and_a_future_of_the_futures_crate() {
    let run = Sim::new().run(async {
        let mut handle = spawn(async {});
        (&mut handle).await.unwrap();
        let _ = (&mut handle).await;
    });
    insta::assert_snapshot!(run.findings()[0].summary(), @"polled_after_completion in main at 0s: polled a future again that was done: JoinHandle polled after completion");
    let run = Sim::new().run(async {
        let mut block = Box::pin(async {});
        block.as_mut().await;
        block.as_mut().await;
    });
    insta::assert_snapshot!(told(&run), @r"
    polled_after_completion in main at 0s: polled a future again that was done: `async fn` resumed after completion
      --> `async {});`
    ");
    let run = Sim::new().run(async {
        let mut mapped = futures::future::ready(1).map(|n| n + 1);
        (&mut mapped).await;
        (&mut mapped).await;
    });
    assert_eq!(kinds(&run), [FindingKind::PolledAfterCompletion]);
}

#[test]
fn in_a_spawned_task_it_is_found_though_the_handle_is_awaited() {
    let run = Sim::new().run(async {
        let task = spawn(async {
            let mut done = Box::pin(async {});
            done.as_mut().await;
            done.as_mut().await;
        });
        assert!(task.await.unwrap_err().is_panic());
    });
    assert_eq!(kinds(&run), [FindingKind::PolledAfterCompletion]);
    assert_eq!(run.findings()[0].task(), Some("main/task"));
}

#[test]
fn a_fused_future_and_a_sleep_may_be_polled_again() {
    let run = Sim::new().run(async {
        let mut fused = Box::pin(async {}.fuse());
        fused.as_mut().await;
        assert!(fused.as_mut().now_or_never().is_none());
        let mut slept = Box::pin(sleep(SECOND));
        slept.as_mut().await;
        slept.as_mut().await;
    });
    silent(&run);
}
