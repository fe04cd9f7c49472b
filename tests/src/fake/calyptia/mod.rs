//! Calyptia's files of a core instance, in the process or as `fake-services calyptia`.
//!
//! It follows the vendor's page, and the published specification of the cloud API: every body that comes and every
//! answer that goes is checked against the latter (`spec.json`). What they leave open is a setting.

mod answering;
mod api;
mod breach;
mod elsewhere;
mod endpoint;
mod pages;
mod route;
mod rules;
mod spec;
mod state;

pub use breach::BreachKind;
pub use elsewhere::FileView;
pub use endpoint::Endpoint;
pub use rules::Scheme;

use self::answering::Service;
use super::{Running, Setup};

/// A running fake; dropping it stops it.
pub type FakeCalyptia = Running<Service>;
/// A fake Calyptia that isn't started yet. Everything has a default.
pub type Settings = Setup<Service>;
/// Something that goes wrong, and when.
pub type Fault = super::Fault<Endpoint>;
/// What happens to a request.
pub type Effect = super::Effect;
/// A request that broke the contract; it was refused.
pub type Breach = super::Breach<BreachKind>;
