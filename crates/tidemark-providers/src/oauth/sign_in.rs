//! A person's sign-in: a link for the browser, the answer that it brings back, the tokens for it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::net::TcpListener;
use url::{Host, Url};

use super::client::Client;
use super::grant::Proof;
use super::loopback::{self, Brought};
use super::pkce::Verifier;
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::shown::shown;
use crate::settings::Secret;

/// Fresh random bytes that a sign-in takes.
pub const RANDOM: usize = 64;

const WHAT: &str = "signing in";

/// How a person signs in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// At which identity server, as which client.
    pub client: Client,
    /// Where the browser brings the answer.
    pub redirect: Redirect,
}

/// An address of this computer that an identity server sends the browser back to.
#[derive(Debug, Clone)]
pub struct Redirect(Url);

/// A sign-in under way: it listens for the answer.
pub struct Attempt {
    client: Client,
    listener: TcpListener,
    redirect: Url,
    state: String,
    verifier: Verifier,
    link: Url,
}

impl Redirect {
    /// Reads it: `http`, `127.0.0.1`, `[::1]` or `localhost`. Without a port: each time a free one.
    pub fn parse(text: &str, key: &str) -> Result<Self> {
        let wrong =
            |why: &str| ProviderError::permanent(ErrorKind::Settings, format!("the setting \"{key}\" {why}"));
        let url = Url::parse(text.trim())
            .map_err(|_| wrong("isn't an address; it looks like http://127.0.0.1/signin-callback"))?;
        let is_here = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        };
        if url.scheme() != "http" || !is_here || !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(
                "must begin with http:// and lead to this computer: 127.0.0.1, [::1] or localhost",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("has a part after ? or #; leave it out"));
        }
        Ok(Self(url))
    }

    async fn listen(&self) -> Result<(TcpListener, Url)> {
        let mut url = self.0.clone();
        let port = url.port().unwrap_or(0);
        let bound = match url.host() {
            Some(Host::Ipv6(address)) => TcpListener::bind((address, port)).await,
            Some(Host::Ipv4(address)) => TcpListener::bind((address, port)).await,
            _ => TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port)).await,
        };
        let listening = bound.and_then(|listener| listener.local_addr().map(|at| (listener, at.port())));
        let (listener, port) = listening.map_err(|error| {
            let context = format!("{WHAT}: waiting for the browser at {url} isn't possible");
            ProviderError::permanent(ErrorKind::LocalIo, context).because(error)
        })?;
        // A loopback http address takes any port.
        let _ = url.set_port(Some(port));
        Ok((listener, url))
    }
}

impl SignIn {
    /// Begins to listen, and makes the link. `random` is fresh each time.
    pub async fn begin(self, random: &[u8; RANDOM]) -> Result<Attempt> {
        let (listener, redirect) = self.redirect.listen().await?;
        let mut first = [0; 32];
        first.copy_from_slice(&random[..32]);
        let verifier = Verifier::new(&first);
        let state = URL_SAFE_NO_PAD.encode(&random[32..]);
        let client = self.client;
        let mut link = Url::parse(&client.http.base().at(client.authorize)).map_err(|_| {
            ProviderError::permanent(ErrorKind::Settings, format!("{WHAT}: there is no address for that"))
        })?;
        link.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &client.id)
            .append_pair("redirect_uri", redirect.as_str())
            .append_pair("scope", client.scopes)
            .append_pair("state", &state)
            .append_pair("code_challenge", &verifier.challenge())
            .append_pair("code_challenge_method", "S256");
        Ok(Attempt { client, listener, redirect, state, verifier, link })
    }
}

impl Attempt {
    /// What the browser is to open. It holds no secret that is of use to anybody else.
    pub fn link(&self) -> &str {
        self.link.as_str()
    }

    /// Host and port of the identity server.
    pub fn host(&self) -> String {
        self.client.host()
    }

    /// Waits for the browser, however long that takes, and exchanges what it brought. Returns the refresh token.
    pub async fn finish(self) -> Result<Secret> {
        let host = self.client.host();
        let code = match loopback::wait_for(self.listener, self.redirect.path(), &self.state).await {
            Brought::Code(code) => code,
            Brought::Denied(error, more) => {
                let words = more.filter(|more| !more.trim().is_empty()).unwrap_or_else(|| error.clone());
                let words = shown(words.trim(), 300);
                let why = match error.as_str() {
                    "access_denied" => format!("{host} says that it was declined ({words})"),
                    _ => format!("{host} didn't let it happen ({words})"),
                };
                return Err(ProviderError::permanent(ErrorKind::Refused, format!("{WHAT}: {why}")));
            }
        };
        let proof =
            Proof::Code { code: &code, verifier: self.verifier.secret(), redirect: self.redirect.as_str() };
        let tokens = self.client.ask(proof, WHAT).await?;
        tokens.refresh.ok_or_else(|| {
            ProviderError::permanent(
                ErrorKind::Settings,
                format!(
                    "{WHAT}: {host} gave no refresh token, so the sign-in would end within the hour; \
                     the client has to be allowed the scope offline_access"
                ),
            )
        })
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attempt({:?})", self.client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_leads_to_this_computer() {
        for good in [
            "http://127.0.0.1",
            "http://127.0.0.1/signin-callback",
            "http://localhost:3000/signin-callback",
            "http://[::1]:8123/",
        ] {
            assert!(Redirect::parse(good, "redirect_uri").is_ok(), "{good}");
        }
        for bad in [
            "https://127.0.0.1/",
            "http://example.com/",
            "http://localhost.example.com/",
            "http://u:p@localhost/",
            "http://127.0.0.1/?a=b",
            "http://127.0.0.1/#a",
            "localhost:3000",
        ] {
            assert_eq!(Redirect::parse(bad, "redirect_uri").unwrap_err().kind, ErrorKind::Settings, "{bad}");
        }
    }
}
