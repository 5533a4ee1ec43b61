//! The value of `seeds`: a count, `1000`, or a range, `100..200` or `100..=199`; either may stand in a
//! string.

use std::ops::Range;

use syn::{Error, Expr, ExprLit, ExprRange, Lit, RangeLimits};

use crate::list::{self, Argument};

/// Shown in errors, between backticks.
const EXAMPLE: &str = "seeds = 1000` or `seeds = 100..200";

/// The seeds that the argument says, at least one.
pub(crate) fn parse(argument: &Argument) -> Result<Range<u64>, Error> {
    let value = argument.expression(EXAMPLE)?;
    let not_seeds = || argument.type_error(value, "a count or a range", EXAMPLE);
    let in_string: Expr;
    let seeds = match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => {
            in_string = text.parse().map_err(|_| not_seeds())?;
            &in_string
        }
        _ => value,
    };
    let Range { start, end } = match seeds {
        Expr::Range(range) => seed_range(argument, range)?,
        Expr::Lit(ExprLit {
            lit: Lit::Int(count),
            ..
        }) => 0..list::unsigned(count)?,
        _ => return Err(not_seeds()),
    };
    if start >= end {
        return Err(argument.value_error("no seed at all, so nothing would run"));
    }
    Ok(start..end)
}

fn seed_range(argument: &Argument, range: &ExprRange) -> Result<Range<u64>, Error> {
    let parse_end = |end: &Option<Box<Expr>>| match end.as_deref().map(list::ungrouped) {
        Some(Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        })) => list::unsigned(number),
        Some(other) => Err(argument.type_error(other, "whole numbers as ends", EXAMPLE)),
        None => Err(argument.type_error(range, "a range with both ends", EXAMPLE)),
    };
    let (start, end) = (parse_end(&range.start)?, parse_end(&range.end)?);
    match range.limits {
        RangeLimits::HalfOpen(_) => Ok(start..end),
        RangeLimits::Closed(_) => match end.checked_add(1) {
            Some(end) => Ok(start..end),
            None => Err(Error::new_spanned(
                range,
                format!("the last seed can be at most {}", u64::MAX - 1),
            )),
        },
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Delimiter, Group, TokenStream};
    use quote::quote;

    use super::*;

    fn seeds(tokens: TokenStream) -> Result<Range<u64>, String> {
        let argument = syn::parse2(quote!(seeds = #tokens)).unwrap();
        parse(&argument).map_err(|error| error.to_string())
    }

    /// The tokens as a declarative macro hands on `$value:expr`.
    fn passed_on(tokens: TokenStream) -> Group {
        Group::new(Delimiter::None, tokens)
    }

    #[test]
    fn a_count_or_a_range_is_accepted() {
        let (one, ten) = (passed_on(quote!(1)), passed_on(quote!(10)));
        for (tokens, expected) in [
            (quote!(1000), 0..1000),
            (quote!("1000"), 0..1000),
            (quote!(100..200), 100..200),
            (quote!(100..=199), 100..200),
            (quote!("100..200"), 100..200),
            (quote!(" 100 ..= 1_99 "), 100..200),
            (quote!(#ten), 0..10),
            (quote!(#one..#ten), 1..10),
        ] {
            assert_eq!(seeds(tokens.clone()), Ok(expected), "{tokens}");
        }
    }

    #[test]
    fn anything_else_is_an_error() {
        for (tokens, words) in [
            (quote!(0), "no seed at all"),
            (quote!("0"), "no seed at all"),
            (quote!(200..100), "no seed at all"),
            (quote!(..100), "both ends"),
            (quote!(100..), "both ends"),
            (quote!("a few"), "a count or a range"),
            (quote!(""), "a count or a range"),
            (quote!(true), "a count or a range"),
            (quote!(MANY), "a count or a range"),
            (quote!(0..MANY), "whole numbers"),
            (quote!(0..="1"), "whole numbers"),
            (
                quote!(0..=18446744073709551615),
                "at most 18446744073709551614",
            ),
        ] {
            let error = seeds(tokens.clone()).unwrap_err();
            assert!(error.contains(words), "{tokens}: {error}");
        }
    }
}
