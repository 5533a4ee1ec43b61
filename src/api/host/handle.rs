//! One host, and what can be done with it.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::api::preempt;
use crate::api::signal::unix::SignalKind;
use crate::api::task::JoinHandle;
use crate::base::ids::{HostNo, RunId};
use crate::base::place::caller;
use crate::base::signal::SignalNo;
use crate::base::span::Seconds;
use crate::kernel::tasks::Name;
use crate::model::hosts::{Death, Life, OnPanic, Refused};
use crate::run::context::{self, Context};

/// A host: a machine of the simulated world, with tasks of its own; see the [module](mod@crate::host).
///
/// The handle names it: cheap to clone, `Send` and `Sync`. Dropping it changes nothing.
#[derive(Clone)]
pub struct Host {
    run: RunId,
    pub(super) number: HostNo,
    name: Arc<str>,
}

/// Makes a host. It runs, and has no task yet: [`Host::start`] and [`Host::spawn`] give it some.
///
/// ```
/// # reweave::Sim::new().run(async {
/// let shop = reweave::host("shop");
/// assert_eq!(shop.spawn(async { 6 * 7 }).await.unwrap(), 42);
/// # }).unwrap();
/// ```
///
/// # Panics
///
/// If the name is empty, an address, ends in a dot, or is that of another host of the run (upper and lower case are the same), `main` or `localhost`, or
/// there are 65,535 hosts; and outside a simulation.
#[track_caller]
pub fn host(name: impl AsRef<str>) -> Host {
    let name = name.as_ref();
    let made = context::with("host", |cx| (cx.id(), cx.run().add_host(name)));
    match made {
        (run, Ok(number)) => Host {
            run,
            number,
            name: name.into(),
        },
        (_, Err(Refused::Empty)) => {
            panic!("`host(\"\")`: a host needs a name of at least one character, such as \"db\"")
        }
        (_, Err(Refused::Taken)) => panic!(
            "`host({name:?})`: this run has a host of that name already (upper and lower case are the same): clone its \
             `Host`, or give the other one a name of its own"
        ),
        (_, Err(Refused::Address)) => panic!(
            "`host({name:?})`: by an address, or a name with a dot at its end, the network would not find the host: choose a \
             name such as \"db\""
        ),
        (_, Err(Refused::Reserved)) => panic!(
            "`host({name:?})`: `main` is the host on which `main` runs, and `localhost` each host for itself: choose \
             another name"
        ),
        (_, Err(Refused::TooMany)) => {
            panic!("`host({name:?})`: this run has 65535 hosts, and there can be no more")
        }
    }
}

impl Host {
    /// The name that was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Says what the host does: the function is called on it, in a task of its own, now and after each
    /// [restart](Host::restart). The task's path is `name:main`, then `name:main#2`, and so on.
    ///
    /// What the function's future gives is dropped, and the host runs on, unless it was [asked to end](Host::stop). **An `Err`
    /// is dropped, too, and is no finding**: a start function that can fail says so itself, by a panic for one, as with
    /// `.start(|| async { serve().await.unwrap() })`.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let (request, mut requests) = reweave::sync::mpsc::unbounded_channel();
    /// let requests = std::sync::Arc::new(reweave::sync::Mutex::new(requests));
    /// let _echo = reweave::host("echo").start(move || {
    ///     let requests = requests.clone();
    ///     async move {
    ///         while let Some((text, answer)) = requests.lock().await.recv().await {
    ///             let answer: reweave::sync::oneshot::Sender<String> = answer;
    ///             let _ = answer.send(text);
    ///         }
    ///     }
    /// });
    /// let (answer, answered) = reweave::sync::oneshot::channel();
    /// request.send(("hello".to_owned(), answer)).unwrap();
    /// assert_eq!(answered.await.unwrap(), "hello");
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// If the host has a start function already, or is down; if this handle's run is not under way on this thread.
    #[track_caller]
    pub fn start<F, Fut>(self, start: F) -> Host
    where
        F: Fn() -> Fut + 'static,
        Fut: Future + 'static,
    {
        let place = caller();
        let called = "Host::start";
        self.must_run(called);
        let known = self.with(called, |cx| {
            let known = cx.run().has_starter(self.number);
            if !known {
                cx.start_host(self.number, start, place);
            }
            known
        });
        if known {
            panic!(
                "`{called}`: host {:?} has a start function already, and can have one only: `Host::spawn` gives it more \
                 tasks",
                self.name
            );
        }
        self
    }

    /// Spawns a task on the host, as [`task::spawn`](crate::task::spawn) does on the running one. It is nobody's child there:
    /// its path is `name:task`, or has the name of the `async fn` that it is.
    ///
    /// ```
    /// async fn order() -> u32 { 100 }
    ///
    /// let run = reweave::Sim::new().run(async { reweave::host("shop").spawn(order()).await.unwrap() });
    /// assert!(run.trace().to_string().contains("spawns shop:order"));
    /// ```
    ///
    /// # Panics
    ///
    /// If the host is down; if this handle's run is not under way on this thread.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let _point = preempt::after();
        let place = caller();
        let called = "Host::spawn";
        self.must_run(called);
        let name = Name::OfType(std::any::type_name::<F>());
        self.with(called, |cx| {
            let handle = JoinHandle::new(cx.spawn_on(self.number, future, name, None, place));
            handle.set_bound();
            handle
        })
    }

    /// The host's process dies, now; see the [module](mod@crate::host).
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let db = reweave::host("db");
    /// let query = db.spawn(std::future::pending::<()>());
    /// db.crash();
    /// assert!(query.await.unwrap_err().is_host_crash());
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// If the host is down already; if this handle's run is not under way on this thread. Called by a task of the host itself it
    /// unwinds, which is no panic: no hook hears of it.
    #[track_caller]
    pub fn crash(&self) {
        self.die("Host::crash", Death::Process);
    }

    /// The host's machine loses its power, now. What differs from [`Host::crash`] is what others can see of it.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let db = reweave::host("db");
    /// db.power_off();
    /// assert!(!db.is_running());
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// As [`Host::crash`].
    #[track_caller]
    pub fn power_off(&self) {
        self.die("Host::power_off", Death::PowerLoss);
    }

    /// The host dies in the way that is given; which may be drawn.
    ///
    /// ```
    /// use reweave::host::Death;
    ///
    /// # reweave::Sim::new().run(async {
    /// let db = reweave::host("db");
    /// db.crash_with(reweave::choose([Death::Process, Death::PowerLoss]));
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// As [`Host::crash`].
    #[track_caller]
    pub fn crash_with(&self, death: Death) {
        self.die("Host::crash_with", death);
    }

    /// Asks the host's process to end: sends it SIGTERM. Its tasks that listen for that hear it, and it ends when its start
    /// function does. Where nothing listens it dies of it, as of [`Host::crash`]. [`signal`](mod@crate::signal) has the details.
    ///
    /// ```
    /// use reweave::signal::unix::{SignalKind, signal};
    /// use reweave::time::{Duration, sleep};
    ///
    /// # reweave::Sim::new().run(async {
    /// let db = reweave::host("db").start(|| async {
    ///     signal(SignalKind::terminate()).unwrap().recv().await;
    ///     reweave::note!("bye");
    /// });
    /// sleep(Duration::from_secs(1)).await;
    /// db.stop();
    /// sleep(Duration::from_secs(1)).await;
    /// assert!(!db.is_running());
    /// db.restart();
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// As [`Host::crash`].
    #[track_caller]
    pub fn stop(&self) {
        self.send("Host::stop", SignalNo::TERM);
    }

    /// Sends a signal to the host's process; [`signal`](mod@crate::signal) says what that does.
    ///
    /// ```
    /// use reweave::signal::unix::SignalKind;
    ///
    /// # reweave::Sim::new().run(async {
    /// let db = reweave::host("db");
    /// db.signal(SignalKind::window_change());
    /// assert!(db.is_running());
    /// db.signal(SignalKind::from_raw(9));
    /// assert!(!db.is_running());
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// As [`Host::crash`]; and if there is no signal of this number.
    #[track_caller]
    pub fn signal(&self, kind: SignalKind) {
        self.send("Host::signal", kind.known("Host::signal"));
    }

    #[track_caller]
    fn send(&self, called: &str, signal: SignalNo) {
        self.must_run(called);
        self.with(called, |cx| cx.signal_host(self.number, signal));
    }

    #[track_caller]
    fn die(&self, called: &str, death: Death) {
        self.must_run(called);
        self.with(called, |cx| cx.crash_host(self.number, death));
    }

    /// A host that is down runs again, and its start function with it, if it has one.
    ///
    /// ```
    /// # reweave::Sim::new().run(async {
    /// let db = reweave::host("db");
    /// db.crash();
    /// db.restart();
    /// assert_eq!(db.spawn(async { 1 }).await.unwrap(), 1);
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// If the host is not down; if this handle's run is not under way on this thread.
    #[track_caller]
    pub fn restart(&self) {
        let called = "Host::restart";
        let state = match self.life(called) {
            None | Some(Life::Down(..)) => None,
            Some(Life::Running) => Some("runs"),
            Some(Life::Paused) => Some("is paused"),
        };
        if let Some(state) = state {
            panic!(
                "`{called}`: host {:?} {state}, and only one that is down can be restarted: `Host::crash` it first",
                self.name
            );
        }
        self.with(called, |cx| cx.restart_host(self.number));
    }

    /// The host stands still, as a process does that is stopped, or waits for its disk: none of its tasks is polled until
    /// [`Host::resume`], while time goes on for all. Timers that come due meanwhile make its tasks ready, which then run when it
    /// is resumed. On a host that is paused already nothing happens.
    ///
    /// A task that pauses its own host goes on to the end of its poll. If nothing else can happen in the run and a host is
    /// paused, the finding `deadlock` says so.
    ///
    /// ```
    /// use reweave::time::{Duration, Instant, sleep};
    ///
    /// # reweave::Sim::new().run(async {
    /// let (start, second) = (Instant::now(), Duration::from_secs(1));
    /// let db = reweave::host("db");
    /// let query = db.spawn(async move { sleep(second).await; start.elapsed() });
    /// reweave::task::yield_now().await;
    /// db.pause();
    /// sleep(5 * second).await;
    /// db.resume();
    /// assert_eq!(query.await.unwrap(), 5 * second);
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    ///
    /// If the host is down; if this handle's run is not under way on this thread.
    #[track_caller]
    pub fn pause(&self) {
        self.must_run("Host::pause");
        self.with("Host::pause", |cx| cx.run().pause_host(self.number));
    }

    /// A host that was paused goes on. On one that runs nothing happens.
    ///
    /// # Panics
    ///
    /// If the host is down; if this handle's run is not under way on this thread.
    #[track_caller]
    pub fn resume(&self) {
        self.must_run("Host::resume");
        self.with("Host::resume", |cx| cx.run().resume_host(self.number));
    }

    /// Whether the host is up: it was not crashed, or was restarted since. One that is paused is.
    ///
    /// # Panics
    ///
    /// If this handle's run is not under way on this thread.
    #[track_caller]
    pub fn is_running(&self) -> bool {
        let life = self.with("Host::is_running", |cx| cx.run().host_life(self.number));
        !matches!(life, Life::Down(..))
    }

    /// Whether the host is paused.
    ///
    /// # Panics
    ///
    /// If this handle's run is not under way on this thread.
    #[track_caller]
    pub fn is_paused(&self) -> bool {
        self.with("Host::is_paused", |cx| cx.run().host_life(self.number)) == Life::Paused
    }

    /// What a panic of one of its tasks does to the host; [`OnPanic::Fail`] unless it is said. The
    /// [module](mod@crate::host#what-a-panic-does) has a table.
    ///
    /// ```
    /// use reweave::host::OnPanic;
    ///
    /// let run = reweave::Sim::new().run(async {
    ///     let db = reweave::host("db").on_panic(OnPanic::Crash);
    ///     let query = db.spawn(async { panic!("out of memory") });
    ///     assert!(query.await.unwrap_err().is_host_crash());
    ///     assert!(!db.is_running());
    /// });
    /// assert!(run.findings().is_empty());
    /// ```
    ///
    /// # Panics
    ///
    /// If this handle's run is not under way on this thread.
    #[track_caller]
    pub fn on_panic(self, policy: OnPanic) -> Host {
        self.with("Host::on_panic", |cx| {
            cx.run().set_on_panic(self.number, policy)
        });
        self
    }

    /// How the host lives; `None` while the run, or the host of the caller, is being cut off.
    #[track_caller]
    fn life(&self, called: &str) -> Option<Life> {
        self.with(called, |cx| {
            let run = cx.run();
            (!run.is_cutting_off()).then(|| run.host_life(self.number))
        })
    }

    /// For what can be done only with a host that is up. What is cut off may call it all the same.
    ///
    /// # Panics
    ///
    /// If the host is down.
    #[track_caller]
    fn must_run(&self, called: &str) {
        if let Some(Life::Down(death, at)) = self.life(called) {
            let exited = self.with(called, |cx| cx.run().host_has_exited(self.number));
            let how = match (death, exited) {
                (Death::Process, false) => "crashed",
                (Death::Process, true) => "ended",
                (Death::PowerLoss, _) => "lost its power",
            };
            panic!(
                "`{called}`: host {:?} is down, it {how} at {}: `Host::restart` it first, or ask `Host::is_running`",
                self.name,
                Seconds(at)
            );
        }
    }

    /// For every function that does something in the run.
    ///
    /// # Panics
    ///
    /// If this handle's run is not under way on this thread, in words that name the function that was called.
    #[track_caller]
    pub(super) fn with<R>(&self, called: &str, f: impl FnOnce(&Context) -> R) -> R {
        let done = context::with(called, |cx| (cx.id() == self.run).then(|| f(cx)));
        match done {
            Some(done) => done,
            None => panic!(
                "`{called}`: host {:?} is of another run, which is over: this one makes hosts of its own with `reweave::host`",
                self.name
            ),
        }
    }

    pub(super) fn is_of_running_task(&self) -> bool {
        context::try_with(|cx| cx.run().current_host()) == Some(self.number)
    }
}

impl PartialEq for Host {
    fn eq(&self, other: &Host) -> bool {
        (self.run, self.number) == (other.run, other.number)
    }
}

impl Eq for Host {}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Host").field(&self.name).finish()
    }
}
