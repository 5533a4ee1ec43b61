//! `Semaphore`.

use std::sync::Arc;

use reweave::sync::{Semaphore, SemaphorePermit, TryAcquireError};

use super::parts::hand;

#[test]
fn permits_go_to_who_came_first_however_many_it_asks_for() {
    let semaphore = Semaphore::new(1);
    let (mut three, mut one) = (hand(semaphore.acquire_many(3)), hand(semaphore.acquire()));
    three.pending();
    one.pending();
    assert_eq!(semaphore.available_permits(), 0);
    assert_eq!(
        semaphore.try_acquire().unwrap_err(),
        TryAcquireError::NoPermits
    );
    semaphore.add_permits(1);
    assert!(!three.is_woken() && !one.is_woken());
    semaphore.add_permits(1);
    assert!(three.is_woken() && !one.is_woken());
    drop(three.ready());
    one.ready().unwrap().forget();
    assert_eq!(semaphore.available_permits(), 2);
}

#[test]
fn a_wait_that_is_dropped_passes_on_what_it_had() {
    let semaphore = Semaphore::new(2);
    let (mut three, mut one) = (hand(semaphore.acquire_many(3)), hand(semaphore.acquire()));
    three.pending();
    one.pending();
    drop(three);
    assert!(one.is_woken());
    drop(one);
    assert_eq!(
        semaphore.available_permits(),
        2,
        "served, and dropped unseen"
    );
}

#[test]
fn closing_refuses_those_who_wait_and_those_who_come() {
    let semaphore = Arc::new(Semaphore::new(1));
    let held = semaphore.clone().try_acquire_owned().unwrap();
    let mut waiting = hand(semaphore.clone().acquire_owned());
    waiting.pending();
    semaphore.close();
    assert!(waiting.is_woken() && waiting.ready().is_err());
    assert!(hand(semaphore.acquire()).ready().is_err());
    assert_eq!(
        semaphore.try_acquire().unwrap_err(),
        TryAcquireError::Closed
    );
    drop(held);
    assert!(semaphore.is_closed() && semaphore.available_permits() == 1);
}

#[test]
fn permits_split_merge_and_are_forgotten() {
    static SEMAPHORE: Semaphore = Semaphore::const_new(5);
    let mut four = SEMAPHORE.try_acquire_many(4).unwrap();
    assert!(four.split(5).is_none());
    let one = four.split(1).unwrap();
    assert_eq!((four.num_permits(), one.num_permits()), (3, 1));
    four.merge(one);
    four.split(2).unwrap().forget();
    drop(four);
    assert_eq!(SEMAPHORE.available_permits(), 3);
    assert_eq!(SEMAPHORE.forget_permits(9), 3);
    assert!(hand(SEMAPHORE.acquire_many(0)).ready().is_ok());
}

#[test]
#[should_panic(expected = "two different semaphores")]
fn permits_of_different_semaphores_do_not_merge() {
    let (one, other) = (Semaphore::new(1), Semaphore::new(1));
    one.try_acquire()
        .unwrap()
        .merge(other.try_acquire().unwrap());
}

/// Acquires once the budget of its task is used up.
async fn acquire_without_budget(semaphore: &Semaphore) -> SemaphorePermit<'_> {
    while reweave::task::coop::has_budget_remaining() {
        reweave::task::consume_budget().await;
    }
    semaphore.acquire().await.unwrap()
}

#[reweave::test]
async fn without_budget_nothing_is_taken() {
    let semaphore = Semaphore::new(1);
    let mut first = hand(acquire_without_budget(&semaphore));
    first.pending();
    assert!(first.is_woken() && semaphore.try_acquire().is_ok());
    reweave::task::yield_now().await;
    drop(first.ready());
}

#[reweave::test]
async fn without_budget_one_who_was_served_keeps_its_permit() {
    let semaphore = Semaphore::new(0);
    let mut first = hand(semaphore.acquire());
    first.pending();
    semaphore.add_permits(1);
    while reweave::task::coop::has_budget_remaining() {
        reweave::task::consume_budget().await;
    }
    first.pending();
    assert!(
        semaphore.try_acquire().is_err(),
        "the first has it, and no budget to say so"
    );
    drop(first);
    assert!(semaphore.try_acquire().is_ok());
}
