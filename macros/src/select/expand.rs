//! `select!`: the code it becomes.
//!
//! ```text
//!  1  preconditions        all evaluated, first to last; a branch whose one is false is disabled
//!  2  futures              all made, those of disabled branches too, and pinned on the stack
//!  3  one `.await`, each poll of which
//!       returns Pending     if the task's budget is spent
//!       draws               at the first poll: the scheduling point of the whole `select!`
//!       draws               the branch to begin at, unless `biased;`
//!       polls               each enabled branch once, from that one on and around
//!         ready, matches     ──▶ this branch is the outcome
//!         ready, no match    ──▶ this branch is disabled from now on
//!         none is enabled    ──▶ the outcome is that there is none
//!  4  all futures dropped  those that may never have been polled are recorded as discarded, so that
//!                          they are no finding `never_awaited`
//!  5  the handler          of the branch that is the outcome, or `else`, or a panic
//! ```
//!
//! Steps 2 to 4 are a block of their own whose value is the outcome. So the handler runs when the
//! futures' borrows have ended; and because it stands in no closure, `?`, `break`, `return` and
//! `.await` in it apply to the user's function.
//!
//! **Whether a pattern matches** has to be known in step 3, without moving the value: its bindings
//! are for the handler, in step 5. Matching a reference instead would mean rewriting the pattern, as
//! `ref`, `mut` and `&` mean other things there. A match guard tests the pattern as written: the
//! compiler moves nothing into the bindings before the guard is true, and this guard sets a flag and
//! is false.
//!
//! **A future that never returns** may leave its output's type open, as `poll_fn(|_| panic!())` does. The arm of
//! `Pending` therefore diverges: then an open type falls back to `()`, and the whole compiles.
//!
//! **With fewer than two branches enabled** no starting branch is drawn: it would only lengthen tapes.
//!
//! Names are hygienic ([`Span::mixed_site`]) except the enum's, which sits in a block of its own.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::Select;
use crate::branches::{make_futures, names};

/// The block that `select!` becomes.
pub(super) fn expand(select: &Select) -> TokenStream {
    if select.branches.is_empty() {
        let otherwise = &select.otherwise;
        return quote!({ #otherwise });
    }
    let declaration = declare_outcome(select);
    let preconditions = evaluate_preconditions(select);
    let outcome = await_outcome(select);
    let handlers = handle(select);
    quote_spanned! {Span::mixed_site()=> {
        #declaration
        let mut disabled: u64 = 0;
        #preconditions
        let mut outcome = { #outcome };
        #handlers
    }}
}

/// The enum of outcomes: a variant for each branch, generic in the output of its future, whose type
/// a macro cannot name.
fn declare_outcome(select: &Select) -> TokenStream {
    let variants = names("Branch", select.branches.len());
    let outputs = names("Output", select.branches.len());
    quote_spanned! {Span::mixed_site()=>
        enum __SelectOutcome<#(#outputs),*> {
            #(#variants(#outputs),)*
            NoneLeft,
        }
    }
}

fn evaluate_preconditions(select: &Select) -> TokenStream {
    let mixed = Span::mixed_site();
    let each = select
        .branches
        .iter()
        .enumerate()
        .filter_map(|(index, branch)| {
            let precondition = branch.precondition.as_ref()?;
            Some(quote_spanned! {mixed=>
                let enabled: bool = #precondition;
                if !enabled {
                    disabled |= 1 << #index;
                }
            })
        });
    each.collect()
}

/// Steps 2 to 4, as the inside of a block.
fn await_outcome(select: &Select) -> TokenStream {
    let reweave = &select.reweave;
    let expressions = select.branches.iter().map(|branch| &branch.future);
    let (make_futures, futures) = make_futures(expressions);
    let last_to_first = futures.iter().rev();
    let poll = poll_once(select, &futures);
    let biased = select.biased;
    // The futures are pinned last to first, so that they are dropped first to last, as with tokio.
    // The block ends with a name, so that nothing of the `await` outlives the futures in editions
    // before 2024.
    quote_spanned! {Span::mixed_site()=>
        let discard = #reweave::__private::Discard::new();
        let mut point = #reweave::__private::SelectPoint::new(#biased);
        #make_futures
        #(let mut #last_to_first = ::core::pin::pin!(#last_to_first);)*
        let outcome = ::core::future::poll_fn(|context| {
            #reweave::__private::poll_counted(context, |context| { #poll })
        }).await;
        discard.begin();
        outcome
    }
}

/// One poll of the whole, as the inside of a function of `context`.
fn poll_once(select: &Select, futures: &[Ident]) -> TokenStream {
    let mixed = Span::mixed_site();
    let reweave = &select.reweave;
    let count = u32::try_from(futures.len()).expect("64 at most");
    let indices = 0..count;
    let variants = names("Branch", select.branches.len());
    let patterns = select.branches.iter().map(|branch| &branch.pattern);
    let polls = futures.iter().map(|future| {
        quote_spanned! {future.span()=>
            ::core::future::Future::poll(#future.as_mut(), context)
        }
    });
    // All of it stands where the future does, so that this is its place: a name of ours in it would make that the macro's.
    let places = select.branches.iter().map(|branch| {
        quote_spanned! {branch.future.span()=> |place| place.here()}
    });
    let start = if select.biased {
        quote!(0)
    } else {
        let all = u64::MAX >> (64 - count);
        quote_spanned! {mixed=>
            if (!disabled & #all).count_ones() > 1 {
                #reweave::__private::select_start(#count)
            } else {
                0
            }
        }
    };
    quote_spanned! {mixed=>
        if #reweave::__private::coop_ready(context).is_pending() {
            return ::core::task::Poll::Pending;
        }
        // While the value in `Ready` lives, operations in the branches of a biased one have no points of their own.
        let ::core::task::Poll::Ready(_no_points) = point.poll(context) else {
            return ::core::task::Poll::Pending;
        };
        let mut pending = false;
        let start: u32 = #start;
        let count: u32 = #count;
        for step in 0..count {
            let branch = (start + step) % count;
            if disabled & (1 << branch) != 0 {
                continue;
            }
            match branch {
                #(#[allow(unreachable_code, unreachable_patterns, unused_variables, unused_mut)]
                #indices => {
                    let before = point.before(branch, context);
                    let mut output = match #polls {
                        ::core::task::Poll::Ready(output) => output,
                        ::core::task::Poll::Pending => {
                            point.pending(branch, before, context, #places);
                            pending = true;
                            continue;
                        }
                    };
                    disabled |= 1 << branch;
                    let mut matches = false;
                    match output {
                        #patterns if { matches = true; false } => ::core::unreachable!(),
                        _ => {}
                    }
                    if matches {
                        return ::core::task::Poll::Ready(__SelectOutcome::#variants(output));
                    }
                },)*
                _ => ::core::unreachable!(),
            }
        }
        if pending {
            ::core::task::Poll::Pending
        } else {
            ::core::task::Poll::Ready(__SelectOutcome::NoneLeft)
        }
    }
}

/// Step 5, the value of the whole block.
fn handle(select: &Select) -> TokenStream {
    let variants = names("Branch", select.branches.len());
    let patterns = select.branches.iter().map(|branch| &branch.pattern);
    let handlers = select.branches.iter().map(|branch| &branch.handler);
    let otherwise = select.otherwise.clone().unwrap_or_else(|| {
        quote_spanned! {Span::mixed_site()=> ::core::panic!(
            "every branch of this `select!` is disabled, and it has no `else`"
        )}
    });
    quote_spanned! {Span::mixed_site()=>
        match outcome {
            #(__SelectOutcome::#variants(#patterns) => #handlers,)*
            __SelectOutcome::NoneLeft => #otherwise,
            _ => ::core::unreachable!("the pattern matched when its future was ready"),
        }
    }
}
