//! Simulated worlds.

mod chance;
mod conflicts;
mod crashes;
mod faults;
mod regressions;
mod roots;
mod sabotage;
mod times;
mod undoing;
mod unlisted;
