//! Events and spans of the `tracing` crate on the trace of a run (feature `tracing`).
//!
//! ```
//! use tracing_subscriber::prelude::*;
//!
//! let subscriber = tracing_subscriber::registry().with(reweave::TraceLayer);
//! let run = tracing::subscriber::with_default(subscriber, || {
//!     reweave::Sim::new().run(async { tracing::info!(user = 7, "logged in") })
//! });
//! assert!(run.trace().to_string().contains("logs INFO logged in user=7"));
//! ```

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event as LogEvent, Metadata, Subscriber};
use tracing_subscriber::layer::{Context as LayerContext, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::engine::context;
use crate::record::event::Event;

/// Puts `tracing` events, and the beginnings and ends of spans, onto the trace of the run that is under way on
/// this thread, with its virtual time and task. Outside a run it does nothing.
///
/// Fields are written with their `Debug` form; one that shows an address or a wall-clock time makes runs
/// differ, and is then reported as nondeterminism.
#[derive(Clone, Copy, Debug, Default)]
pub struct TraceLayer;

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
    context::try_with(|cx| cx.world().record(Event::Log(line)));
}

impl<S> Layer<S> for TraceLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_event(&self, event: &LogEvent<'_>, _: LayerContext<'_, S>) {
        if context::is_set() {
            let mut fields = Fields::default();
            event.record(&mut fields);
            record("", event.metadata(), fields);
        }
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
