//! `sync`: what each primitive promises, one file for each. Semantics are tried with futures polled by hand, outside a
//! simulation; what only a run can show (schedules, names, findings) inside one.

mod barrier;
mod blocking;
mod broadcast;
mod combinators;
mod made;
mod mapped;
mod mpsc;
mod mutex;
mod notify;
mod once_cell;
mod oneshot;
mod parts;
mod points;
mod polled;
mod relations;
mod reserved;
mod resources;
mod rwlock;
mod semaphore;
mod set_once;
mod shown;
mod states;
mod threads;
mod watch;
