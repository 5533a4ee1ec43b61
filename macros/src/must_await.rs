//! `#[reweave::must_await]`: an `async fn` whose future knows the line that called it.
//!
//! ```text
//!                                      #[track_caller]
//!   async fn put(                      fn put(
//!       &self,                             &self,
//!       key: Key,                          key: Key,
//!       (a, b): (u8, u8),       ──▶        argument_2: (u8, u8),
//!   ) -> Result<(), Error> {           ) -> impl Future<Output = Result<(), Error>> {
//!       body                               ::reweave::must_await(async move {
//!   }                                          let _ = &self;
//!                                              let key = key;
//!                                              let (a, b) = argument_2;
//!                                              body
//!                                          })
//!                                      }
//! ```
//!
//! The `let`s do what an `async fn` does with its parameters: all move into the future, also those
//! that the body does not use, and are dropped after the body, in reverse order. No `use<…>` is
//! needed: since edition 2024 `impl Future` captures the lifetimes that an `async fn` does, and the
//! edition that counts is this crate's.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, FnArg, Pat, PatIdent, PatType, Path, Receiver, ReturnType, Signature, Type,
    parse_quote, parse_quote_spanned,
};

use crate::crate_path;
use crate::errors::Errors;
use crate::function::Function;
use crate::list;

const ATTRIBUTE: &str = "must_await";

/// What the attributed function becomes; or its errors, and the item as it was.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut reweave = crate_path::default();
    for argument in list::parse(arguments, &[crate_path::NAME], &mut errors) {
        reweave = crate_path::parse(&argument, &mut errors);
    }
    let function = errors.handle(Function::parse_item(item.clone(), ATTRIBUTE));
    if let Some(function) = &function {
        check(function, &mut errors);
    }
    match function {
        Some(function) if errors.is_empty() => wrapped(&reweave, &function),
        _ => {
            let errors = errors.into_tokens();
            quote!(#errors #item)
        }
    }
}

fn check(function: &Function, errors: &mut Errors) {
    function.check_async(ATTRIBUTE, errors);
    if let ReturnType::Type(_, output) = &function.signature.output
        && let Type::Never(never) = &**output
    {
        // `impl Future<Output = !>` is not stable.
        let message =
            format!("Reweave's `{ATTRIBUTE}` attribute does not go on a function that returns `!`");
        errors.push(Error::new_spanned(never, message));
    }
}

fn wrapped(reweave: &Path, function: &Function) -> TokenStream {
    let Function {
        attributes,
        visibility,
        signature,
        body,
    } = function;
    let output = match &signature.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, output) => output.to_token_stream(),
    };
    let mixed = Span::mixed_site();
    let mut plain = signature.clone();
    let moves = move_parameters(&mut plain);
    plain.asyncness = None;
    plain.output = parse_quote_spanned! {mixed=>
        -> impl ::core::future::Future<Output = #output>
    };
    let track_caller = (!attributes.iter().any(is_track_caller)).then(|| quote!(#[track_caller]));
    let hint = return_type_hint(&output);
    quote_spanned! {mixed=>
        #(#attributes)*
        #track_caller
        #visibility #plain {
            #reweave::must_await(async move {
                #hint
                #moves
                #body
            })
        }
    }
}

fn is_track_caller(attribute: &Attribute) -> bool {
    attribute.path().is_ident("track_caller")
}

/// Replaces the patterns among the parameters by plain names, and returns the statements that move
/// the parameters into the future and match them with their patterns.
fn move_parameters(signature: &mut Signature) -> TokenStream {
    let mixed = Span::mixed_site();
    let mut moves = TokenStream::new();
    for (index, parameter) in signature.inputs.iter_mut().enumerate() {
        moves.extend(match parameter {
            // Naming `self` captures all of it; a closure-like capture would take single fields.
            FnArg::Receiver(Receiver { self_token, .. }) => {
                quote_spanned!(mixed=> let _ = &#self_token;)
            }
            FnArg::Typed(PatType { attrs, pat, .. }) => {
                let pattern = pat.clone();
                let (name, rebind) = match &*pattern {
                    Pat::Ident(PatIdent {
                        by_ref: None,
                        subpat: None,
                        ident,
                        ..
                    }) => (ident.clone(), None),
                    _ => {
                        let name = format_ident!("argument_{index}", span = mixed);
                        // The future then owns also the parts that the pattern does not bind.
                        let rebind = quote_spanned!(mixed=> #(#attrs)* let #name = #name;);
                        (name, Some(rebind))
                    }
                };
                **pat = parse_quote!(#name);
                quote_spanned!(mixed=> #rebind #(#attrs)* let #pattern = #name;)
            }
        });
    }
    moves
}

/// A `return` that never runs, at the start of the body, from which the compiler infers the type
/// that the `async` block returns.
///
/// It does not infer it from the return type of the function around it, and without the hint could
/// neither coerce `Box<Error>` to `Box<dyn Error>` at a `return` in the body, nor point at the
/// expression whose type is wrong. There is none for a type that contains `impl`: that cannot be
/// written in an expression, and `return` does not coerce to it.
fn return_type_hint(output: &TokenStream) -> Option<TokenStream> {
    (!mentions_impl(output.clone())).then(|| {
        // The compiler points at this when the body returns anything else.
        let here = Span::mixed_site().located_at(output.span());
        quote_spanned! {here=>
            if false {
                return ::core::option::Option::<#output>::unwrap(::core::option::Option::None);
            }
        }
    })
}

fn mentions_impl(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "impl",
        TokenTree::Group(group) => mentions_impl(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
