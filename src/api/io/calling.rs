//! Where the user called the work on a stream that is polled now: waits within it have this place, in a recorded run.
//!
//! A stream is polled by a method of a trait, which an `async fn` of ours called and no line of the user's: its own place says
//! nothing.

use std::future::{Future, poll_fn};
use std::task::{Context, Poll};

use crate::base::place::Place;
use crate::run::context;

/// Polls once some work that the user called here.
#[inline]
pub(super) fn called_at<T>(place: Place, poll: impl FnOnce() -> T) -> T {
    if context::try_with(|cx| cx.scope().is_recorded()) != Some(true) {
        return poll();
    }
    let _restore = Restore(tell(Some(place)));
    poll()
}

/// [`poll_fn`] for some work that the user called here.
pub(super) fn poll_fn_at<T>(
    place: Place,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> impl Future<Output = T> {
    poll_fn(move |cx| called_at(place, || poll(cx)))
}

/// Also when the stream panics, the work around it goes on.
struct Restore(Option<Place>);

impl Drop for Restore {
    fn drop(&mut self) {
        tell(self.0);
    }
}

/// Gives the place that it takes the place of.
fn tell(place: Option<Place>) -> Option<Place> {
    context::try_with(|cx| cx.run().set_called_at(place)).flatten()
}
