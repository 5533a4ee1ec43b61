//! What `select!`, `join!` and `try_join!` have in common: how their input begins, and how their
//! futures are made.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote_spanned};
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Expr, Token};

/// The tokens up to the first semicolon: the path that `$crate` stands for.
pub(crate) fn crate_tokens(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut path = TokenStream::new();
    while !input.peek(Token![;]) {
        path.extend([input.parse::<TokenTree>()?]);
    }
    input.parse::<Token![;]>()?;
    Ok(path)
}

/// Takes `biased;` if it is there.
pub(crate) fn is_biased(input: ParseStream<'_>) -> syn::Result<bool> {
    // Something of the user's may be called `biased` too; then no semicolon follows.
    let biased = input.peek(syn::Ident)
        && input.peek2(Token![;])
        && input.fork().parse::<Ident>()? == "biased";
    if biased {
        input.parse::<Ident>()?;
        input.parse::<Token![;]>()?;
    }
    Ok(biased)
}

/// A hygienic name for something of each branch.
pub(crate) fn names(prefix: &str, count: usize) -> Vec<Ident> {
    (0..count)
        .map(|index| format_ident!("{prefix}{index}", span = Span::mixed_site()))
        .collect()
}

/// The statements that make the futures, in order, and the names under which they then are, not
/// pinned yet.
///
/// All expressions stand in one `let`, so that what they borrow for a moment lives for as long as
/// it does with tokio. The names count as standing where the expressions do: if one is no future,
/// the compiler points at it.
pub(crate) fn make_futures<'a>(
    expressions: impl Iterator<Item = &'a Expr> + Clone,
) -> (TokenStream, Vec<Ident>) {
    let mut futures = names("future_", expressions.clone().count());
    for (future, expression) in futures.iter_mut().zip(expressions.clone()) {
        future.set_span(future.span().located_at(expression.span()));
    }
    let made = futures.iter().map(
        |future| quote_spanned!(future.span()=> ::core::future::IntoFuture::into_future(#future)),
    );
    let statements = quote_spanned! {Span::mixed_site()=>
        let (#(#futures,)*) = (#(#expressions,)*);
        let (#(#futures,)*) = (#(#made,)*);
    };
    (statements, futures)
}
