//! Panics of the code under test: caught, and remembered.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::caught::Caught;
use super::context::{self, Context};
use crate::base::place::Place;
use crate::kernel::task::message_of;

/// Panics with this message, as from this place; inside a run.
pub(crate) fn panic_at(message: String, place: Place) -> ! {
    context::try_with(|cx| {
        let place = place.into();
        *cx.caught().borrow_mut() = Some(Caught {
            kept: cx.keep_panic(&message, Some(&place)),
            moment: cx.try_moment(),
            message: message.clone(),
            place: Some(place),
        });
    });
    resume_unwind(Box::new(message))
}

/// What is known of a panic that was just caught: what the hook saw, if it is this one that it saw. A panic
/// resumed by `resume_unwind` passes it by.
pub(super) fn describe(cx: &Context, payload: &(dyn Any + Send)) -> Caught {
    let message = message_of(payload);
    let seen = cx
        .caught()
        .take()
        .filter(|caught| caught.message == message);
    seen.unwrap_or(Caught {
        message,
        place: None,
        moment: cx.try_moment(),
        kept: false,
    })
}

/// Runs something that comes after a panic, such as the drop of what is left, and may panic in turn. Says
/// whether it came to its end; if not, that is a finding of its own.
pub(super) fn contain(cx: &Context, slot: Option<u32>, f: impl FnOnce()) -> bool {
    let result = catch_unwind(AssertUnwindSafe(f));
    let finished = result.is_ok();
    if let Err(payload) = result {
        cx.run().found_panic(slot, describe(cx, &*payload), false);
        // Dropping a payload can panic, and so on: what keeps on panicking is leaked.
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(payload)));
        std::mem::forget(dropped);
    }
    finished
}

/// The destructor of something that nobody wanted any more panicked, and nobody is to be unwound by it: a finding.
pub(crate) fn found_in_destructor(payload: Box<dyn Any + Send>) {
    // Outside of a run there is nobody to tell.
    context::try_with(move |cx| {
        let caught = describe(cx, &*payload);
        let mut run = cx.run();
        let (by, cut_off) = (run.running_slot(), run.is_closing());
        run.found_panic(by, caught, cut_off);
        drop(run);
        contain(cx, by, || drop(payload));
    });
}

/// Whether these are the words of a future that was polled after it was done: the compiler's for an
/// `async fn`, those of the standard library's and of the `futures` crate's futures, and ours.
pub(super) fn says_polled_after_completion(message: &str) -> bool {
    [
        "resumed after completion",
        "polled after completion",
        "polled after it returned",
    ]
    .iter()
    .any(|words| message.contains(words))
}
