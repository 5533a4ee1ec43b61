//! What `select!`, `join!` and `try_join!` have in common: parsing the start of their input, and the
//! code that makes their futures.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote_spanned};
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Expr, Token};

/// Parses the path that `$crate` stands for, and the semicolon after it.
pub(crate) fn parse_crate_path(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut path = TokenStream::new();
    while !input.peek(Token![;]) {
        path.extend([input.parse::<TokenTree>()?]);
    }
    input.parse::<Token![;]>()?;
    Ok(path)
}

/// Parses `biased;` if it is there, and returns whether it is.
pub(crate) fn parse_biased(input: ParseStream<'_>) -> syn::Result<bool> {
    // A pattern or an expression may begin with a variable named `biased`; then no semicolon follows.
    let biased = input.peek(syn::Ident)
        && input.peek2(Token![;])
        && input.fork().parse::<Ident>()? == "biased";
    if biased {
        input.parse::<Ident>()?;
        input.parse::<Token![;]>()?;
    }
    Ok(biased)
}

/// A hygienic name for each branch.
pub(crate) fn names(prefix: &str, count: usize) -> Vec<Ident> {
    (0..count)
        .map(|index| format_ident!("{prefix}{index}", span = Span::mixed_site()))
        .collect()
}

/// The statements that make the futures, in order, and the variables that then hold them, not yet
/// pinned.
///
/// All expressions stand in one `let`, so that temporaries in them live as long as with tokio. The
/// variables have the spans of the expressions: where one is not a future, the compiler points at it.
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
