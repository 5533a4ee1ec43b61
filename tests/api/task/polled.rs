//! What futures written by hand use: the polls of a set, the value of a scope, claims on the budget.

use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use reweave::spawn;
use reweave::task::{JoinSet, coop, yield_now};

#[reweave::test]
async fn a_set_is_polled_for_outputs_with_ids() {
    let mut set = JoinSet::new();
    assert!(poll_fn(|cx| set.poll_join_next_with_id(cx)).await.is_none());
    let done = set.spawn(async { "done" }).id();
    let joined = poll_fn(|cx| set.poll_join_next_with_id(cx)).await;
    assert_eq!(joined.unwrap().unwrap(), (done, "done"));
    let cut = set.spawn(pending());
    let mut cx = Context::from_waker(Waker::noop());
    assert!(set.poll_join_next_with_id(&mut cx).is_pending());
    cut.abort();
    let joined = poll_fn(|cx| set.poll_join_next_with_id(cx)).await;
    let error = joined.unwrap().unwrap_err();
    assert_eq!((error.id(), error.is_cancelled()), (cut.id(), true));
    assert!(set.is_empty());
}

reweave::task_local! { static VALUE: String; }

#[reweave::test]
async fn a_scope_gives_its_value_back_once() {
    let mut scope = pin!(VALUE.scope("a".into(), async { VALUE.with(String::len) }));
    assert_eq!(scope.as_mut().await, 1);
    assert_eq!(scope.as_mut().take_value().as_deref(), Some("a"));
    assert_eq!(scope.take_value(), None);

    let mut early = pin!(VALUE.scope("a".into(), async { VALUE.try_get().is_ok() }));
    early.as_mut().take_value();
    assert!(!early.await, "what runs after that has no value");
}

/// An operation that completes at its second poll.
#[derive(Default)]
struct Operation {
    polled: bool,
}

impl Future for Operation {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let claim = std::task::ready!(coop::poll_proceed(cx));
        if !std::mem::replace(&mut self.polled, true) {
            return Poll::Pending;
        }
        claim.made_progress();
        Poll::Ready(())
    }
}

#[reweave::test]
async fn a_claim_is_used_up_by_progress_alone() {
    yield_now().await;
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..1000 {
        assert!(pin!(Operation::default()).poll(&mut cx).is_pending());
    }
    assert!(coop::has_budget_remaining(), "no progress, no charge");
    for _ in 0..128 {
        assert!(coop::has_budget_remaining());
        assert!(pin!(Operation { polled: true }).poll(&mut cx).is_ready());
    }
    assert!(!coop::has_budget_remaining());
    assert!(pin!(Operation { polled: true }).poll(&mut cx).is_pending());
}

#[reweave::test]
async fn a_claim_that_is_refused_makes_its_task_ready_again() {
    let task = spawn(async {
        for _ in 0..1000 {
            Operation { polled: true }.await;
        }
        "done"
    });
    assert_eq!(task.await.unwrap(), "done");
}
