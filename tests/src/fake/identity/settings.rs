//! How a fake identity server is set up.

use super::Settings;

/// What the person at the browser does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Decision {
    /// Signs in and says yes.
    #[default]
    Allow,
    /// Says no.
    Deny,
}

/// What only this service has.
#[derive(Debug)]
pub(crate) struct Rules {
    /// Seconds for which an access token is good.
    pub(crate) lasts: u32,
    /// Requests that an access token is good for.
    pub(crate) requests: u32,
    pub(crate) rotates: bool,
    pub(crate) offline: bool,
    /// Redirects of the desktop client; a loopback address without a port takes any.
    pub(crate) redirects: Vec<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            lasts: 3600,
            requests: u32::MAX,
            rotates: true,
            offline: true,
            redirects: vec!["http://127.0.0.1/signin-callback".to_owned()],
        }
    }
}

impl Settings {
    /// Access tokens are good for so many seconds.
    pub fn lasts(mut self, seconds: u32) -> Self {
        self.rules.lasts = seconds;
        self
    }

    /// Access tokens end after so many requests, which nobody can foresee.
    pub fn ends_after(mut self, requests: u32) -> Self {
        self.rules.requests = requests;
        self
    }

    /// A refresh token stays good when it was used.
    pub fn keeps_refresh_tokens(mut self) -> Self {
        self.rules.rotates = false;
        self
    }

    /// The desktop client may not have refresh tokens.
    pub fn without_refresh_tokens(mut self) -> Self {
        self.rules.offline = false;
        self
    }

    /// Only this redirect is registered for the desktop client.
    pub fn redirect(mut self, redirect: &str) -> Self {
        self.rules.redirects = vec![redirect.to_owned()];
        self
    }
}
