//! `join!` and `try_join!`: futures polled side by side in one task, until all are done or one has
//! failed.
//!
//! ```text
//!   join!(biased; a, b, c)     polls a, b, c   then a, b, c   then a, b, c     those not done yet
//!   join!(a, b, c)             polls a, b, c   then b, c, a   then c, a, b     and so on, so that
//!                              one that uses up the task's budget does not starve the others
//! ```
//!
//! Which future is polled first rotates, and is not drawn, because it rotates in tokio and code may
//! rely on that. A future that is done is dropped at once, is not polled again, and its output is
//! kept until all are done. `try_join!` drops futures that may never have been polled, and records,
//! as `select!` does, that they were discarded, so that they are no finding `never_awaited`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Token};

use crate::branches::{make_futures, names, parse_biased, parse_crate_path};

/// Which of the two.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// `join!`
    All,
    /// `try_join!`
    UntilError,
}

/// What the macro becomes, or its first error.
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
            reweave: parse_crate_path(input)?,
            biased: parse_biased(input)?,
            futures: Punctuated::parse_terminated(input)?,
        })
    }
}

impl Join {
    fn expand(&self, kind: Kind) -> TokenStream {
        let mixed = Span::mixed_site();
        let reweave = &self.reweave;
        let (make_futures, futures) = make_futures(self.futures.iter());
        let outputs = names("output_", futures.len());
        // Declared last to first, so that they are dropped first to last, as with tokio.
        let slots = futures.iter().zip(&outputs).rev().map(|(future, output)| {
            quote_spanned! {mixed=>
                let mut #output = ::core::option::Option::None;
                let mut #future = ::core::pin::pin!(::core::option::Option::Some(#future));
            }
        });
        let (discard, begin) = match kind {
            Kind::All => (None, None),
            Kind::UntilError => (
                Some(quote_spanned!(mixed=> let discard = #reweave::__private::Discard::new();)),
                Some(quote_spanned!(mixed=> discard.begin();)),
            ),
        };
        let declare_first = (!self.biased).then(|| quote_spanned!(mixed=> let mut first: u32 = 0;));
        let poll = self.poll_once(kind, &futures, &outputs);
        quote_spanned! {mixed=> {
            #discard
            #make_futures
            #(#slots)*
            #declare_first
            let joined = ::core::future::poll_fn(|context| {
                #reweave::__private::polls_several();
                #reweave::__private::poll_counted(context, |context| { #poll })
            }).await;
            #begin
            joined
        }}
    }

    /// One poll of the whole, as the inside of a function of `context`.
    fn poll_once(&self, kind: Kind, futures: &[Ident], outputs: &[Ident]) -> TokenStream {
        let mixed = Span::mixed_site();
        let count = u32::try_from(futures.len()).expect("no macro is that long");
        let indices = 0..count;
        let start = match self.biased {
            true => quote_spanned!(mixed=> let start: u32 = 0;),
            false => quote_spanned!(mixed=> let start = first; first = (first + 1) % count;),
        };
        let polls = futures.iter().zip(outputs);
        let polls = polls.map(|(future, output)| poll(kind, future, output));
        let taken = quote_spanned! {mixed=>
            (#(match #outputs.take() {
                ::core::option::Option::Some(output) => output,
                ::core::option::Option::None => ::core::unreachable!("all are done"),
            },)*)
        };
        let joined = match kind {
            Kind::All => taken,
            Kind::UntilError => quote_spanned!(mixed=> ::core::result::Result::Ok(#taken)),
        };
        quote_spanned! {mixed=>
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
            // Unreachable where an output type is uninhabited, which is no reason to warn the user.
            #[allow(unreachable_code)]
            return ::core::task::Poll::Ready(#joined);
        }
    }
}

/// Polls one future, if it is not done.
fn poll(kind: Kind, future: &Ident, output: &Ident) -> TokenStream {
    let here = future.span();
    let ready = match kind {
        Kind::All => quote_spanned! {here=>
            ::core::task::Poll::Ready(value) => {
                #future.set(::core::option::Option::None);
                #output = ::core::option::Option::Some(value);
            }
        },
        Kind::UntilError => quote_spanned! {here=>
            ::core::task::Poll::Ready(::core::result::Result::Ok(value)) => {
                #future.set(::core::option::Option::None);
                #output = ::core::option::Option::Some(value);
            }
            ::core::task::Poll::Ready(::core::result::Result::Err(error)) => {
                #future.set(::core::option::Option::None);
                return ::core::task::Poll::Ready(::core::result::Result::Err(error));
            }
        },
    };
    quote_spanned! {here=>
        if let ::core::option::Option::Some(future) = #future.as_mut().as_pin_mut() {
            #[allow(unreachable_code, unreachable_patterns)]
            match ::core::future::Future::poll(future, context) {
                ::core::task::Poll::Pending => pending = true,
                #ready
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(input: TokenStream) -> (bool, usize) {
        let join: Join = syn::parse2(quote!(krate; #input)).expect("the input is valid");
        (join.biased, join.futures.len())
    }

    #[test]
    fn biased_is_a_keyword_only_before_a_semicolon() {
        assert_eq!(parse(quote!()), (false, 0));
        assert_eq!(parse(quote!(biased;)), (true, 0));
        assert_eq!(parse(quote!(a, b::<C, D>(),)), (false, 2));
        assert_eq!(parse(quote!(biased; a)), (true, 1));
        assert_eq!(parse(quote!(biased, a)), (false, 2));
    }
}
