//! A resource in a finding.

use crate::base::place::SourcePlace;
use crate::base::resource::ResourceKind;

/// A resource, as a finding knows it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Resource {
    /// What it is.
    pub kind: ResourceKind,
    /// The name that the user gave it, else its kind with a number: `mutex#1`.
    pub name: String,
    /// Where it was made, if that was inside the run.
    pub made: Option<SourcePlace>,
}
