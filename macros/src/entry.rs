//! `#[reweave::test]` and `#[reweave::main]`: an `async fn` becomes a plain one that runs it in
//! simulations.
//!
//! ```text
//!   #[reweave::test(seed = 7)]           #[::core::prelude::v1::test]
//!   #[should_panic]                      #[should_panic]
//!   async fn it_works() -> R {     ──▶   fn it_works() {
//!       body                                 async fn it_works() -> R { body }
//!   }                                        run_test(
//!                                                TestOptions::new("module::it_works").seed(7),
//!                                                it_works,
//!                                            )
//!                                        }
//! ```
//!
//! `run_test` and `TestOptions` are `reweave`'s, in its hidden module `__private`.
//!
//! A test is run many times, and so are programs that say `seeds`. Other programs run once, so they may take
//! parameters and return anything, as functions under tokio's attribute:
//!
//! ```text
//!   #[reweave::main]                     fn load(path: PathBuf) -> io::Result<Config> {
//!   async fn load(path: PathBuf)   ──▶       run_main(TestOptions::new("module::load"), async move { body })
//!       -> io::Result<Config> { body }   }
//! ```
//!
//! The body moves into an inner `async fn` rather than into an `async` block, since a function says
//! its return type: `return` and `?` are checked against it where they stand. The inner one bears
//! the outer one's name, for backtraces, and because any other name could hide something of the
//! user's.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Error, ReturnType, Signature};

use crate::arguments::Arguments;
use crate::errors::Errors;
use crate::function::Function;

/// Which of the two attributes.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Test,
    Main,
}

impl Kind {
    fn attribute(self) -> &'static str {
        match self {
            Self::Test => "reweave::test",
            Self::Main => "reweave::main",
        }
    }
}

/// How often a call of the generated function runs the user's.
#[derive(Clone, Copy, PartialEq)]
enum Runs {
    Once,
    Many,
}

impl Runs {
    fn of(kind: Kind, arguments: &Arguments) -> Self {
        match kind {
            Kind::Main if !arguments.have_seeds() => Self::Once,
            _ => Self::Many,
        }
    }
}

/// What the attributed function becomes; or its mistakes, and as much of it as keeps them from
/// causing others.
pub(crate) fn expand(kind: Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let arguments = Arguments::read(arguments, &mut errors);
    match Function::read(item.clone(), kind.attribute()) {
        Ok(function) => {
            let runs = Runs::of(kind, &arguments);
            let generated = if signature_is_sound(kind, runs, &function, &mut errors) {
                runner(kind, runs, &arguments, &function)
            } else {
                stub(&function)
            };
            let errors = errors.into_tokens();
            quote!(#errors #generated)
        }
        Err(error) => {
            errors.push(error);
            let errors = errors.into_tokens();
            quote!(#errors #item)
        }
    }
}

fn signature_is_sound(kind: Kind, runs: Runs, function: &Function, errors: &mut Errors) -> bool {
    let attribute = kind.attribute();
    let signature = &function.signature;
    let mut found = Errors::default();
    function.check_async(attribute, &mut found);
    if let Some(unsafety) = &signature.unsafety {
        let message = format!("`#[{attribute}]` does not go on an `unsafe fn`");
        found.push(Error::new_spanned(unsafety, message));
    }
    if !signature.inputs.is_empty() && runs == Runs::Many {
        let message = match kind {
            Kind::Test => format!("a function under `#[{attribute}]` takes no parameters"),
            Kind::Main => {
                format!(
                    "a function under `#[{attribute}(seeds = …)]` takes no parameters: it runs many times"
                )
            }
        };
        found.push(Error::new_spanned(&signature.inputs, message));
    }
    let generics = &signature.generics;
    if !generics.params.is_empty() || generics.where_clause.is_some() {
        let (parameters, bounds) = (&generics.params, &generics.where_clause);
        let message = format!("a function under `#[{attribute}]` is not generic");
        found.push(Error::new_spanned(quote!(#parameters #bounds), message));
    }
    if kind == Kind::Test {
        for other in &function.attributes {
            if is_test(other) {
                found.push(Error::new_spanned(
                    other,
                    "this makes a second test of the function; `#[reweave::test]` alone suffices",
                ));
            }
        }
    }
    let sound = found.is_empty();
    errors.append(found);
    sound
}

/// Whether the attribute is `#[test]` or one that takes its place, `#[tokio::test]` and the like.
fn is_test(attribute: &syn::Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|segment| segment.ident == "test")
}

fn runner(kind: Kind, runs: Runs, arguments: &Arguments, function: &Function) -> TokenStream {
    match runs {
        Runs::Once => once(arguments, function),
        Runs::Many => many(kind, arguments, function),
    }
}

/// The options of the runs, as an expression.
fn options(arguments: &Arguments, function: &Function) -> TokenStream {
    let reweave = &arguments.crate_path;
    let calls = arguments.calls();
    let ident = &function.signature.ident;
    quote! {
        #reweave::__private::TestOptions::new(::core::concat!(
            ::core::module_path!(), "::", ::core::stringify!(#ident)
        )) #calls
    }
}

fn once(arguments: &Arguments, function: &Function) -> TokenStream {
    let reweave = &arguments.crate_path;
    let options = options(arguments, function);
    let Function {
        attributes,
        visibility,
        signature,
        body,
    } = function;
    let Signature {
        ident,
        inputs,
        output,
        ..
    } = signature;
    let outer = quote!(#(#attributes)* #visibility fn #ident(#inputs) #output);
    if inputs.is_empty() {
        let inner = quote_spanned!(Span::mixed_site()=> async fn);
        return quote! {
            #outer {
                #inner #ident() #output #body
                #reweave::__private::run_main(#options, #ident())
            }
        };
    }
    // A parameter may be a `self`, which a function within cannot have.
    let output = match output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, output) => quote!(#output),
    };
    quote! {
        #outer {
            #reweave::__private::run_main::<_, #output>(#options, async move #body)
        }
    }
}

fn many(kind: Kind, arguments: &Arguments, function: &Function) -> TokenStream {
    let reweave = &arguments.crate_path;
    let options = options(arguments, function);
    let Function {
        attributes,
        visibility,
        signature,
        body,
    } = function;
    let Signature { ident, output, .. } = signature;
    // Lints about how an `async fn` is written are for the user's own, not for this one.
    let inner = quote_spanned!(Span::mixed_site()=> async fn);
    let (marker, run) = match kind {
        Kind::Test => (quote!(#[::core::prelude::v1::test]), quote!(run_test)),
        Kind::Main => (quote!(), quote!(run_seeds)),
    };
    quote! {
        #marker
        #(#attributes)*
        #visibility fn #ident() {
            #inner #ident() #output #body
            #reweave::__private::#run(#options, #ident)
        }
    }
}

/// A function of the same name that does nothing, and is no test either: the errors say the rest.
fn stub(function: &Function) -> TokenStream {
    let (visibility, ident) = (&function.visibility, &function.signature.ident);
    quote!(#[allow(dead_code)] #visibility fn #ident() {})
}
