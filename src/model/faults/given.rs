//! What a builder takes for a description of faults.

use std::convert::Infallible;
use std::fmt;

use super::parse::FaultsError;
use super::plan::Faults;

/// What says which faults there are: a [`Faults`], or a text in its grammar.
pub trait IntoFaults {
    /// What may be wrong with it.
    type Error: fmt::Display;

    /// The description.
    ///
    /// # Errors
    ///
    /// If it is a text that does not follow the grammar.
    fn into_faults(self) -> Result<Faults, Self::Error>;
}

impl IntoFaults for Faults {
    type Error = Infallible;

    fn into_faults(self) -> Result<Faults, Infallible> {
        Ok(self)
    }
}

impl IntoFaults for &str {
    type Error = FaultsError;

    fn into_faults(self) -> Result<Faults, FaultsError> {
        self.parse()
    }
}
