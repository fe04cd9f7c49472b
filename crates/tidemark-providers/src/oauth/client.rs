//! A client as it is registered with an identity server.

use std::fmt;
use std::sync::Arc;

use crate::http::address::BaseUrl;
use crate::http::{Credential, Http};

/// A client as it is registered with an identity server.
#[derive(Clone)]
pub struct Client {
    pub(super) http: Arc<Http>,
    pub(super) id: String,
    /// What it asks to be allowed, parted by spaces.
    pub(super) scopes: &'static str,
    /// Path of the page that a person sees.
    pub(super) authorize: &'static str,
    /// Path at which tokens are asked for.
    pub(super) token: &'static str,
}

impl Client {
    /// The client `id` at an issuer, with the paths of its endpoints below it.
    pub fn new(
        issuer: BaseUrl,
        id: &str,
        scopes: &'static str,
        authorize: &'static str,
        token: &'static str,
    ) -> Self {
        let http = Arc::new(Http::new(issuer, Credential::None));
        Self { http, id: id.to_owned(), scopes, authorize, token }
    }

    /// Host and port of the identity server.
    pub fn host(&self) -> String {
        self.http.base().host()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({} at {})", self.id, self.host())
    }
}
