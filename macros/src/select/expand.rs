//! `select!`: what it becomes.
//!
//! ```text
//!  1  preconditions        all evaluated, first to last; a branch whose one is false is disabled
//!  2  futures              all made, those of disabled branches too, and pinned on the stack
//!  3  one `.await`, each poll of which
//!       gives way           if the task's budget is spent
//!       draws               the branch to begin at, unless `biased;`
//!       polls               each enabled branch from there on, once around
//!         ready, matches     ──▶ this is the outcome
//!         ready, no match    ──▶ this branch is disabled from now on
//!         none is enabled    ──▶ the outcome is that there is none
//!  4  all futures dropped  the losers with the reason noted: discarded by `select!`, not forgotten
//!  5  the handler          of the winner, or `else`, or a panic
//! ```
//!
//! Steps 2 to 4 are a block of their own, out of which only the outcome comes. So the handler runs
//! when nothing is borrowed any more, and as it stands outside of every closure, `?`, `break`,
//! `return` and `.await` in it mean what they mean around it.
//!
//! **Whether a pattern matches** has to be known in step 3, but its bindings belong to the handler
//! in step 5, and the value may not be moved or its place left in between. Matching a reference
//! instead would need the pattern rewritten, as `ref`, `mut` and `&` mean other things there. A
//! guard does it as the pattern stands: the compiler moves nothing into the bindings before the
//! guard has said yes, and this one takes note and says no.
//!
//! **A future that never returns** may leave its output's type open, as `poll_fn(|_| panic!())` does. The arm of
//! `Pending` therefore diverges: then an open type falls back to `()`, and the whole compiles.
//!
//! **A draw where nothing is to choose** would only lengthen tapes: with fewer than two branches
//! enabled none is made.
//!
//! Names are hygienic ([`Span::mixed_site`]) except the enum's, which sits in a block of its own.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::Select;
use crate::branches::{make_futures, names};

/// The block that the whole of `select!` becomes.
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

/// The enum of outcomes: a variant a branch, generic in what the futures return, as nobody knows
/// the types here.
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
    // The futures are pinned last to first, so that they are dropped first to last, as with tokio.
    // The block ends with a name, so that nothing of the `await` outlives the futures in editions
    // before 2024.
    quote_spanned! {Span::mixed_site()=>
        let discard = #reweave::__private::Discard::new();
        let mut point = #reweave::__private::SelectPoint::new();
        #make_futures
        #(let mut #last_to_first = ::core::pin::pin!(#last_to_first);)*
        let outcome = ::core::future::poll_fn(|context| { #poll }).await;
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
        // The one scheduling point of them all: a branch that could go on at once does, whichever comes next.
        let ::core::task::Poll::Ready(_hushed) = point.poll(context) else {
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
                    let mut output = match #polls {
                        ::core::task::Poll::Ready(output) => output,
                        ::core::task::Poll::Pending => {
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

/// Step 5, the value of the whole.
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
            _ => ::core::unreachable!("a pattern matched when polled and not when handled"),
        }
    }
}
