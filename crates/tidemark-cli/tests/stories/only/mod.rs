//! What only one of the services is like.

mod calyptia;
mod coredata;
mod et_engine;
mod kognitos;
