//! Check, await, act: what was checked is no longer so.
//!
//! Two people register under the same name. The server looks whether the name is free, sends a mail, and
//! then writes the name down. Both find it free while the other's mail is on its way.
//!
//! The bug is that the answer to "is it free?" is used after an await. In the plain run it does not show,
//! because the second request comes in a little later than a mail takes; mails are not always that fast. Fixed,
//! checking and writing are one step, and the mail goes out after it.

use std::cell::RefCell;
use std::rc::Rc;

use reweave::task::spawn_local;
use reweave::time::{Duration, sleep};
use reweave::{FindingKind, choose, join};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "check_then_act",
    gallery: Gallery::Classics,
    summary: "a name is checked to be free, and taken only after an await",
    bug: Some(FindingKind::Panic),
    original: || program(register_two(broken)),
    fixed: Some(|| program(register_two(fixed))),
    configure: |sim| sim,
};

/// The names that are taken.
type Names = Rc<RefCell<Vec<&'static str>>>;

/// Writes to the user; mostly quick.
async fn send_mail() {
    sleep(Duration::from_millis(choose([5, 8, 50]))).await;
}

async fn broken(names: Names, name: &'static str) -> bool {
    if names.borrow().contains(&name) {
        return false;
    }
    send_mail().await;
    names.borrow_mut().push(name);
    true
}

async fn fixed(names: Names, name: &'static str) -> bool {
    if names.borrow().contains(&name) {
        return false;
    }
    names.borrow_mut().push(name);
    send_mail().await;
    true
}

async fn register_two<F>(register: fn(Names, &'static str) -> F)
where
    F: Future<Output = bool> + 'static,
{
    let names = Names::default();
    let first = spawn_local(register(names.clone(), "ada"));
    sleep(Duration::from_millis(10)).await;
    let second = spawn_local(register(names.clone(), "ada"));
    let (first, second) = join!(first, second);
    let both = first.expect("it does not panic") && second.expect("it does not panic");
    assert!(!both, "two people are called ada");
}
