//! An `async fn` as the attributes read it: its signature parsed, its body left as tokens.
//!
//! So a body may hold syntax that `syn` does not know, and what the compiler says of it points at
//! what the user wrote.

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Signature, Visibility};

use crate::errors::Errors;

/// A function with a body.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    /// The body, with its braces.
    pub(crate) body: Group,
}

impl Function {
    /// Parses an item. The error for one that is not a function with a body says what `attribute`
    /// goes on.
    pub(crate) fn parse_item(item: TokenStream, attribute: &str) -> Result<Self, Error> {
        syn::parse2::<Self>(item.clone()).map_err(|_| {
            let message =
                format!("Reweave's `{attribute}` attribute goes on an `async fn` with a body");
            let first = item.into_iter().take(1).collect::<TokenStream>();
            Error::new_spanned(first, message)
        })
    }

    /// Checks that the function is `async`, and neither `const` nor `extern`.
    pub(crate) fn check_async(&self, attribute: &str, errors: &mut Errors) {
        let signature = &self.signature;
        if signature.asyncness.is_none() {
            let message = format!("Reweave's `{attribute}` attribute goes on an `async fn`");
            errors.push(Error::new_spanned(signature.fn_token, message));
        }
        if let Some(constness) = &signature.constness {
            let message = format!("Reweave's `{attribute}` attribute does not go on a `const fn`");
            errors.push(Error::new_spanned(constness, message));
        }
        if let Some(abi) = &signature.abi {
            let message =
                format!("Reweave's `{attribute}` attribute does not go on an `extern fn`");
            errors.push(Error::new_spanned(abi, message));
        }
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            signature: input.parse()?,
            body: match input.parse()? {
                TokenTree::Group(group) => group,
                other => return Err(Error::new_spanned(other, "expected a body")),
            },
        })
    }
}
