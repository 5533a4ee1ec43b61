//! `JoinHandle` and `JoinError`.

use std::cell::Cell;
use std::error::Error;
use std::future::{pending, poll_fn};
use std::panic::panic_any;
use std::rc::Rc;
use std::sync::atomic::Ordering::SeqCst;

use futures::FutureExt;
use reweave::task::{self, Builder, yield_now};
use reweave::time::sleep;
use reweave::{Sim, spawn};

use super::{Flag, SECOND};

#[reweave::test]
async fn gives_the_output_whenever_it_is_asked_for() {
    let (early, late) = (spawn(async { 1 }), spawn(sleep(SECOND).map(|()| 2)));
    assert!(!late.is_finished());
    assert_eq!(late.await.unwrap(), 2);
    assert!(early.is_finished());
    assert_eq!(early.await.unwrap(), 1);
}

#[reweave::test]
async fn of_a_panic_gives_its_payload_and_its_words() {
    let task = spawn(async { panic!("burnt toast {}", task::id()) });
    let id = task.id();
    let error: task::JoinError = task.await.unwrap_err();
    assert!(error.is_panic() && !error.is_cancelled());
    assert_eq!(error.id(), id);
    assert_eq!(
        error.to_string(),
        format!("task {id} panicked with message \"burnt toast {id}\"")
    );
    assert!(
        format!("{error:?}").starts_with("JoinError::Panic(Id("),
        "{error:?}"
    );
    let payload = error.into_panic();
    assert_eq!(
        payload.downcast_ref::<String>().map(String::as_str),
        Some(&*format!("burnt toast {id}"))
    );
    let error = spawn(async { panic_any(3_u8) }).await.unwrap_err();
    assert!(error.to_string().ends_with(" panicked"), "{error}");
    assert!(format!("{error:?}").ends_with("), ...)"), "{error:?}");
    assert_eq!(error.try_into_panic().unwrap().downcast_ref(), Some(&3_u8));
    let error = spawn(async { panic!("as io") }).await.unwrap_err();
    assert_eq!(std::io::Error::from(error).to_string(), "task panicked");
}

#[reweave::test]
async fn of_an_aborted_task_says_cancelled() {
    let task = spawn(pending::<()>());
    task.abort();
    let error = task.await.unwrap_err();
    assert!(error.is_cancelled() && !error.is_panic());
    assert_eq!(
        error.to_string(),
        format!("task {} was cancelled", error.id())
    );
    let error = error.try_into_panic().unwrap_err();
    assert_eq!(
        std::io::Error::from(error).to_string(),
        "task was cancelled"
    );
}

#[reweave::test]
async fn errors_pass_through_question_marks() -> Result<(), Box<dyn Error + Send + Sync>> {
    assert_eq!(spawn(async { 1 }).await?, 1);
    Ok(())
}

#[reweave::test]
async fn handles_may_be_dropped_in_any_order() {
    let (flag, dropped) = Flag::new();
    drop(spawn(async { flag }));
    yield_now().await;
    let running = spawn(sleep(SECOND));
    let abort = running.abort_handle();
    drop(running);
    assert!(!abort.is_finished());
    sleep(2 * SECOND).await;
    assert!(abort.is_finished(), "a detached task runs on");
    abort.abort();
    let ended = spawn(async { Flag::new().0 });
    sleep(SECOND).await;
    let abort = ended.abort_handle();
    drop(ended);
    abort.abort();
    drop((abort.clone(), abort));
    assert!(
        dropped.load(SeqCst),
        "an output that nobody can take is dropped"
    );
}

#[reweave::test]
async fn wakes_whoever_polled_last() {
    let mut task = spawn(sleep(SECOND));
    assert!((&mut task).now_or_never().is_none());
    assert!(poll_fn(|cx| std::task::Poll::Ready(task.poll_unpin(cx).is_pending())).await);
    spawn(task).await.unwrap().unwrap();
}

#[reweave::test]
async fn shows_its_state_without_addresses() {
    let task = Builder::new().spawn(async {}).unwrap();
    let id = task.id();
    assert_eq!(
        format!("{task:?}"),
        format!("JoinHandle {{ id: {id:?}, state: \"pending\" }}")
    );
    sleep(SECOND).await;
    assert!(format!("{task:?}").contains("finished"));
}

#[test]
fn dropped_with_an_output_runs_its_destructor_as_the_tasks_and_takes_its_panic() {
    struct Output(Rc<Cell<Option<task::Id>>>);
    impl Drop for Output {
        fn drop(&mut self) {
            self.0.set(task::try_id());
            panic!("in a destructor");
        }
    }
    let run = Sim::new().run(async {
        let seen = Rc::new(Cell::new(None));
        let output = Output(seen.clone());
        let task = task::spawn_local(async { output });
        let id = task.id();
        sleep(SECOND).await;
        assert_eq!(seen.take(), None);
        drop(task);
        assert_eq!(seen.take(), Some(id));
        // `main` has its own again, which is none.
        assert_eq!(task::try_id(), None);
    });
    // It does not reach the code that drops the handle, and is told.
    assert!(run.output().is_some(), "{run}");
    let told = run.findings().iter().map(|finding| finding.message());
    assert!(told.eq(["in a destructor"]), "{run}");
}
