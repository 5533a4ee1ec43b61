//! A transaction is rolled back over a connection that is gone already.
//!
//! A session owns a connection and a transaction on it. If the transaction is not committed, its
//! destructor rolls it back, over the connection. Fields are dropped in the order of their declaration, and
//! here the connection is declared first:
//!
//! ```text
//!   broken   struct Session { connection, transaction }    closes, then rolls back: too late
//!   fixed    struct Session { transaction, connection }    rolls back, then closes
//! ```
//!
//! As long as every session commits, the order is never seen. It is seen when a timeout cancels the
//! task of a session in the midst of its work: cancelling is dropping.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use reweave::time::{Duration, sleep, timeout};
use reweave::{FindingKind, choose, note};

use crate::{Gallery, Scenario, program};

/// See the top of this file.
pub const SCENARIO: Scenario = Scenario {
    name: "drop_order",
    gallery: Gallery::Classics,
    summary: "a cancelled session closes its connection before it rolls back over it",
    bug: Some(FindingKind::Panic),
    original: || program(session_in_time(Broken::open)),
    fixed: Some(|| program(session_in_time(Fixed::open))),
    configure: |sim| sim,
};

/// What the database knows of us.
#[derive(Default)]
struct Database {
    connected: Cell<bool>,
    /// What was written and not yet committed.
    pending: RefCell<Vec<&'static str>>,
}

struct Connection(Rc<Database>);

impl Connection {
    fn open(database: &Rc<Database>) -> Connection {
        database.connected.set(true);
        Connection(database.clone())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        note!("closes the connection");
        self.0.connected.set(false);
    }
}

struct Transaction(Rc<Database>);

impl Transaction {
    fn write(&self, row: &'static str) {
        self.0.pending.borrow_mut().push(row);
    }

    fn commit(&self) {
        self.0.pending.take();
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.0.pending.borrow().is_empty() {
            return;
        }
        if self.0.connected.get() {
            note!("rolls back");
            self.0.pending.take();
        } else {
            note!("cannot roll back: there is no connection");
        }
    }
}

/// A session, whatever the order of its fields.
trait Session {
    fn transaction(&self) -> &Transaction;
}

struct Broken {
    _connection: Connection,
    transaction: Transaction,
}

impl Broken {
    fn open(database: &Rc<Database>) -> Broken {
        let _connection = Connection::open(database);
        Broken {
            _connection,
            transaction: Transaction(database.clone()),
        }
    }
}

impl Session for Broken {
    fn transaction(&self) -> &Transaction {
        &self.transaction
    }
}

struct Fixed {
    transaction: Transaction,
    _connection: Connection,
}

impl Fixed {
    fn open(database: &Rc<Database>) -> Fixed {
        let _connection = Connection::open(database);
        Fixed {
            transaction: Transaction(database.clone()),
            _connection,
        }
    }
}

impl Session for Fixed {
    fn transaction(&self) -> &Transaction {
        &self.transaction
    }
}

async fn work(session: impl Session) {
    session.transaction().write("row");
    sleep(Duration::from_millis(choose([10, 20, 60]))).await;
    session.transaction().commit();
}

async fn session_in_time<S: Session>(open: fn(&Rc<Database>) -> S) {
    let database = Rc::new(Database::default());
    let finished = timeout(Duration::from_millis(50), work(open(&database))).await;
    note!(
        "{}",
        if finished.is_ok() {
            "committed"
        } else {
            "timed out"
        }
    );
    assert!(
        database.pending.borrow().is_empty(),
        "rows stay locked by a session that is gone"
    );
}
