//! All runs of a program, by trying every answer to every draw: it shares nothing with the searches.

use std::future::Future;
use std::sync::{Arc, Mutex};

use reweave::draw::Draw;
use reweave::{Run, Sim, Strategy};

/// Answers as it is told, and then with defaults; notes its answers and how many candidates there were.
struct Told {
    answers: Vec<usize>,
    noted: Arc<Mutex<Vec<(usize, usize)>>>,
}

impl Strategy for Told {
    fn draw(&mut self, draw: &Draw<'_>) -> usize {
        let mut noted = self.noted.lock().unwrap();
        let answer = self.answers.get(noted.len()).copied().unwrap_or(0);
        noted.push((answer, draw.candidates()));
        answer
    }
}

/// Makes every run, and gives each with its answers to `each`. Says how many there are.
///
/// # Panics
///
/// If there are more than so many.
pub fn all_runs<F>(
    sim: &Sim,
    most: usize,
    make: impl Fn() -> F,
    mut each: impl FnMut(&[usize], Run<F::Output>),
) -> usize
where
    F: Future + 'static,
{
    let (mut next, mut runs) = (Some(Vec::new()), 0);
    while let Some(answers) = next {
        runs += 1;
        assert!(runs <= most, "there are more than {most} runs");
        let noted = Arc::<Mutex<Vec<_>>>::default();
        let told = Told {
            answers,
            noted: noted.clone(),
        };
        let run = sim.clone().run_with(told, make());
        let mut noted = noted.lock().unwrap().clone();
        let answers: Vec<_> = noted.iter().map(|&(answer, _)| answer).collect();
        each(&answers, run);
        // The last draw that has an answer left takes it.
        while noted.last().is_some_and(|&(answer, of)| answer + 1 == of) {
            noted.pop();
        }
        next = noted.pop().map(|(answer, _)| {
            let before = noted.iter().map(|&(answer, _)| answer);
            before.chain([answer + 1]).collect()
        });
    }
    runs
}
