//! `#[derive(reweave::Any)]`: a type whose values are drawn, field by field.
//!
//! ```text
//!   enum Op {                          match variant(2) {
//!       Get { key: u8 },        ──▶        0 => within_variant("Get", || Self::Get { key: field("key") }),
//!       Put(u8, u32),                      _ => within_variant("Put", || Self::Put { 0: field("0"), 1: field("1") }),
//!   }                                  }
//! ```

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Fields, Member, Meta, Path, parse_quote};

use crate::crate_path;
use crate::errors::Errors;
use crate::list;

/// The implementation; or what is wrong with the type.
pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(input) = errors.handle(syn::parse2::<DeriveInput>(item)) else {
        return errors.into_tokens();
    };
    let reweave = crate_of(&input, &mut errors);
    let value = value(&reweave, &input, &mut errors);
    if !errors.is_empty() {
        return errors.into_tokens();
    }
    let mut generics = input.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(#reweave::Any));
        parameter.default = None;
    }
    let name = &input.ident;
    let (parameters, arguments, bounds) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #parameters #reweave::Any for #name #arguments #bounds {
            fn any() -> Self {
                #value
            }
        }
    }
}

/// The path that `#[any(crate = "…")]` says.
fn crate_of(input: &DeriveInput, errors: &mut Errors) -> Path {
    let mut reweave = crate_path::default();
    let fields: Vec<_> = match &input.data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data
            .variants
            .iter()
            .flat_map(|variant| &variant.fields)
            .collect(),
        Data::Union(_) => Vec::new(),
    };
    let variants = match &input.data {
        Data::Enum(data) => data.variants.iter().collect(),
        Data::Struct(_) | Data::Union(_) => Vec::new(),
    };
    let inner = fields.iter().flat_map(|field| &field.attrs);
    let inner = inner.chain(variants.iter().flat_map(|variant| &variant.attrs));
    for attribute in inner.filter(|attribute| attribute.path().is_ident("any")) {
        let message = "`any` goes on the type, and takes `crate` alone: a field or a variant that is not just any value needs \
                       `impl reweave::Any` by hand";
        errors.push(Error::new_spanned(attribute, message));
    }
    for attribute in &input.attrs {
        if !attribute.path().is_ident("any") {
            continue;
        }
        let Meta::List(list) = &attribute.meta else {
            let message = "expected `#[any(crate = \"reweave\")]`";
            errors.push(Error::new_spanned(attribute, message));
            continue;
        };
        for argument in list::parse(list.tokens.clone(), &[crate_path::NAME], errors) {
            reweave = crate_path::parse(&argument, errors);
        }
    }
    reweave
}

/// The expression that draws a value.
fn value(reweave: &Path, input: &DeriveInput, errors: &mut Errors) -> TokenStream {
    let this: Path = parse_quote!(Self);
    match &input.data {
        Data::Struct(data) => drawn(reweave, &this, &data.fields),
        Data::Enum(data) if data.variants.is_empty() => {
            let message = "`reweave::Any` cannot be derived for an enum without variants: there is no value to draw";
            errors.push(Error::new_spanned(&input.ident, message));
            TokenStream::new()
        }
        Data::Enum(data) => {
            let count = data.variants.len();
            let arms = data.variants.iter().enumerate().map(|(at, variant)| {
                let ident = &variant.ident;
                let name = ident.to_string();
                let fields = drawn(reweave, &parse_quote!(Self::#ident), &variant.fields);
                let pattern = match at + 1 == count {
                    true => quote!(_),
                    false => quote!(#at),
                };
                quote!(#pattern => #reweave::__private::within_variant(#name, || #fields))
            });
            quote! {
                match #reweave::__private::variant(#count) {
                    #(#arms,)*
                }
            }
        }
        Data::Union(data) => {
            let message = "`reweave::Any` is derived for structs and enums, got a union: of its fields only one has a value";
            errors.push(Error::new_spanned(data.union_token, message));
            TokenStream::new()
        }
    }
}

/// A struct or a variant with all its fields drawn.
fn drawn(reweave: &Path, constructor: &Path, fields: &Fields) -> TokenStream {
    let fields = fields.iter().enumerate().map(|(at, field)| {
        let member = match &field.ident {
            Some(ident) => Member::Named(ident.clone()),
            None => Member::Unnamed(at.into()),
        };
        let name = match &field.ident {
            Some(ident) => ident.to_string(),
            None => at.to_string(),
        };
        let ty = &field.ty;
        // The compiler points at the type that cannot be drawn.
        let here = Span::call_site().located_at(ty.span());
        quote_spanned!(here=> #member: #reweave::__private::field(#name, <#ty as #reweave::Any>::any))
    });
    quote!(#constructor { #(#fields),* })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors_of(item: TokenStream) -> String {
        expand(item).to_string()
    }

    #[test]
    fn what_cannot_be_drawn_is_told() {
        let union = errors_of(quote!(union Bits { a: u32, b: f32 }));
        assert!(union.contains("is derived for structs and enums, got a union"));
        let never = errors_of(quote!(
            enum Never {}
        ));
        assert!(never.contains("an enum without variants"));
        let field = errors_of(quote!(
            struct Port {
                #[any(in = 5)]
                port: u16,
            }
        ));
        assert!(field.contains("`any` goes on the type"));
        let attribute = errors_of(quote!(
            #[any(crates = "x")]
            struct Port {
                port: u16,
            }
        ));
        assert!(attribute.contains("did you mean") && attribute.contains("crate"));
    }

    #[test]
    fn parameters_are_bounded_and_the_crate_is_the_one_that_is_said() {
        let tokens = expand(quote! {
            #[any(crate = "tokio")]
            struct Pair<T: Clone = u8, const N: usize>(T, [u8; N]) where T: Send;
        });
        let file: syn::ItemImpl = syn::parse2(tokens).expect("an implementation");
        let expected: syn::ItemImpl = parse_quote! {
            #[automatically_derived]
            impl<T: Clone + tokio::Any, const N: usize> tokio::Any for Pair<T, N> where T: Send {
                fn any() -> Self {
                    Self {
                        0: tokio::__private::field("0", <T as tokio::Any>::any),
                        1: tokio::__private::field("1", <[u8; N] as tokio::Any>::any)
                    }
                }
            }
        };
        assert_eq!(quote!(#file).to_string(), quote!(#expected).to_string());
    }

    #[test]
    fn the_last_variant_is_whatever_is_left() {
        let tokens = expand(quote!(
            enum Op {
                Get,
                Put(u8),
            }
        ))
        .to_string();
        assert!(tokens.contains("variant (2usize)"), "{tokens}");
        assert!(
            tokens.contains("0usize =>") && tokens.contains("_ =>"),
            "{tokens}"
        );
    }
}
