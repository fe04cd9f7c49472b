//! Simulated worlds.

mod chance;
