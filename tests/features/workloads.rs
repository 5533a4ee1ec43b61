//! Values of the generators of other crates, made of draws.

use arbitrary::{Arbitrary, Error, Unstructured};
use reweave::{Explore, Run, Sim, explore, workload};

/// What the plain run has.
pub(crate) fn plain<T: 'static>(value: fn() -> T) -> T {
    Sim::new().run(async move { value() }).unwrap()
}

/// What 64 seeds have.
pub(crate) fn seeds<T: 'static>(value: fn() -> T) -> Vec<T> {
    let one = |seed| Sim::new().seed(seed).run(async move { value() });
    (0..64).map(|seed| one(seed).unwrap()).collect()
}

/// The panic of the run to which the first failure is shrunk.
pub(crate) fn shrunk<M, F>(explore: Explore<M>) -> String
where
    M: Fn() -> F + Sync,
    F: Future + 'static,
    F::Output: 'static,
{
    let found = explore.shrink(true).run();
    let run: &Run = found.failure().expect("some seed fails");
    let again = run.failure().unwrap();
    again.message().to_owned()
}

#[derive(Debug, PartialEq)]
struct Even(u8);

impl<'a> Arbitrary<'a> for Even {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Even> {
        match bytes.bytes(1)? {
            [odd] if odd % 2 == 1 => Err(Error::IncorrectFormat),
            bytes => Ok(Even(bytes[0])),
        }
    }
}

#[derive(Debug)]
struct Never;

impl<'a> Arbitrary<'a> for Never {
    fn arbitrary(_: &mut Unstructured<'a>) -> arbitrary::Result<Never> {
        Err(Error::IncorrectFormat)
    }
}

#[test]
fn arbitrary_values_are_the_plainest_in_the_plain_run_and_differ_with_seeds() {
    type Mixed = (u32, bool, Vec<u16>, Option<String>, [u8; 3]);
    let mixed = || workload::arbitrary::<Mixed>();
    assert_eq!(plain(mixed), (0, false, vec![], None, [0; 3]));
    let all = seeds(mixed);
    assert_eq!(all, seeds(mixed));
    assert!(all.iter().any(|(number, ..)| *number > 1 << 30));
    assert!(all.iter().any(|(_, _, items, ..)| items.len() > 1));
    assert!(all.iter().any(|(_, _, _, text, _)| text.is_some()));
}

#[test]
fn arbitrary_values_shrink_with_the_draws() {
    let fails = || async {
        let items = workload::arbitrary::<Vec<u8>>();
        assert!(items.iter().all(|&item| item < 7), "{items:?}");
    };
    assert_eq!(shrunk(explore(fails)), "[7]");
}

#[test]
fn what_a_type_refuses_is_made_of_other_bytes() {
    assert_eq!(plain(workload::arbitrary::<Even>).0 % 2, 0);
    for even in seeds(workload::arbitrary::<Even>) {
        assert_eq!(even.0 % 2, 0);
    }
    let never = Sim::new().run(async { workload::arbitrary::<Never>() });
    let said = never.failure().unwrap().message().to_owned();
    assert!(said.contains("Never`: it refuses the bytes"), "{said}");
}
