//! The outer form of an attribute's arguments, `name = value, name(a, b)`, before any name has a
//! meaning.
//!
//! Kept apart from the meaning so that one wrong argument does not hide the next: first the list is
//! read, then each argument is asked for the kind of value that its name calls for.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, Ident, Lit, LitInt, LitStr, Path, Token, parenthesized};

use crate::errors::Errors;
use crate::near;

/// The arguments in `tokens` whose names are `known`, each name once. What is left out is an error
/// in `errors`.
pub(crate) fn read(tokens: TokenStream, known: &[&str], errors: &mut Errors) -> Vec<Argument> {
    let parsed = Punctuated::<Argument, Token![,]>::parse_terminated.parse2(tokens);
    let mut arguments: Vec<Argument> = Vec::new();
    for argument in errors.keep(parsed).into_iter().flatten() {
        let name = argument.name.to_string();
        if !known.contains(&name.as_str()) {
            let nearest = near::suggestion(&name, known);
            let all = near::quoted(known, ", ");
            errors.push(argument.wrong(format!(
                "unknown argument `{name}`{nearest}\nknown arguments: {all}"
            )));
        } else if arguments.iter().any(|earlier| earlier.name == name) {
            errors.push(argument.wrong(format!("`{name}` is given twice")));
        } else {
            arguments.push(argument);
        }
    }
    arguments
}

/// One argument: its name, and a value that was not looked into yet.
///
/// Those who ask for a value pass an example of the whole argument, which the error shows if the
/// value is of another kind.
pub(crate) struct Argument {
    pub(crate) name: Ident,
    value: Value,
}

enum Value {
    /// `name`
    Absent,
    /// `name = value`
    Assigned(Expr),
    /// `name(item, item)`
    Listed(Vec<Expr>),
}

impl Argument {
    /// An error at the argument's name.
    pub(crate) fn wrong(&self, message: impl std::fmt::Display) -> Error {
        Error::new(self.name.span(), message)
    }

    /// The value of `name = value`.
    pub(crate) fn assigned(&self, example: &str) -> Result<&Expr, Error> {
        match &self.value {
            Value::Assigned(value) => Ok(value),
            Value::Absent | Value::Listed(_) => {
                Err(self.wrong(format!("`{}` takes a value: `{example}`", self.name)))
            }
        }
    }

    /// The value of `name = 7`: a literal that a `u64` holds. `lowest` is for the error's words
    /// only.
    pub(crate) fn integer(&self, lowest: u64, example: &str) -> Result<&LitInt, Error> {
        match self.literal(example)? {
            (Some(Lit::Int(literal)), _) => unsigned(literal).map(|_| literal),
            (_, value) => {
                let kind = format!("a whole number from {lowest} on");
                Err(self.other_kind(value, &kind, example))
            }
        }
    }

    /// The value of `name = "text"`.
    pub(crate) fn text(&self, example: &str) -> Result<&LitStr, Error> {
        match self.literal(example)? {
            (Some(Lit::Str(literal)), _) => Ok(literal),
            (_, value) => Err(self.other_kind(value, "a string", example)),
        }
    }

    /// The value of `name = true`.
    pub(crate) fn boolean(&self, example: &str) -> Result<bool, Error> {
        match self.literal(example)? {
            (Some(Lit::Bool(literal)), _) => Ok(literal.value),
            (_, value) => Err(self.other_kind(value, "`true` or `false`", example)),
        }
    }

    /// The value of `name = "a::path"`.
    pub(crate) fn path(&self, example: &str) -> Result<Path, Error> {
        let text = self.text(example)?;
        text.parse_with(Path::parse_mod_style).map_err(|_| {
            let message = format!("`{}` takes a path: `{example}`", self.name);
            Error::new(text.span(), message)
        })
    }

    /// The names in `name(one, two)`, at least one. Items that are not names are errors.
    pub(crate) fn names(&self, example: &str, errors: &mut Errors) -> Vec<&Ident> {
        let items = match &self.value {
            Value::Listed(items) if !items.is_empty() => items,
            _ => {
                let message = format!("`{}` takes a list of names: `{example}`", self.name);
                errors.push(self.wrong(message));
                return Vec::new();
            }
        };
        let names = items.iter().map(|item| match item {
            Expr::Path(path) => path
                .path
                .require_ident()
                .map_err(|_| self.other_kind(item, "bare names", example)),
            _ => Err(self.other_kind(item, "bare names", example)),
        });
        names.filter_map(|name| errors.keep(name)).collect()
    }

    /// An error at a value that is not of the kind that the argument takes.
    pub(crate) fn other_kind(&self, value: impl ToTokens, kind: &str, example: &str) -> Error {
        let message = format!("`{}` takes {kind}: `{example}`", self.name);
        Error::new_spanned(value, message)
    }

    /// The value as an expression, and as a literal if it is one.
    fn literal(&self, example: &str) -> Result<(Option<&Lit>, &Expr), Error> {
        let value = self.assigned(example)?;
        match value {
            Expr::Lit(literal) => Ok((Some(&literal.lit), value)),
            _ => Ok((None, value)),
        }
    }
}

/// The number that a literal says.
pub(crate) fn unsigned(literal: &LitInt) -> Result<u64, Error> {
    match literal.base10_parse() {
        Ok(number) if matches!(literal.suffix(), "" | "u64") => Ok(number),
        Ok(_) => Err(Error::new(
            literal.span(),
            format!(
                "this number is a `u64`; write it without `{}`",
                literal.suffix()
            ),
        )),
        Err(_) => Err(Error::new(
            literal.span(),
            format!("this number does not fit in a `u64` (at most {})", u64::MAX),
        )),
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // `crate` is a keyword and the name of an argument.
        let name = Ident::parse_any(input)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Value::Assigned(input.parse()?)
        } else if input.peek(syn::token::Paren) {
            let content;
            parenthesized!(content in input);
            let items = Punctuated::<Expr, Token![,]>::parse_terminated(&content)?;
            Value::Listed(items.into_iter().collect())
        } else if input.is_empty() || input.peek(Token![,]) {
            Value::Absent
        } else {
            let message = format!("expected `= value` or `(names)` after `{name}`");
            return Err(input.error(message));
        };
        Ok(Self { name, value })
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    /// What is wrong in `tokens`, where `a` and `b` are known and both take integers.
    fn mistakes(tokens: TokenStream) -> Vec<String> {
        let mut errors = Errors::default();
        for argument in read(tokens, &["alpha", "beta"], &mut errors) {
            errors.keep(argument.integer(0, "alpha = 7"));
        }
        errors.messages()
    }

    #[test]
    fn a_sound_list_has_no_mistakes() {
        assert!(mistakes(quote!()).is_empty());
        assert!(mistakes(quote!(alpha = 7, beta = 1_000u64,)).is_empty());
    }

    #[test]
    fn every_mistake_is_told_and_none_hides_another() {
        let found = mistakes(quote!(alhpa = 1, alpha = "7", alpha = 7, beta, omicron = 2));
        assert_eq!(
            found,
            [
                "unknown argument `alhpa`; did you mean `alpha`?\nknown arguments: `alpha`, `beta`",
                "`alpha` is given twice",
                "unknown argument `omicron`\nknown arguments: `alpha`, `beta`",
                "`alpha` takes a whole number from 0 on: `alpha = 7`",
                "`beta` takes a value: `alpha = 7`",
            ]
        );
    }

    #[test]
    fn integers_are_checked_for_sign_size_and_type() {
        for (tokens, word) in [
            (quote!(alpha = -1), "from 0 on"),
            (quote!(alpha = 1.5), "whole number"),
            (quote!(alpha = 18446744073709551616), "does not fit"),
            (quote!(alpha = 7i32), "without `i32`"),
            (quote!(alpha(7)), "takes a value"),
        ] {
            let found = mistakes(tokens);
            assert!(
                matches!(found.as_slice(), [only] if only.contains(word)),
                "{found:?} lacks {word}"
            );
        }
    }
}
