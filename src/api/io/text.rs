//! Bytes that have to be text.

use std::io::{Error, ErrorKind, Result};

/// Appends the bytes.
///
/// # Errors
///
/// `InvalidData`, with nothing appended, if they are not UTF-8.
pub(super) fn append(text: &mut String, bytes: Vec<u8>) -> Result<()> {
    let more = decode(bytes)?;
    if text.is_empty() {
        *text = more;
    } else {
        text.push_str(&more);
    }
    Ok(())
}

/// The bytes as text.
///
/// # Errors
///
/// `InvalidData` if they are not UTF-8.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| Error::new(ErrorKind::InvalidData, error))
}
