//! `#[reweave::test]` and `#[reweave::main]`: an `async fn` becomes a plain one that runs it in
//! simulations.
//!
//! ```text
//!   #[reweave::test(seed = 7)]           #[::core::prelude::v1::test]
//!   #[should_panic]                      #[should_panic]
//!   async fn it_works() -> R {     ──▶   fn it_works() {
//!       body                                 async fn it_works() -> R { body }
//!   }                                        run_test(
//!                                                TestOptions::new("module::it_works").built(…).seed(7),
//!                                                it_works,
//!                                            )
//!                                        }
//! ```
//!
//! `run_test` and `TestOptions` are `reweave`'s, in its hidden module `__private`.
//!
//! A test runs many times, and so does a `main` with `seeds`. Another `main` runs once, so it may take
//! parameters and return anything, as under tokio's attribute:
//!
//! ```text
//!   #[reweave::main]                     fn load(path: PathBuf) -> io::Result<Config> {
//!   async fn load(path: PathBuf)   ──▶       run_main(TestOptions::new("module::load"), async move { body })
//!       -> io::Result<Config> { body }   }
//! ```
//!
//! Without parameters the body becomes an inner `async fn` and not an `async` block, because a
//! function states its return type, against which `return` and `?` in the body are then checked. It
//! has the outer function's name: backtraces show that, and any other name could shadow an item of
//! the user's.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Error, ReturnType};

use crate::arguments::Arguments;
use crate::built;
use crate::errors::Errors;
use crate::function::Function;

/// Which of the two attributes.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Test,
    Main,
}

/// The function of `reweave::__private` that runs the user's.
#[derive(Clone, Copy, PartialEq)]
enum Runner {
    /// `run_test`: the plain schedule and random ones, or what the arguments say.
    Test,
    /// `run_seeds`: a run for each seed.
    Seeds,
    /// `run_main`: one run.
    Main,
}

impl Kind {
    fn attribute(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Main => "main",
        }
    }

    fn runner(self, arguments: &Arguments) -> Runner {
        match self {
            Self::Test => Runner::Test,
            Self::Main if arguments.has_seeds => Runner::Seeds,
            Self::Main => Runner::Main,
        }
    }
}

/// What the attributed function becomes; or its errors, and an item that keeps them from causing
/// others.
pub(crate) fn expand(kind: Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let arguments = Arguments::parse(arguments, &mut errors);
    let runner = kind.runner(&arguments);
    if runner == Runner::Main && arguments.expects {
        errors.push(Error::new(
            Span::call_site(),
            "`expects` is judged of many runs, and this runs once: add `seeds = …`",
        ));
    }
    let generated = match Function::parse_item(item.clone(), kind.attribute()) {
        Ok(function) => {
            let found = check(runner, kind.attribute(), &function);
            let generated = if found.is_empty() {
                generate(runner, &arguments, &function)
            } else {
                stub(&function)
            };
            errors.append(found);
            generated
        }
        Err(error) => {
            errors.push(error);
            item
        }
    };
    let errors = errors.into_tokens();
    quote!(#errors #generated)
}

/// What is wrong with the function.
fn check(runner: Runner, attribute: &str, function: &Function) -> Errors {
    let mut errors = Errors::default();
    function.check_async(attribute, &mut errors);
    let signature = &function.signature;
    if let Some(unsafety) = &signature.unsafety {
        let message = format!("Reweave's `{attribute}` attribute does not go on an `unsafe fn`");
        errors.push(Error::new_spanned(unsafety, message));
    }
    let no_parameters = match runner {
        Runner::Test => Some(format!(
            "a function under Reweave's `{attribute}` attribute takes no parameters"
        )),
        Runner::Seeds => Some(format!(
            "a function under Reweave's `{attribute}` attribute with `seeds` takes no parameters: it runs many times"
        )),
        Runner::Main => None,
    };
    if let Some(message) = no_parameters
        && !signature.inputs.is_empty()
    {
        errors.push(Error::new_spanned(&signature.inputs, message));
    }
    let generics = &signature.generics;
    if !generics.params.is_empty() || generics.where_clause.is_some() {
        let (parameters, bounds) = (&generics.params, &generics.where_clause);
        let message = format!("a function under Reweave's `{attribute}` attribute is not generic");
        errors.push(Error::new_spanned(quote!(#parameters #bounds), message));
    }
    if runner == Runner::Test {
        for other in function.attributes.iter().filter(|other| is_test(other)) {
            errors.push(Error::new_spanned(
                other,
                format!(
                    "this makes a second test of the function; Reweave's `{attribute}` attribute alone suffices"
                ),
            ));
        }
    }
    errors
}

/// Whether the attribute is `#[test]`, or one like `#[tokio::test]` that takes its place.
fn is_test(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|segment| segment.ident == "test")
}

/// The plain function that calls the runner.
fn generate(runner: Runner, arguments: &Arguments, function: &Function) -> TokenStream {
    let Function {
        attributes,
        visibility,
        signature,
        body,
    } = function;
    let (ident, inputs, output) = (&signature.ident, &signature.inputs, &signature.output);
    let reweave = &arguments.crate_path;
    let calls = arguments.calls();
    let built = built::call(reweave, attributes);
    // Of the function's place: `main` is said to be called there.
    let options = quote_spanned! {ident.span().resolved_at(Span::call_site())=>
        #reweave::__private::TestOptions::new(::core::concat!(
            ::core::module_path!(), "::", ::core::stringify!(#ident)
        )) #built #calls
    };
    // Of the macro's span, so that no lint about how an `async fn` is written speaks of this one.
    let async_fn = quote_spanned!(Span::mixed_site()=> async fn);
    let inner = quote!(#async_fn #ident() #output #body);
    match runner {
        Runner::Test => quote! {
            #[::core::prelude::v1::test]
            #(#attributes)*
            #visibility fn #ident() {
                #inner
                #reweave::__private::run_test(#options, #ident)
            }
        },
        Runner::Seeds => quote! {
            #(#attributes)*
            #visibility fn #ident() {
                #inner
                #reweave::__private::run_seeds(#options, #ident)
            }
        },
        Runner::Main if inputs.is_empty() => quote! {
            #(#attributes)*
            #visibility fn #ident() #output {
                #inner
                #reweave::__private::run_main(#options, #ident())
            }
        },
        // One parameter may be `self`, which an inner function cannot take.
        Runner::Main => {
            let output_type = match output {
                ReturnType::Default => quote!(()),
                ReturnType::Type(_, output) => quote!(#output),
            };
            quote! {
                #(#attributes)*
                #visibility fn #ident(#inputs) #output {
                    #reweave::__private::run_main::<_, #output_type>(#options, async move #body)
                }
            }
        }
    }
}

/// An empty function of the same name, so that calls of it are not errors too.
fn stub(function: &Function) -> TokenStream {
    let (visibility, ident) = (&function.visibility, &function.signature.ident);
    quote!(#[allow(dead_code)] #visibility fn #ident() {})
}
