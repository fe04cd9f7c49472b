//! An identity server as Evo has one (`https://ims.bentley.com`), and the Discovery API that tells where the hubs are.
//!
//! Authorization code with PKCE, refresh tokens that are good for one use, client credentials. It is stricter than most:
//! an old refresh token or an old code revokes the whole sign-in (RFC 9700), only `S256` is taken, and a redirect has to be
//! registered but for the port of a loopback address (RFC 8252). A person at it decides at once: [`Decision`].

mod answering;
mod authorize;
mod breach;
mod discovery;
mod endpoint;
mod forms;
mod passes;
mod settings;
mod state;
mod token;

pub use breach::BreachKind;
pub use endpoint::Endpoint;
pub use passes::Passes;
pub use settings::Decision;

use self::answering::Identity;
use self::state::Offer;
use super::{Running, Setup};

/// A running fake; dropping it stops it.
pub type FakeIdentity = Running<Identity>;
/// One that isn't started yet. Everything has a default.
pub type Settings = Setup<Identity>;
/// Something that goes wrong, and when.
pub type Fault = super::Fault<Endpoint>;
/// What happens to a request.
pub type Effect = super::Effect;
/// A request that broke the contract; it was refused.
pub type Breach = super::Breach<BreachKind>;

/// The client of desktops: a person signs in, `http://127.0.0.1/signin-callback` is registered.
pub const DESKTOP: &str = "tidemark-desktop";
/// The client of machines, with [`SERVICE_SECRET`].
pub const SERVICE: &str = "tidemark-service";
/// The secret of [`SERVICE`].
pub const SERVICE_SECRET: &str = "secret-of-the-service";

impl FakeIdentity {
    /// The access tokens that are good, for the services that trust it.
    pub fn passes(&self) -> &Passes {
        &self.fake.passes
    }

    /// What the person says to the next sign-ins.
    pub fn decide(&self, decision: Decision) {
        self.fake.state().decision = decision;
    }

    /// A person has signed in elsewhere; returns the refresh token.
    pub fn signed_in(&self) -> String {
        let family = self.fake.state().begin();
        self.fake.refresh_token(family)
    }

    /// No sign-in of before is good any more: an administrator has ended them.
    pub fn revoke_sign_ins(&self) {
        self.fake.state().revoke_all();
        self.passes().end_all();
    }

    /// Discovery tells of a hub with an organisation.
    pub fn offers(&self, organisation: &str, called: &str, hub: &str) {
        let offer = Offer { organisation: organisation.into(), called: called.into(), hub: hub.into() };
        self.fake.state().offers.push(offer);
    }
}
