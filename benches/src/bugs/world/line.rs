//! A line of tasks that wait, woken in the order in which they came.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use super::lock;

/// See the top of this file.
#[derive(Default)]
pub(super) struct Line(VecDeque<Arc<Place>>);

/// A place in line.
pub(super) struct Place(Mutex<State>);

#[derive(Default)]
struct State {
    woken: bool,
    waker: Option<Waker>,
}

impl Line {
    /// A place at the end of the line, taken at once; the future is ready when it was woken.
    pub(super) fn stand(&mut self) -> Turn {
        let place = Arc::new(Place(Mutex::default()));
        self.0.push_back(place.clone());
        Turn(place)
    }

    /// Takes the first out of the line, to be woken.
    pub(super) fn take_first(&mut self) -> Option<Arc<Place>> {
        self.0.pop_front()
    }
}

impl Place {
    /// Wakes who stands there.
    pub(super) fn wake(&self) {
        let mut state = lock(&self.0);
        state.woken = true;
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Ready when it is the task's turn.
pub(super) struct Turn(Arc<Place>);

impl Future for Turn {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = lock(&self.0.0);
        match state.woken {
            true => Poll::Ready(()),
            false => {
                state.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
