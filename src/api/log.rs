//! Events and spans of the `tracing` crate on the trace of a run (feature `tracing`).
//!
//! # What `tracing` keeps per process
//!
//! For each call site, `tracing` remembers whether any subscriber of the process is interested. As long as no more
//! than one is registered, it asks only the one that is current on the thread that comes to the call site first; if that
//! thread has none, the answer is "never", for all threads (tokio-rs/tracing issue 3611). What a run records would then
//! depend on other threads. [`keep_call_sites_open`] registers a second subscriber that lives as long as the process and
//! answers "sometimes", so that every thread asks its own subscriber at every event, and no level is cut off for all.

use std::fmt::{self, Write};
use std::sync::OnceLock;

use tracing::dispatcher::{self, DefaultGuard};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{Interest, NoSubscriber};
use tracing::{Dispatch, Event as LogEvent, Metadata, Subscriber};
use tracing_subscriber::layer::{Context as LayerContext, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::record::event::Event;
use crate::run::context;

/// Puts `tracing` events, and the beginnings and ends of spans, onto the trace of the run that is under way on
/// this thread, with its virtual time and task. Outside a run it does nothing.
///
/// Fields are written with their `Debug` form; one that shows an address or a wall-clock time makes runs
/// differ, and is then reported as nondeterminism.
///
/// ```
/// use tracing_subscriber::prelude::*;
///
/// let subscriber = tracing_subscriber::registry().with(reweave::TraceLayer);
/// let run = tracing::subscriber::with_default(subscriber, || {
///     reweave::Sim::new().run(async { tracing::info!(user = 7, "logged in") })
/// });
/// assert!(run.trace().to_string().contains("logs INFO logged in user=7"));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TraceLayer;

/// Keeps the answer for every call site at "ask the thread's own subscriber"; see the top of this file.
///
/// Called before each exploration and each single run. The first call registers the subscriber; later ones also mend a
/// call site that another thread was registering at just that moment.
pub(crate) fn keep_call_sites_open() {
    static UNDECIDED: OnceLock<Dispatch> = OnceLock::new();
    UNDECIDED.get_or_init(|| Dispatch::new(Undecided));
    tracing::callsite::rebuild_interest_cache();
}

/// Keeps the thread's subscriber from hearing of a run, as long as the guard lives. If it has a [`TraceLayer`], it stays in place for
/// that one's sake, which then keeps events from the others.
pub(crate) fn silence() -> Option<DefaultGuard> {
    let traces = dispatcher::get_default(|current| current.downcast_ref::<TraceLayer>().is_some());
    (!traces).then(|| dispatcher::set_default(&Dispatch::none()))
}

/// Whether this thread has a subscriber.
pub(crate) fn is_heard() -> bool {
    dispatcher::get_default(|current| !current.is::<NoSubscriber>())
}

/// Answers "sometimes" for every call site, so that no answer is cached as "never"; it enables nothing itself.
struct Undecided;

impl Subscriber for Undecided {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _: &Metadata<'_>) -> bool {
        false
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        // Not called, because nothing is enabled.
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &LogEvent<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The message first, then `name=value`.
#[derive(Default)]
struct Fields {
    message: String,
    rest: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(self.message, "{value:?}");
        } else {
            let _ = write!(self.rest, " {}={value:?}", field.name());
        }
    }
}

fn record(what: &str, metadata: &Metadata<'_>, fields: Fields) {
    let Fields { message, rest } = fields;
    let line = format!("{} {what}{message}{rest}", metadata.level());
    context::try_with(|cx| {
        let mut run = cx.run();
        if !run.is_dead() {
            run.record_text(Event::Log, &line);
        }
    });
}

fn record_event(event: &LogEvent<'_>) {
    if context::is_set() {
        let mut fields = Fields::default();
        event.record(&mut fields);
        record("", event.metadata(), fields);
    }
}

impl<S> Layer<S> for TraceLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    /// In a run that is not aloud the event is for nobody else: it is put on the trace here, before the layers are told, and
    /// they are not.
    fn event_enabled(&self, event: &LogEvent<'_>, _: LayerContext<'_, S>) -> bool {
        let silent = context::try_with(|cx| !cx.is_aloud()) == Some(true);
        if silent {
            record_event(event);
        }
        !silent
    }

    fn on_event(&self, event: &LogEvent<'_>, _: LayerContext<'_, S>) {
        record_event(event);
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: LayerContext<'_, S>) {
        if context::is_set() {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            let metadata = attributes.metadata();
            record(
                &format!("span {} begins", metadata.name()),
                metadata,
                fields,
            );
        }
    }

    fn on_close(&self, id: Id, spans: LayerContext<'_, S>) {
        if let Some(span) = spans.span(&id).filter(|_| context::is_set()) {
            let metadata = span.metadata();
            record(
                &format!("span {} ends", metadata.name()),
                metadata,
                Fields::default(),
            );
        }
    }
}
