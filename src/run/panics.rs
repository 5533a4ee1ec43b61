//! Panics of the code under test: caught, remembered, and not printed once per explored run.
//!
//! The standard library prints a panic through a process-wide hook before it unwinds. Ours stands in
//! front of whatever hook was there: inside a run it only notes message and place, for the report;
//! anywhere else it passes the panic on.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use super::caught::Caught;
use super::context::{self, Context};
use crate::base::place::{Place, SourcePlace};
use crate::kernel::task::message_of;

/// Puts the hook in place, once in the life of the process.
pub(super) fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let noted = context::try_with(|cx| {
                let place = info.location().and_then(SourcePlace::of_panic);
                let message = message_of(info.payload());
                if let Ok(mut caught) = cx.caught().try_borrow_mut() {
                    *caught = Some(Caught { message, place });
                }
            });
            if noted.is_none() {
                before(info);
            }
        }));
    });
}

/// Panics with this message, as from this place; inside a run.
pub(crate) fn panic_at(message: String, place: Place) -> ! {
    context::try_with(|cx| {
        *cx.caught().borrow_mut() = Some(Caught {
            message: message.clone(),
            place: Some(place.into()),
        });
    });
    panic::resume_unwind(Box::new(message))
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
