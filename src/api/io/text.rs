//! Bytes that have to be text.

use std::io::{Error, ErrorKind, Result};

/// Appends the bytes.
///
/// # Errors
///
/// `InvalidData`, with nothing appended, if they are not UTF-8: of a `Utf8Error`, which counts from the start of the text.
pub(super) fn append(text: &mut String, bytes: Vec<u8>) -> Result<()> {
    let more = match String::from_utf8(bytes) {
        Ok(more) => more,
        Err(error) => {
            let whole = [text.as_bytes(), error.as_bytes()].concat();
            return Err(invalid(
                str::from_utf8(&whole).err().unwrap_or(error.utf8_error()),
            ));
        }
    };
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
/// `InvalidData`, of a `FromUtf8Error` that has the bytes, if they are not UTF-8.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(invalid)
}

fn invalid(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::InvalidData, cause)
}
