//! Signing in to Evo, against an identity server that is stricter than the real one.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod browser;
mod choosing;
mod kept;
mod machines;
mod renewing;
mod scene;
mod sign_ins;
