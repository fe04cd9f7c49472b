//! Stand-ins for the services, stricter than the real ones: what a client does wrong is refused and recorded.
//!
//! # A new fake
//!
//! Everything but the service itself is here: the server, faults as data ([`Fault`], [`Effect`]), the record of requests
//! ([`Request`], [`Summary`]) and of breaches ([`Breach`]), a clock, contents that may be large, and the requests below
//! `/_fake/` that drive it from outside (`control.rs`). A fake is a folder with
//!
//! - `endpoint.rs`: an enum, what can be asked for, and `breach.rs`: an enum, how the contract can be broken; both
//!   `Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize`, the endpoints also `Deserialize`, with
//!   `#[serde(rename_all = "kebab-case")]`;
//! - `route.rs`: which endpoint a request is for, and what its path and query say, read strictly with `Query`;
//! - its state, and the answers: a struct that holds its `Front` and a `Mutex` with the state, and implements `Terms` and `Fake`
//!   (`frame.rs`; the struct is `pub`, all else `pub(crate)`): `open`, `front`, `route`, `answer`, and as many of the other methods as the service has a use for
//!   (`path_of` and `lists` so that faults find their target, `put_elsewhere` and the like for what others do);
//! - its rules: settings that only this service has, methods on `Setup<It>`;
//! - what tests ask of it beside what every one answers, methods on `Running<It>`:
//!
//! ```text
//! pub type FakeIt = Running<It>;      // FakeIt::with().token("t").start()?.inject(Fault::new(Effect::Html).at([Endpoint::List]))
//! pub type Settings = Setup<It>;
//! pub type Fault = super::Fault<Endpoint>;                     // with effects of its own: Fault<Endpoint, OwnEffect>
//! pub type Effect = super::Effect;                             //                          Effect<OwnEffect>
//! pub type Breach = super::Breach<BreachKind>;
//! ```
//!
//! An answer is an `Answer`: `Answer::with(StatusCode::OK, "application/json", body).header("etag", etag)`; a breach is
//! refused with one and recorded with `self.front.breach(kind, asked.name(), detail)`. `evo/` is the example.

#![allow(private_bounds, private_interfaces, reason = "what a fake is made of is no business of the tests")]

mod answer;
mod breach;
pub mod calyptia;
mod clock;
mod content;
mod control;
pub mod coredata;
mod effect;
pub mod et_engine;
pub mod evo;
mod fault;
mod frame;
pub mod identity;
pub mod kognitos;
mod query;
pub mod raw;
mod record;
mod running;
mod server;
mod serving;
mod setup;
mod strike;

pub use breach::Breach;
pub use clock::Clock;
pub use effect::{Effect, Nothing};
pub use fault::Fault;
pub use frame::Terms;
pub(crate) use frame::{Asked, Fake, Front, Lie};
pub use record::{Request, Summary};
pub use running::Running;
pub use serving::Serving;
pub use setup::Setup;
