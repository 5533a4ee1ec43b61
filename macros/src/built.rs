//! What is known of the test while it is compiled, for the line that replays it.
//!
//! ```text
//!   package, crate, binary    variables that cargo sets for the compiler
//!   root file, features       the compiler's own command line, of which the process that expands macros is part
//!   the rest                  `cfg!`, and the function's attributes
//! ```
//!
//! Cargo tells a running test neither its target nor its features, and the compiler gets both:
//! `rustc --crate-name it tests/it.rs --cfg feature="net" --check-cfg cfg(feature, values("net", "fs"))`.
//! Where the macro is expanded elsewhere, as in an editor, they are not known, and the line is shorter.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{Attribute, Path};

/// What the compiler was told.
#[derive(Debug, Default, PartialEq)]
struct CommandLine {
    /// The file of the crate's root.
    root: Option<String>,
    /// The features that are on.
    features: Vec<String>,
    /// Whether there are features that are on unless somebody says otherwise.
    has_default: bool,
}

/// The call that hands the facts to a `TestOptions`.
pub(crate) fn call(reweave: &Path, attributes: &[Attribute]) -> TokenStream {
    let CommandLine {
        root,
        features,
        has_default,
    } = parse(std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()));
    let root = match root {
        Some(root) => quote!(::core::option::Option::Some(#root)),
        None => quote!(::core::option::Option::None),
    };
    let should_panic = attributes.iter().any(|a| mentions(a, "should_panic"));
    let ignored = attributes.iter().any(|a| mentions(a, "ignore"));
    quote! {
        .built(#reweave::__private::Built {
            package: ::core::option_env!("CARGO_PKG_NAME"),
            crate_name: ::core::option_env!("CARGO_CRATE_NAME"),
            binary: ::core::option_env!("CARGO_BIN_NAME"),
            is_integration_test: ::core::option_env!("CARGO_TARGET_TMPDIR").is_some(),
            folder: if ::core::cfg!(test) {
                ::core::option_env!("CARGO_MANIFEST_DIR")
            } else {
                ::core::option::Option::None
            },
            root: #root,
            features: &[#(#features),*],
            has_default_feature: #has_default,
            release: !::core::cfg!(debug_assertions),
            harness: ::core::cfg!(test),
            should_panic: #should_panic,
            ignored: #ignored,
        })
    }
}

/// Whether an attribute has this name, or may have it, as `#[cfg_attr(windows, should_panic)]` may.
fn mentions(attribute: &Attribute, name: &str) -> bool {
    attribute.path().is_ident(name)
        || attribute.path().is_ident("cfg_attr")
            && attribute
                .meta
                .require_list()
                .is_ok_and(|list| has_word(list.tokens.clone(), name))
}

fn has_word(tokens: TokenStream, name: &str) -> bool {
    tokens
        .into_iter()
        .any(|token| matches!(token, TokenTree::Ident(word) if word == name))
}

fn parse(arguments: impl Iterator<Item = String>) -> CommandLine {
    let mut found = CommandLine::default();
    let mut arguments = arguments.skip(1);
    while let Some(argument) = arguments.next() {
        let option = |name: &str| argument.strip_prefix(name)?.strip_prefix('=');
        if argument == "--cfg" {
            found.add_cfg(&arguments.next().unwrap_or_default());
        } else if argument == "--check-cfg" {
            found.add_check(&arguments.next().unwrap_or_default());
        } else if let Some(value) = option("--cfg") {
            found.add_cfg(value);
        } else if let Some(value) = option("--check-cfg") {
            found.add_check(value);
        } else if !argument.starts_with(['-', '@']) && argument.ends_with(".rs") {
            found.root = Some(argument);
        }
    }
    found
}

impl CommandLine {
    fn add_cfg(&mut self, value: &str) {
        let feature = value
            .strip_prefix("feature=\"")
            .and_then(|rest| rest.strip_suffix('"'));
        self.features.extend(feature.map(str::to_owned));
    }

    fn add_check(&mut self, value: &str) {
        let features = value
            .strip_prefix("cfg(feature,")
            .or_else(|| value.strip_prefix("cfg(feature ,"));
        self.has_default |= features.is_some_and(|values| values.contains("\"default\""));
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn the_compilers_command_line_is_read() {
        let line = [
            "rustc",
            "--crate-name",
            "it",
            "--edition=2024",
            "member/tests/it.rs",
            "--cfg",
            "feature=\"default\"",
            "--cfg=feature=\"net\"",
            "--cfg",
            "tokio_unstable",
            "--check-cfg",
            "cfg(docsrs,test)",
            "--check-cfg",
            "cfg(feature, values(\"default\", \"net\", \"fs\"))",
        ];
        let found = parse(line.into_iter().map(str::to_owned));
        let expected = CommandLine {
            root: Some("member/tests/it.rs".to_owned()),
            features: vec!["default".to_owned(), "net".to_owned()],
            has_default: true,
        };
        assert_eq!(found, expected);
        let bare = [
            "rustc",
            "src/lib.rs",
            "--check-cfg",
            "cfg(feature, values())",
        ];
        let found = parse(bare.into_iter().map(str::to_owned));
        assert!(found.features.is_empty() && !found.has_default);
    }

    #[test]
    fn a_conditional_attribute_counts() {
        let names = |attribute: Attribute| mentions(&attribute, "should_panic");
        assert!(names(parse_quote!(#[should_panic])));
        assert!(names(parse_quote!(#[should_panic(expected = "x")])));
        assert!(names(parse_quote!(#[cfg_attr(windows, should_panic)])));
        assert!(!names(parse_quote!(#[cfg_attr(windows, ignore)])));
        assert!(!names(parse_quote!(#[doc = "should_panic"])));
    }
}
