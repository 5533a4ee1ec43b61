//! Systematic searches make the runs that they say they make.

mod bounded;
mod brute;
mod classes;
mod drawn;
mod exhaustive;
mod fair;
mod guided;
mod honest;
mod programs;
mod reduced;
