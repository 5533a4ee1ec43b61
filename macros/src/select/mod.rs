//! `select!`: parsing it. The grammar is tokio's.
//!
//! ```text
//! select! {
//!     biased;                                         // optional
//!     pattern = future, if precondition => handler,   // up to 64 branches
//!     pattern = future => { handler }                 // after a block the comma is optional
//!     else => expression,                             // optional, last
//! }
//! ```
//!
//! What it means, and the code it becomes: `expand.rs`.

mod expand;

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, Pat, Token, token};

use crate::branches::{parse_biased, parse_crate_path};

/// As many as the set of disabled branches has bits.
const MAX_BRANCHES: usize = 64;

/// What `select!` becomes, or its first error.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    match syn::parse2::<Select>(input) {
        Ok(select) => expand::expand(&select),
        Err(error) => error.into_compile_error(),
    }
}

struct Select {
    /// The path by which to name `reweave`.
    reweave: TokenStream,
    /// Whether polling always begins at the first branch; otherwise it begins at a drawn one.
    biased: bool,
    branches: Vec<Branch>,
    /// The expression after `else =>`, evaluated when all branches are disabled.
    otherwise: Option<TokenStream>,
}

struct Branch {
    pattern: Pat,
    future: Expr,
    precondition: Option<Expr>,
    handler: TokenStream,
}

impl Parse for Select {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut select = Self {
            reweave: parse_crate_path(input)?,
            biased: parse_biased(input)?,
            branches: Vec::new(),
            otherwise: None,
        };
        while !input.is_empty() {
            if input.peek(Token![else]) {
                select.otherwise = Some(parse_else(input)?);
                break;
            }
            if select.branches.len() == MAX_BRANCHES {
                let message = format!("`select!` takes at most {MAX_BRANCHES} branches");
                return Err(input.error(message));
            }
            select.branches.push(input.parse()?);
        }
        if !input.is_empty() {
            return Err(input.error("`else` is the last branch; nothing comes after it"));
        }
        if select.branches.is_empty() && select.otherwise.is_none() {
            return Err(Error::new(
                Span::call_site(),
                "`select!` has no branch; write `pattern = future => handler`",
            ));
        }
        Ok(select)
    }
}

impl Parse for Branch {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let pattern = Pat::parse_multi_with_leading_vert(input)?;
        if !input.peek(Token![=]) || input.peek(Token![=>]) {
            return Err(input.error("expected `=` and a future after the branch's pattern"));
        }
        input.parse::<Token![=]>()?;
        let future = input.parse()?;
        let precondition = if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
            if !input.peek(Token![if]) {
                return Err(
                    input.error("expected `if` and a precondition, or `=>` before the comma")
                );
            }
            input.parse::<Token![if]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        if !input.peek(Token![=>]) {
            let after = match precondition {
                Some(_) => "precondition",
                None => "future",
            };
            let message = format!("expected `=>` and a handler after the branch's {after}");
            return Err(input.error(message));
        }
        input.parse::<Token![=>]>()?;
        Ok(Self {
            pattern,
            future,
            precondition,
            handler: parse_handler(input)?,
        })
    }
}

/// A block with an optional comma, or an expression with a comma, optional at the end.
fn parse_handler(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let from_a_macro = input.cursor().group(Delimiter::None).is_some();
    if input.peek(token::Brace) && !from_a_macro {
        // The block's content is not parsed: it may hold syntax that `syn` does not know.
        let block = input.parse::<Group>()?;
        input.parse::<Option<Token![,]>>()?;
        return Ok(block.into_token_stream());
    }
    let handler = input.parse::<Expr>()?;
    if !input.is_empty() && !input.peek(Token![,]) && !is_block(&handler) {
        return Err(input
            .error("expected `,` after the branch's handler; only a `{ block }` may do without"));
    }
    input.parse::<Option<Token![,]>>()?;
    Ok(handler.into_token_stream())
}

/// Whether the expression is a block, also one that a declarative macro passed on as `$handler:block`.
fn is_block(expression: &Expr) -> bool {
    match expression {
        Expr::Block(block) => block.label.is_none(),
        Expr::Group(group) => is_block(&group.expr),
        _ => false,
    }
}

fn parse_else(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    input.parse::<Token![else]>()?;
    if !input.peek(Token![=>]) {
        return Err(input.error("expected `=>` and an expression after `else`"));
    }
    input.parse::<Token![=>]>()?;
    let expression = input.parse::<Expr>()?;
    input.parse::<Option<Token![,]>>()?;
    Ok(expression.into_token_stream())
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;

    use super::*;

    /// What was parsed, as a short text: a pair of brackets for each branch.
    fn shape(input: TokenStream) -> Result<String, String> {
        let select = syn::parse2::<Select>(quote!(krate; #input)).map_err(|e| e.to_string())?;
        let branches = select.branches.iter().map(|branch| {
            let Branch {
                pattern,
                future,
                precondition,
                handler,
            } = branch;
            let condition = precondition.as_ref().map(|it| quote!(if #it));
            quote!([#pattern #future #condition #handler])
                .to_string()
                .replace(' ', "")
        });
        let mut shape: String = branches.collect();
        if let Some(otherwise) = &select.otherwise {
            shape.push_str(&format!("else {otherwise}"));
        }
        if select.biased {
            shape.insert_str(0, "biased ");
        }
        Ok(shape)
    }

    #[test]
    fn the_whole_grammar_is_parsed() {
        for (input, expected) in [
            (quote!(a = b => c), "[abc]"),
            (quote!(a = b => c,), "[abc]"),
            (quote!(a = b => c, d = e => f), "[abc][def]"),
            (quote!(a = b => {} d = e => {}), "[ab{}][de{}]"),
            (quote!(a = b => {}, d = e => {},), "[ab{}][de{}]"),
            (quote!(a = b, if c => d), "[abifcd]"),
            (
                quote!(a = b, if c == S {} => {} else => d),
                "[abifc==S{}{}]else d",
            ),
            (quote!(else => d), "else d"),
            (quote!(biased; else => d,), "biased else d"),
            (quote!(biased; a = b => c), "biased [abc]"),
            (quote!(biased = b => c), "[biasedbc]"),
            (quote!(Some(a) | None = b => c), "[Some(a)|Nonebc]"),
            (
                quote!(1..=5 = b::<C, D>() => |c, d| c + d, e = f => g),
                "[1..=5b::<C,D>()|c,d|c+d][efg]",
            ),
        ] {
            assert_eq!(shape(input.clone()).as_deref(), Ok(expected), "{input}");
        }
    }

    #[test]
    fn each_syntax_error_says_what_was_expected() {
        for (input, words) in [
            (quote!(), "no branch"),
            (quote!(biased;), "no branch"),
            (quote!(a), "expected `=` and a future"),
            (quote!(a => b), "expected `=` and a future"),
            (
                quote!(a = b),
                "`=>` and a handler after the branch's future",
            ),
            (
                quote!(a = b {} c = d => e),
                "`=>` and a handler after the branch's future",
            ),
            (quote!(a = b, c = d => e), "expected `if`"),
            (quote!(a = b, if c), "after the branch's precondition"),
            (quote!(a = b => c d = e => f), "expected `,`"),
            (quote!(else => a, b = c => d), "`else` is the last branch"),
            (quote!(else => a, else => b), "`else` is the last branch"),
            (quote!(else a), "after `else`"),
        ] {
            let error = shape(input.clone()).expect_err("not the grammar");
            assert!(error.contains(words), "{input}: {error}");
        }
    }

    #[test]
    fn sixty_four_branches_are_the_most() {
        let branches = |count| vec![quote!(a = b => c,); count].into_iter().collect();
        assert!(shape(branches(64)).is_ok());
        assert!(
            shape(branches(65))
                .expect_err("one too many")
                .contains("at most 64")
        );
    }
}
