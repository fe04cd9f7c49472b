//! The planner against stories and against a model of the world.

mod chance;
mod disturb;
mod laws;
mod model;
mod sealed;
mod stories;
