//! `abort`, at every moment of a task's life.

use std::future::pending;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};

use reweave::task::{self};
use reweave::time::{Instant, sleep};
use reweave::{Sim, spawn};

use super::{Flag, SECOND};

#[reweave::test]
async fn before_the_first_poll_the_future_is_dropped_unpolled() {
    let (flag, dropped) = Flag::new();
    let task = spawn(async move {
        let _flag = flag;
        unreachable!("aborted before");
    });
    task.abort();
    assert!(
        !dropped.load(SeqCst),
        "its own step drops it, not the caller's"
    );
    let ended: Result<(), _> = task.await;
    assert!(ended.unwrap_err().is_cancelled() && dropped.load(SeqCst));
}

#[reweave::test]
async fn while_it_waits_its_destructors_run_in_it() {
    let begun = Instant::now();
    let name = Arc::new(Mutex::new(None));
    struct Namer(Arc<Mutex<Option<task::Id>>>);
    impl Drop for Namer {
        fn drop(&mut self) {
            *self.0.lock().unwrap() = task::try_id();
        }
    }
    let namer = Namer(name.clone());
    let waiting = spawn(async move {
        let _namer = namer;
        sleep(60 * SECOND).await;
    });
    let id = waiting.id();
    sleep(SECOND).await;
    waiting.abort_handle().abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    assert_eq!(*name.lock().unwrap(), Some(id));
    assert_eq!(begun.elapsed(), SECOND);
}

#[reweave::test]
async fn after_its_end_or_twice_it_changes_nothing() {
    let done = spawn(async { 5 });
    sleep(SECOND).await;
    done.abort();
    assert_eq!(done.await.unwrap(), 5);
    let task = spawn(pending::<()>());
    (0..3).for_each(|_| task.abort());
    assert!(task.await.unwrap_err().is_cancelled());
}

#[test]
fn of_itself_takes_effect_at_the_next_await_or_never() {
    let run = Sim::new().run(async {
        let own: Arc<Mutex<Option<task::AbortHandle>>> = Arc::default();
        let abort_me = |own: &Arc<Mutex<Option<task::AbortHandle>>>| {
            own.lock().unwrap().as_ref().unwrap().abort();
        };
        let mine = own.clone();
        let task = spawn(async move {
            abort_me(&mine);
            reweave::println!("runs to its await");
            pending::<()>().await;
        });
        *own.lock().unwrap() = Some(task.abort_handle());
        assert!(task.await.unwrap_err().is_cancelled());
        let mine = own.clone();
        let task = spawn(async move {
            abort_me(&mine);
            "done in the same poll"
        });
        *own.lock().unwrap() = Some(task.abort_handle());
        task.await.unwrap()
    });
    assert_eq!(run.stdout(), "runs to its await\n");
    assert_eq!(run.unwrap(), "done in the same poll");
}

#[reweave::test]
async fn a_parent_leaves_its_children_alive() {
    let (flag, dropped) = Flag::new();
    let parent = spawn(async move {
        drop(spawn(async move {
            let _flag = flag;
            sleep(SECOND).await;
        }));
        pending::<()>().await;
    });
    sleep(SECOND / 2).await;
    parent.abort();
    assert!(parent.await.unwrap_err().is_cancelled() && !dropped.load(SeqCst));
    sleep(SECOND).await;
    assert!(dropped.load(SeqCst));
}
