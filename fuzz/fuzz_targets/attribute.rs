//! Any text as what the macros parse: the arguments of an attribute, the item under it, the input of
//! `select!`, `join!` and `try_join!`.
//!
//! 1. Nothing panics.
//! 2. For arguments on a valid function the output is valid Rust: a function, and errors before it
//!    where the arguments are wrong.
//!
//! A crate of procedural macros exports nothing but its macros, so its modules are included here by
//! their paths. The alternative, a third published crate that only holds the parser, would be one
//! more dependency of everybody who tests with `reweave`. Outside of a compilation `proc-macro2` has
//! its own implementation of tokens, with which the modules work unchanged.

#![no_main]
// This target calls only part of what the modules offer one another.
#![allow(dead_code)]

#[path = "../../macros/src/arguments.rs"]
mod arguments;
#[path = "../../macros/src/branches.rs"]
mod branches;
#[path = "../../macros/src/built.rs"]
mod built;
#[path = "../../macros/src/crate_path.rs"]
mod crate_path;
#[path = "../../macros/src/duration.rs"]
mod duration;
#[path = "../../macros/src/entry.rs"]
mod entry;
#[path = "../../macros/src/errors.rs"]
mod errors;
#[path = "../../macros/src/findings.rs"]
mod findings;
#[path = "../../macros/src/function.rs"]
mod function;
#[path = "../../macros/src/join.rs"]
mod join;
#[path = "../../macros/src/list.rs"]
mod list;
#[path = "../../macros/src/must_await.rs"]
mod must_await;
#[path = "../../macros/src/seeds.rs"]
mod seeds;
#[path = "../../macros/src/select/mod.rs"]
mod select;
#[path = "../../macros/src/unknown.rs"]
mod unknown;

use libfuzzer_sys::{Corpus, fuzz_target};
use proc_macro2::TokenStream;
use quote::quote;

/// `syn` parses nested expressions by recursion without a limit: 2,000 nested parentheses overflow
/// the stack here. Shorter texts cannot nest as deeply.
const MAX_LENGTH: usize = 1000;

fuzz_target!(|text: &str| -> Corpus {
    if text.len() > MAX_LENGTH {
        return Corpus::Reject;
    }
    // What is not a sequence of tokens never reaches a macro.
    let Ok(tokens) = text.parse::<TokenStream>() else {
        return Corpus::Reject;
    };
    arguments_on_a_function(&tokens);

    let _ = entry::expand(entry::Kind::Test, quote!(), tokens.clone());
    let _ = entry::expand(entry::Kind::Main, quote!(), tokens.clone());
    let _ = must_await::expand(quote!(), tokens.clone());
    let _ = select::expand(quote!(reweave; #tokens));
    let _ = join::expand(join::Kind::All, quote!(reweave; #tokens));
    let _ = join::expand(join::Kind::UntilError, quote!(reweave; #tokens));
    Corpus::Keep
});

fn arguments_on_a_function(arguments: &TokenStream) {
    let function = || {
        quote!(
            async fn program() {}
        )
    };
    for output in [
        entry::expand(entry::Kind::Test, arguments.clone(), function()),
        entry::expand(entry::Kind::Main, arguments.clone(), function()),
        must_await::expand(arguments.clone(), function()),
    ] {
        let file: syn::File = syn::parse2(output).expect("the output is valid Rust");
        let (last, errors) = file.items.split_last().expect("there is an item");
        assert!(matches!(last, syn::Item::Fn(function) if function.sig.ident == "program"));
        assert!(
            errors
                .iter()
                .all(|item| matches!(item, syn::Item::Macro(_)))
        );
    }
}
