//! Paths inside macros: what `macro_rules!` expands to, and what a call is given. There is no syntax tree of these, so
//! they are found among the tokens.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::ItemUse;

use super::tree::{Path, Role, Space};

#[derive(Default)]
pub struct Tokens {
    pub paths: Vec<Path>,
    pub uses: Vec<ItemUse>,
}

impl Tokens {
    pub fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at += match &tokens[at] {
                TokenTree::Punct(sign) if sign.as_char() == '#' => attribute_length(&tokens[at..]),
                TokenTree::Group(group) => {
                    self.read(group.stream());
                    1
                }
                TokenTree::Ident(word) if word == "use" => match use_item(&tokens[at..]) {
                    Some((item, length)) => {
                        self.uses.extend(item);
                        length
                    }
                    None => 1,
                },
                TokenTree::Ident(first) => self.path(&tokens, at, first),
                _ => 1,
            };
        }
    }

    /// Reads the path that begins `at`; gives the number of its tokens.
    fn path(&mut self, tokens: &[TokenTree], at: usize, first: &Ident) -> usize {
        let mut segments = vec![first.to_string()];
        let mut end = at + 1;
        while is_colons(tokens, end)
            && let Some(TokenTree::Ident(next)) = tokens.get(end + 2)
        {
            segments.push(next.to_string());
            end += 3;
        }
        let before = |sign, back: usize| at >= back && is(tokens, at - back, sign);
        let of_user = before('$', 1) && segments.get(1).is_some_and(|name| name == "__private");
        let is_variable = before('$', 1) && first != "crate";
        let is_rest_of_path = at >= 2 && is_colons(tokens, at - 2);
        let is_member = before('.', 1) && !before('.', 2);
        let is_lifetime = before('\'', 1);
        // `name: value` in a struct, or `name: Type` in a pattern.
        let is_field = segments.len() == 1 && is(tokens, end, ':') && !is_colons(tokens, end);
        if !(of_user || is_variable || is_rest_of_path || is_member || is_lifetime || is_field) {
            let is_call = is(tokens, end, '!') && !is(tokens, end + 1, '=');
            self.paths.push(Path {
                segments,
                line: first.span().start().line,
                role: if is_call { Role::MacroCall } else { Role::Code },
            });
        }
        end - at
    }
}

/// The names that the tokens of a call among items define, as far as they say so: `pin_project! { struct Name … }`.
pub fn definitions(tokens: TokenStream) -> Vec<(Ident, Space)> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = Vec::new();
    for pair in tokens.windows(2) {
        if let [TokenTree::Ident(keyword), TokenTree::Ident(name)] = pair {
            let space = match keyword.to_string().as_str() {
                "struct" | "enum" | "union" | "trait" | "type" => Space::Type,
                "fn" | "const" | "static" => Space::Value,
                _ => continue,
            };
            found.push((name.clone(), space));
        }
    }
    found
}

/// The `use` that begins here and how many tokens it has. It is none where a macro's variable is part of it (then
/// its paths are read as others are), and empty where it leads into the user's crate.
fn use_item(tokens: &[TokenTree]) -> Option<(Option<ItemUse>, usize)> {
    let end = (0..tokens.len()).find(|at| is(tokens, *at, ';'))?;
    let of_crate = is(tokens, 1, '$');
    let plain = tokens[..=end]
        .iter()
        .enumerate()
        .filter(|(at, _)| !(of_crate && *at == 1))
        .map(|(_, token)| token.clone());
    let item = syn::parse2(plain.collect()).ok()?;
    let of_user =
        of_crate && matches!(tokens.get(5), Some(TokenTree::Ident(name)) if name == "__private");
    Some((Some(item).filter(|_| !of_user), end + 1))
}

/// The length of `#[…]`, `#![…]`, or of a `#` alone.
fn attribute_length(tokens: &[TokenTree]) -> usize {
    let brackets = if is(tokens, 1, '!') { 2 } else { 1 };
    match tokens.get(brackets) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => brackets + 1,
        _ => 1,
    }
}

fn is(tokens: &[TokenTree], at: usize, sign: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    is(tokens, at, ':') && is(tokens, at + 1, ':')
}
