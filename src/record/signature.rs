//! What makes two findings the same bug, as a value to compare, sort and show.

use std::collections::BTreeSet;
use std::fmt;

use super::kind::FindingKind;

/// Equal for findings that are taken to be the same bug; see [`Finding::signature`](super::finding::Finding::signature).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature {
    kind: FindingKind,
    parts: BTreeSet<String>,
}

impl Signature {
    /// The kind of the finding.
    pub fn kind(&self) -> FindingKind {
        self.kind
    }

    pub(crate) fn new(kind: FindingKind, parts: BTreeSet<String>) -> Signature {
        Signature { kind, parts }
    }

    /// What it is made of beside the kind.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(String::as_str)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        for (nth, part) in self.parts.iter().enumerate() {
            write!(f, "{}{part}", if nth == 0 { " at " } else { ", " })?;
        }
        Ok(())
    }
}
