//! `join!` and `try_join!`: futures polled side by side in one task, until all are done or one has failed.
//!
//! ```text
//!   join!(biased; a, b, c)     each poll of the whole polls a, b, c, those that are not done yet
//!   join!(a, b, c)             the same, but the first poll begins at a, the second at b, the third at c, then a again, so that
//!                              one that uses up the task's budget does not starve the others
//! ```
//!
//! The beginning moves on rather than being drawn because tokio does it so, and code may have come to count on it. A
//! future that is done keeps its output where it is until all are, and is not polled again; that is `MaybeDone` of `futures`.
//! `try_join!` drops futures that may never have been polled, so it notes, as `select!` does, that they were discarded and
//! not forgotten.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Token};

use crate::select::{crate_tokens, is_biased};

/// Which of the two.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// `join!`
    All,
    /// `try_join!`
    UntilError,
}

/// What the macro becomes, or its first mistake.
pub(crate) fn expand(kind: Kind, input: TokenStream) -> TokenStream {
    match syn::parse2::<Join>(input) {
        Ok(join) if join.futures.is_empty() => match kind {
            Kind::All => quote!(()),
            Kind::UntilError => quote!(::core::result::Result::Ok(())),
        },
        Ok(join) => join.expand(kind),
        Err(error) => error.into_compile_error(),
    }
}

struct Join {
    /// The path by which to name `reweave`.
    reweave: TokenStream,
    biased: bool,
    futures: Punctuated<Expr, Token![,]>,
}

impl Parse for Join {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            reweave: crate_tokens(input)?,
            biased: is_biased(input)?,
            futures: Punctuated::parse_terminated(input)?,
        })
    }
}

impl Join {
    fn expand(&self, kind: Kind) -> TokenStream {
        let mixed = Span::mixed_site();
        let reweave = &self.reweave;
        let names: Vec<Ident> = (0..self.futures.len())
            .map(|index| format_ident!("future_{index}", span = mixed))
            .collect();
        let futures = self.futures.iter().map(|future| {
            // Where an expression is no future, it is the one to point at.
            let here = mixed.located_at(future.span());
            quote_spanned! {here=>
                #reweave::__private::maybe_done(::core::future::IntoFuture::into_future(#future))
            }
        });
        let count = u32::try_from(names.len()).expect("no macro is that long");
        let indices = 0..count;
        let (turn, start) = match self.biased {
            true => (None, quote_spanned!(mixed=> let start = 0;)),
            false => (
                Some(quote_spanned!(mixed=> let mut turn: u32 = 0;)),
                quote_spanned!(mixed=> let start = turn; turn = (turn + 1) % count;),
            ),
        };
        let polls = names.iter().map(|name| match kind {
            Kind::All => poll(name),
            Kind::UntilError => poll_until_error(name),
        });
        let outputs = names.iter().map(|name| match kind {
            Kind::All => take_output(name),
            Kind::UntilError => take_ok(name),
        });
        let output = match kind {
            Kind::All => quote!((#(#outputs,)*)),
            Kind::UntilError => quote!(::core::result::Result::Ok((#(#outputs,)*))),
        };
        let (watch, begin) = match kind {
            Kind::All => (None, None),
            Kind::UntilError => (
                Some(quote_spanned!(mixed=> let discard = #reweave::__private::Discard::new();)),
                Some(quote_spanned!(mixed=> discard.begin();)),
            ),
        };
        // So that they are dropped first to last, as with tokio.
        let last_to_first = names.iter().rev();
        quote_spanned! {mixed=> {
            #watch
            let (#(#names,)*) = (#(#futures,)*);
            #(let mut #last_to_first = ::core::pin::pin!(#last_to_first);)*
            #turn
            let output = ::core::future::poll_fn(|context| {
                let mut pending = false;
                let count: u32 = #count;
                #start
                for step in 0..count {
                    match (start + step) % count {
                        #(#indices => { #polls })*
                        _ => ::core::unreachable!(),
                    }
                }
                if pending {
                    return ::core::task::Poll::Pending;
                }
                #[allow(unreachable_code)]
                return ::core::task::Poll::Ready(#output);
            })
            .await;
            #begin
            output
        }}
    }
}

/// Polls a future if it is not done.
fn poll(name: &Ident) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        pending |= ::core::future::Future::poll(#name.as_mut(), context).is_pending();
    }
}

/// The same; an error ends the whole.
fn poll_until_error(name: &Ident) -> TokenStream {
    let poll = poll(name);
    let output = take_output(name);
    quote_spanned! {Span::mixed_site()=>
        #poll
        if ::core::matches!(
            #name.as_mut().output_mut(),
            ::core::option::Option::Some(::core::result::Result::Err(_))
        ) {
            if let ::core::result::Result::Err(error) = #output {
                return ::core::task::Poll::Ready(::core::result::Result::Err(error));
            }
        }
    }
}

fn take_output(name: &Ident) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        match #name.as_mut().take_output() {
            ::core::option::Option::Some(output) => output,
            ::core::option::Option::None => ::core::unreachable!("all are done"),
        }
    }
}

fn take_ok(name: &Ident) -> TokenStream {
    let output = take_output(name);
    quote_spanned! {Span::mixed_site()=>
        match #output {
            ::core::result::Result::Ok(output) => output,
            ::core::result::Result::Err(_) => ::core::unreachable!("the first error ended it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: TokenStream) -> (bool, usize) {
        let join: Join = syn::parse2(quote!(krate; #input)).expect("sound");
        (join.biased, join.futures.len())
    }

    #[test]
    fn biased_is_a_word_only_before_a_semicolon() {
        assert_eq!(read(quote!()), (false, 0));
        assert_eq!(read(quote!(biased;)), (true, 0));
        assert_eq!(read(quote!(a, b::<C, D>(),)), (false, 2));
        assert_eq!(read(quote!(biased; a)), (true, 1));
        assert_eq!(read(quote!(biased, a)), (false, 2));
    }
}
