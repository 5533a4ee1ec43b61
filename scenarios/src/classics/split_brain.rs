//! Two leaders at the same time, and what one of them was told is lost.
//!
//! Three nodes keep a log. One leads: it takes writes, and tells the others. A node that hears nothing of a leader for some seconds takes the lead. The leader stands
//! behind a switch; that loses its power, and the leader is cut off from the others, but not from its clients:
//!
//! ```text
//!   n1   leads ─ ─ ─ ─ ─ takes "a" ─ ─ ─ ─ ─ ╲ hears of a newer leader, takes its log
//!   n2         hears nothing, leads ─ takes "b" ╱
//! ```
//!
//! Each is sure that it leads, and when the switch is on again one of the logs is thrown away, with all that was acknowledged. While the switch is off for a moment only, all is well.
//! Fixed, it takes two of three to do anything: to become leader, and to acknowledge a write.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use reweave::io::copy_bidirectional;
use reweave::net::{TcpListener, TcpStream};
use reweave::time::{Duration, Instant, sleep, timeout};
use reweave::{FindingKind, choose, host, join, spawn};

use crate::lines::{ask, serve};
use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "split_brain",
    gallery: Gallery::Classics,
    summary: "a leader is cut off, there are two, and what one of them took is lost",
    bug: Some(FindingKind::Panic),
    original: || program(two_writes(Quorum(1))),
    fixed: Some(|| program(two_writes(Quorum(2)))),
    configure: |sim| sim,
};

/// How many nodes must agree, the one that asks among them.
#[derive(Clone, Copy)]
struct Quorum(usize);

const NODES: [&str; 3] = ["n1", "n2", "n3"];

/// Where a node reaches another: the first stands behind the switch, which has a port for each.
fn address(from: usize, to: usize) -> String {
    if from == 0 || to == 0 {
        format!("switch:{}", 81 + to)
    } else {
        format!("{}:80", NODES[to])
    }
}

/// Passes on what comes in at the port of a node.
async fn pass_on(to: usize) -> io::Result<()> {
    let listener = TcpListener::bind(("0.0.0.0", 81 + to as u16)).await?;
    loop {
        let (mut client, _) = listener.accept().await?;
        drop(spawn(async move {
            let mut node = TcpStream::connect((NODES[to], 80)).await?;
            copy_bidirectional(&mut client, &mut node).await
        }));
    }
}

/// What a node knows.
struct State {
    term: u32,
    leads: bool,
    log: Vec<String>,
    /// When it last heard of a leader, or voted for one.
    heard: Instant,
}

#[derive(Clone)]
struct Node {
    at: usize,
    quorum: Quorum,
    state: Arc<Mutex<State>>,
}

impl Node {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics with it")
    }

    /// Asks the other nodes, and says how many agree, itself among them.
    async fn agreeing(&self, question: &str) -> usize {
        let [one, two] = [1, 2].map(|step| address(self.at, (self.at + step) % NODES.len()));
        let limit = Duration::from_millis(200);
        let (one, two) = join!(
            timeout(limit, ask(&one, question)),
            timeout(limit, ask(&two, question))
        );
        let agrees =
            |answer: &Result<io::Result<String>, _>| matches!(answer, Ok(Ok(yes)) if yes == "yes");
        1 + [one, two].iter().filter(|answer| agrees(answer)).count()
    }

    /// What a leader, or one who wants to be, has to say; `yes` if its term is not over.
    fn hear_leader(&self, term: u32, log: &str) -> bool {
        let mut state = self.state();
        if term < state.term {
            return false;
        }
        let log = log.split_whitespace().map(str::to_owned).collect();
        *state = State {
            term,
            leads: false,
            log,
            heard: Instant::now(),
        };
        true
    }

    /// One vote a term, for who knows as much as this node does.
    fn vote(&self, term: u32, length: usize) -> bool {
        let mut state = self.state();
        let granted = term > state.term && length >= state.log.len();
        if granted {
            state.term = term;
            state.leads = false;
            state.heard = Instant::now();
        }
        granted
    }

    /// Tells the others what the log is, and says whether enough of them have taken it.
    async fn replicate(&self) -> bool {
        let told = {
            let state = self.state();
            format!("leader {} {}", state.term, state.log.join(" "))
        };
        self.agreeing(&told).await >= self.quorum.0
    }

    async fn write(&self, entry: &str) -> bool {
        if !self.state().leads {
            return false;
        }
        self.state().log.push(entry.into());
        self.replicate().await
    }

    async fn answer(self, question: String) -> String {
        let mut words = question.splitn(3, ' ');
        let verb = words.next().unwrap_or_default();
        let number = |word: Option<&str>| word.and_then(|word| word.parse().ok()).unwrap_or(0);
        let yes = match verb {
            "leader" => self.hear_leader(number(words.next()), words.next().unwrap_or_default()),
            "vote" => self.vote(number(words.next()), number(words.next()) as usize),
            "write" => self.write(words.next().unwrap_or_default()).await,
            _log => {
                let state = self.state();
                return format!("{} {}", state.term, state.log.join(" "));
            }
        };
        if yes { "yes" } else { "no" }.into()
    }

    /// Leads as long as it is leader, and wants to be if it hears of none.
    async fn live(self, patience: Duration) {
        loop {
            sleep(Duration::from_secs(1)).await;
            if self.state().leads {
                self.replicate().await;
            } else if self.state().heard.elapsed() > patience {
                self.stand().await;
            }
        }
    }

    /// Stands for leader of a new term.
    async fn stand(&self) {
        let (term, length) = {
            let mut state = self.state();
            state.term += 1;
            state.heard = Instant::now();
            (state.term, state.log.len())
        };
        let elected = self.agreeing(&format!("vote {term} {length}")).await >= self.quorum.0;
        let mut state = self.state();
        if elected && state.term == term {
            state.leads = true;
        }
    }
}

/// Starts a node. The first leads.
fn start(at: usize, quorum: Quorum) {
    let patience = Duration::from_secs(2 * at as u64);
    drop(host(NODES[at]).start(move || {
        let state = State {
            term: 1,
            leads: at == 0,
            log: Vec::new(),
            heard: Instant::now(),
        };
        let node = Node {
            at,
            quorum,
            state: Arc::new(Mutex::new(state)),
        };
        async move {
            let answers = node.clone();
            let serving = serve(80, move |question| answers.clone().answer(question));
            join!(serving, node.live(patience));
        }
    }));
}

/// Whether a node acknowledges a write.
async fn written(node: &str, entry: &str) -> bool {
    let answer = ask(&format!("{node}:80"), &format!("write {entry}")).await;
    answer.is_ok_and(|answer| answer == "yes")
}

async fn two_writes(quorum: Quorum) -> io::Result<()> {
    let switch = host("switch").start(|| async {
        let _never = join!(pass_on(0), pass_on(1), pass_on(2));
    });
    (0..NODES.len()).for_each(|at| start(at, quorum));
    sleep(Duration::from_secs(1)).await;
    switch.power_off();
    sleep(Duration::from_millis(choose([500, 4500]))).await;
    let (a, b) = join!(written("n1", "a"), written("n2", "b"));
    switch.restart();
    sleep(Duration::from_secs(3)).await;
    let mut logs = Vec::new();
    for node in NODES {
        logs.push(ask(&format!("{node}:80"), "log").await?);
    }
    for (acknowledged, entry) in [(a, "a"), (b, "b")] {
        for log in &logs {
            let there = log.split(' ').skip(1).any(|one| one == entry);
            assert!(there || !acknowledged, "`{entry}` was acknowledged");
        }
    }
    Ok(())
}
