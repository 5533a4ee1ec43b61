//! The syntax of an attribute's arguments, `name = value, name(a, b)`, whatever their names are.
//!
//! The list is parsed as a whole, then each argument is asked for a value of the type that it takes.
//! So a value of a wrong type is an error of its own, and the arguments after it are still checked.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ExprLit, Ident, Lit, LitInt, LitStr, Path, Token, parenthesized};

use crate::errors::Errors;
use crate::unknown;

/// The arguments in `tokens` whose names are `known`, each name once. Each that is unknown or
/// repeated is an error instead.
pub(crate) fn parse(tokens: TokenStream, known: &[&str], errors: &mut Errors) -> Vec<Argument> {
    let parsed = Punctuated::<Argument, Token![,]>::parse_terminated.parse2(tokens);
    let mut arguments: Vec<Argument> = Vec::new();
    for argument in errors.handle(parsed).into_iter().flatten() {
        let name = argument.name.to_string();
        if !known.contains(&name.as_str()) {
            errors.push(argument.error(unknown::message("argument", &name, known)));
        } else if arguments.iter().any(|earlier| earlier.name == name) {
            errors.push(argument.error(format!("`{name}` is given twice")));
        } else {
            arguments.push(argument);
        }
    }
    arguments
}

/// One argument: its name, and its value as parsed.
///
/// A method that returns the value as some type takes an example of the whole argument, which is
/// shown in the error for a value of another type.
pub(crate) struct Argument {
    pub(crate) name: Ident,
    value: Value,
}

#[allow(
    clippy::large_enum_variant,
    reason = "there are a few of these, for the moment in which an attribute is read"
)]
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
    pub(crate) fn error(&self, message: impl std::fmt::Display) -> Error {
        Error::new(self.name.span(), message)
    }

    /// An error at the argument's value, or at its name if it has none.
    pub(crate) fn value_error(&self, message: impl std::fmt::Display) -> Error {
        match &self.value {
            Value::Assigned(value) => Error::new_spanned(value, message),
            Value::Absent | Value::Listed(_) => self.error(message),
        }
    }

    /// An error at `value`, a part of this argument that is not what the argument takes.
    pub(crate) fn type_error(&self, value: impl ToTokens, takes: &str, example: &str) -> Error {
        Error::new_spanned(value, self.takes(takes, example))
    }

    fn takes(&self, takes: &str, example: &str) -> String {
        format!("`{}` takes {takes}: `{example}`", self.name)
    }

    /// The value of `name = value`.
    pub(crate) fn expression(&self, example: &str) -> Result<&Expr, Error> {
        match &self.value {
            Value::Assigned(value) => Ok(ungrouped(value)),
            Value::Absent | Value::Listed(_) => Err(self.error(self.takes("a value", example))),
        }
    }

    /// The value of `name = 7`. `lowest` is only named in the error: the caller checks it.
    pub(crate) fn integer(&self, lowest: u64, example: &str) -> Result<u64, Error> {
        let takes = format!("a whole number from {lowest} on");
        let literal = self.literal(&takes, example, |literal| match literal {
            Lit::Int(literal) => Some(literal),
            _ => None,
        })?;
        unsigned(literal)
    }

    /// The value of `name = "text"`.
    pub(crate) fn string(&self, example: &str) -> Result<&LitStr, Error> {
        self.literal("a string", example, |literal| match literal {
            Lit::Str(literal) => Some(literal),
            _ => None,
        })
    }

    /// Whether it is a name and nothing else.
    pub(crate) fn is_bare(&self) -> bool {
        matches!(self.value, Value::Absent)
    }

    /// The value of `name = true`.
    pub(crate) fn boolean(&self, example: &str) -> Result<bool, Error> {
        self.literal("`true` or `false`", example, |literal| match literal {
            Lit::Bool(literal) => Some(literal.value),
            _ => None,
        })
    }

    /// The value of `name = "a::path"`.
    pub(crate) fn path(&self, example: &str) -> Result<Path, Error> {
        self.string(example)?
            .parse_with(Path::parse_mod_style)
            .map_err(|_| self.value_error(self.takes("a path", example)))
    }

    /// The names in `name(one, two)`, at least one. Items that are not names are errors.
    pub(crate) fn names(&self, example: &str, errors: &mut Errors) -> Vec<&Ident> {
        let items = match &self.value {
            Value::Listed(items) if !items.is_empty() => items,
            _ => {
                errors.push(self.error(self.takes("a list of names", example)));
                return Vec::new();
            }
        };
        let names = items.iter().map(|item| {
            let name = match item {
                Expr::Path(path) => path.path.get_ident(),
                _ => None,
            };
            name.ok_or_else(|| self.type_error(item, "bare names", example))
        });
        names.filter_map(|name| errors.handle(name)).collect()
    }

    /// The strings in `name("one", "two")`, at least one. Items that are none are errors.
    pub(crate) fn texts(&self, example: &str, errors: &mut Errors) -> Vec<&LitStr> {
        let items = match &self.value {
            Value::Listed(items) if !items.is_empty() => items,
            _ => {
                errors.push(self.error(self.takes("a list of strings", example)));
                return Vec::new();
            }
        };
        let texts = items.iter().map(|item| match ungrouped(item) {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Ok(text),
            _ => Err(self.type_error(item, "strings", example)),
        });
        texts.filter_map(|text| errors.handle(text)).collect()
    }

    /// What `select` makes of the literal that is the value, if it is one.
    fn literal<'a, T>(
        &'a self,
        takes: &str,
        example: &str,
        select: impl Fn(&'a Lit) -> Option<T>,
    ) -> Result<T, Error> {
        let value = self.expression(example)?;
        let selected = match value {
            Expr::Lit(literal) => select(&literal.lit),
            _ => None,
        };
        selected.ok_or_else(|| self.type_error(value, takes, example))
    }
}

/// The value of an integer literal.
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

/// The expression itself, without the group in which a declarative macro hands on `$value:expr` and
/// `$value:literal`.
pub(crate) fn ungrouped(expression: &Expr) -> &Expr {
    match expression {
        Expr::Group(group) => ungrouped(&group.expr),
        other => other,
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

    /// The errors for `tokens`, where `alpha` and `beta` are known and both take integers.
    fn mistakes(tokens: TokenStream) -> Vec<String> {
        let mut errors = Errors::default();
        for argument in parse(tokens, &["alpha", "beta"], &mut errors) {
            errors.handle(argument.integer(0, "alpha = 7"));
        }
        errors.messages()
    }

    #[test]
    fn a_correct_list_has_no_mistakes() {
        assert!(mistakes(quote!()).is_empty());
        assert!(mistakes(quote!(alpha = 7, beta = 1_000u64,)).is_empty());
    }

    #[test]
    fn every_mistake_is_reported() {
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
