//! Addresses: which ones are spoken to at all, and how a path becomes part of one.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Host, Url};

use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::shown::shown;
use crate::settings::AccountSettings;

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes one path segment or one query value.
pub fn encoded(text: &str) -> impl fmt::Display {
    utf8_percent_encode(text, RESERVED)
}

/// Percent-encodes every segment of a path and keeps its slashes.
pub fn encoded_path(path: &str) -> String {
    path.split('/').map(|segment| encoded(segment).to_string()).collect::<Vec<_>>().join("/")
}

/// Where a service's API begins. `https`, or `http` to this computer, or `http` where the account allows it.
#[derive(Clone)]
pub struct BaseUrl {
    url: Url,
    allow_http: bool,
}

impl BaseUrl {
    /// Reads the setting `key` (and `allow_http`). Fails with `Settings` and a sentence on what is wrong with it.
    pub fn from_settings(settings: &AccountSettings, key: &str) -> Result<Self> {
        let allow_http = match settings.values.get("allow_http").map(|value| value.trim()) {
            None | Some("" | "false") => false,
            Some("true") => true,
            Some(_) => return Err(wrong("the setting \"allow_http\" is either true or false")),
        };
        Self::parse(settings.require(key)?.trim(), allow_http, key)
    }

    /// Reads the text of the setting `key`: `https`, or `http` to this computer, whatever the account allows.
    pub fn encrypted(text: &str, key: &str) -> Result<Self> {
        Self::parse(text.trim(), false, key)
    }

    fn parse(text: &str, allow_http: bool, key: &str) -> Result<Self> {
        let url = Url::parse(text).map_err(|_| {
            wrong(format!(
                "the setting \"{key}\" isn't an address; it looks like https://host or https://host/path"
            ))
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(format!(
                "the setting \"{key}\" holds a user name or a password; give the secret with --secret-stdin"
            )));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong(format!("the setting \"{key}\" has a part after ? or #; leave it out")));
        }
        match url.scheme() {
            "https" if url.has_host() => {}
            "http" if is_loopback(&url) || allow_http => {}
            "http" => {
                return Err(wrong(format!(
                    "\"{key}\" begins with http://, which would send the secret unencrypted; \
                     use https://{}",
                    match key {
                        "issuer" | "discovery" => "",
                        _ => ", or --set allow_http=true if you trust the network",
                    }
                )));
            }
            _ => return Err(wrong(format!("the setting \"{key}\" must begin with https://"))),
        }
        Ok(Self { url, allow_http })
    }

    /// The address of `path` (already encoded, with its query, no slash in front) below the base.
    pub fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.url.as_str().trim_end_matches('/'))
    }

    /// The base without `suffix`, where it ends in it: people paste more than was asked for.
    pub fn without(mut self, suffix: &str) -> Self {
        let path = self.url.path().trim_end_matches('/').to_owned();
        if let Some(rest) = path.strip_suffix(suffix) {
            self.url.set_path(rest);
        }
        self
    }

    /// Host and port, for people.
    pub fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// True when it is this computer.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// True when the API itself is spoken to without TLS.
    pub(super) fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({})", self.url)
    }
}

/// A signed link: whoever has it may read or write a content. Its query never shows.
#[derive(Clone)]
pub struct Link(Url);

impl Link {
    /// Takes a link as a service gave it (one without a host is below the base's host). It must be `https`; `http` only
    /// where the API itself is, and to this computer or with `allow_http`.
    pub fn parse(text: &str, base: &BaseUrl) -> Result<Self> {
        let refused = |why: &str| {
            ProviderError::permanent(
                ErrorKind::Protocol,
                format!("the service gave a link that {why}; it isn't followed"),
            )
        };
        let url = base.url.join(text.trim()).map_err(|_| refused("isn't an address"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("holds a user name or a password"));
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if base.is_plain() && (is_loopback(&url) || base.allow_http) => Ok(Self(url)),
            "http" => Err(refused("isn't encrypted (http://)")),
            scheme => Err(refused(&format!("begins with {}:", shown(scheme, 20)))),
        }
    }

    /// The same link with `query` (already encoded) behind its own, which stays as it is, byte for byte.
    pub fn with_query(&self, query: &str) -> Self {
        let mut url = self.0.clone();
        match self.0.query() {
            None | Some("") => url.set_query(Some(query)),
            Some(signed) => url.set_query(Some(&format!("{signed}&{query}"))),
        }
        Self(url)
    }

    pub(super) fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({}://{}…)", self.0.scheme(), self.0.host_str().unwrap_or_default())
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

fn wrong(why: impl Into<String>) -> ProviderError {
    ProviderError::permanent(ErrorKind::Settings, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str, allow_http: bool) -> Result<BaseUrl> {
        BaseUrl::parse(text, allow_http, "base_url")
    }

    #[test]
    fn plain_http_goes_to_this_computer_or_where_it_is_allowed() {
        for good in ["https://hub.example", "http://127.0.0.1:8080/x", "http://[::1]:1", "http://localhost:3"]
        {
            assert!(base(good, false).is_ok(), "{good}");
        }
        for bad in
            ["http://hub.example", "ftp://hub.example", "hub.example", "http://127.0.0.1.evil.example", ""]
        {
            assert_eq!(base(bad, false).unwrap_err().kind, ErrorKind::Settings, "{bad}");
        }
        assert!(base("http://hub.example", true).is_ok());
    }

    #[test]
    fn an_address_holds_no_secret() {
        for bad in [
            "https://canary:canary@hub.example",
            "https://canary@hub.example",
            "https://hub.example/?k=canary",
        ] {
            let error = base(bad, true).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Settings);
            assert!(!error.sentence().contains("canary"), "{}", error.sentence());
        }
    }

    #[test]
    fn what_was_pasted_too_much_is_left_out() {
        let base = base("https://hub.example/evo/file/v2/", false).unwrap().without("/file/v2");
        assert_eq!(base.at("file/v2/x"), "https://hub.example/evo/file/v2/x");
        assert_eq!(base.host(), "hub.example");
    }

    #[test]
    fn a_link_is_as_safe_as_the_api() {
        let secure = base("https://hub.example", false).unwrap();
        let local = base("http://127.0.0.1:9", false).unwrap();
        assert!(Link::parse("https://blob.example/c?sig=x", &secure).is_ok());
        assert!(Link::parse("http://127.0.0.1:1/c", &local).is_ok());
        for (text, base) in [
            ("http://blob.example/c", &secure),
            ("http://127.0.0.1/c", &secure),
            ("http://blob.example/c", &local),
            ("file:///etc/passwd", &local),
            ("https://user@blob.example/", &secure),
        ] {
            assert_eq!(Link::parse(text, base).unwrap_err().kind, ErrorKind::Protocol, "{text}");
        }
        assert_eq!(
            Link::parse("/blob/1?sig=x", &secure).unwrap().url().as_str(),
            "https://hub.example/blob/1?sig=x"
        );
    }

    #[test]
    fn a_signed_query_stays_as_it_is_and_never_shows() {
        let secure = base("https://hub.example", false).unwrap();
        let link = Link::parse("https://blob.example/c?sig=a%2Bb+c%3D&se=1", &secure).unwrap();
        let block = link.with_query("comp=block&blockid=MDA%3D");
        assert_eq!(
            block.url().as_str(),
            "https://blob.example/c?sig=a%2Bb+c%3D&se=1&comp=block&blockid=MDA%3D"
        );
        assert!(!format!("{block:?}").contains("sig"));
        let bare = Link::parse("https://blob.example/c", &secure).unwrap().with_query("comp=blocklist");
        assert_eq!(bare.url().as_str(), "https://blob.example/c?comp=blocklist");
    }

    #[test]
    fn paths_are_encoded_segment_by_segment() {
        assert_eq!(encoded_path("a b/50%/ä?#&+.txt"), "a%20b/50%25/%C3%A4%3F%23%26%2B.txt");
    }
}
