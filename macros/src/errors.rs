//! A pile of compile errors: every mistake is reported, each once, in the order they were found.
//!
//! Stopping at the first would make the user fix and rebuild once a mistake. So whoever checks
//! something hands its error in here and goes on with what is still sound.

use proc_macro2::TokenStream;
use syn::Error;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    /// Adds one mistake.
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            none => *none = Some(error),
        }
    }

    /// The value of `result`; or none, and its error is added.
    pub(crate) fn keep<T>(&mut self, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Adds all of `others`.
    pub(crate) fn append(&mut self, others: Self) {
        if let Some(others) = others.0 {
            self.push(others);
        }
    }

    /// Whether nothing was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// One `compile_error!` for each mistake; nothing at all if there is none.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(Error::into_compile_error).unwrap_or_default()
    }

    /// What was found, as text, for tests.
    #[cfg(test)]
    pub(crate) fn messages(self) -> Vec<String> {
        self.0
            .into_iter()
            .flatten()
            .map(|error| error.to_string())
            .collect()
    }
}
