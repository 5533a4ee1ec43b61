//! What a line asks for.

/// A request, with what it is about.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request<'a> {
    Get(&'a str),
    Set(&'a str, &'a str),
    Del(&'a str),
    Incr(&'a str),
}

impl<'a> Request<'a> {
    /// Reads a line, without its end.
    pub(crate) fn parse(line: &'a str) -> Result<Request<'a>, String> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (key, value) = match rest.split_once(' ') {
            Some((key, value)) => (key, Some(value)),
            None => (rest, None),
        };
        if key.is_empty() {
            return Err(format!("`{verb}` of nothing"));
        }
        match (verb, value) {
            ("GET", None) => Ok(Request::Get(key)),
            ("SET", Some(value)) => Ok(Request::Set(key, value)),
            ("DEL", None) => Ok(Request::Del(key)),
            ("INCR", None) => Ok(Request::Incr(key)),
            ("SET", None) => Err(format!("`SET {key}` to nothing")),
            ("GET" | "DEL" | "INCR", Some(value)) => Err(format!("`{value}` is too much")),
            _other => Err(format!("`{verb}` is not known")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Request::{self, *};

    #[test]
    fn a_line_is_a_request_or_says_what_is_wrong() {
        let wrong = |text: &str| Err(text.to_owned());
        for (line, meant) in [
            ("GET a", Ok(Get("a"))),
            ("SET a b c", Ok(Set("a", "b c"))),
            ("SET a ", Ok(Set("a", ""))),
            ("DEL a", Ok(Del("a"))),
            ("INCR a", Ok(Incr("a"))),
            ("", wrong("`` of nothing")),
            ("GET", wrong("`GET` of nothing")),
            ("GET a b", wrong("`b` is too much")),
            ("SET a", wrong("`SET a` to nothing")),
            ("PUT a b", wrong("`PUT` is not known")),
        ] {
            assert_eq!(Request::parse(line), meant, "{line}");
        }
    }
}
