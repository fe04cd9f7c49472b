//! Shared access signatures, as Azure Storage makes and checks them
//! (learn.microsoft.com, "Create a service SAS" and "Create an account SAS", version 2022-11-02).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::Sha256;

use crate::fake::query::Query;

const VERSION: &str = "2022-11-02";
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const AZURITE_KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// A storage account: where its blobs are, and the key that signs links to them.
#[derive(Debug, Clone)]
pub struct StorageAccount {
    endpoint: String,
    name: String,
    key: Vec<u8>,
}

/// Why a link isn't good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Parameters are missing, or the signature doesn't fit them.
    Signature,
    /// The time isn't within the link's.
    Time,
}

impl StorageAccount {
    /// An account whose containers are below `endpoint`.
    pub(crate) fn new(endpoint: String, name: &str, key: &[u8]) -> Self {
        StorageAccount { endpoint, name: name.to_owned(), key: key.to_vec() }
    }

    /// Azurite's well-known account, where the emulator listens at `address` (`http://127.0.0.1:10000`).
    pub fn azurite(address: &str) -> Self {
        let key = STANDARD.decode(AZURITE_KEY).unwrap_or_default();
        let endpoint = format!("{}/devstoreaccount1", address.trim_end_matches('/'));
        StorageAccount { endpoint, name: "devstoreaccount1".to_owned(), key }
    }

    /// A link to one blob, with some of the permissions `racwd`, good until then.
    pub fn blob_link(&self, container: &str, blob: &str, permissions: &str, until: Timestamp) -> String {
        let resource = self.resource(container, blob);
        let expiry = seconds(until);
        let (start, signature) = self.start_with_a_signature_to_escape(until, |start| {
            service_text(permissions, start, &expiry, &resource)
        });
        format!(
            "{}/{container}/{blob}?sv={VERSION}&st={}&se={}&sr=b&sp={permissions}&sig={}",
            self.endpoint,
            escape(&start),
            escape(&expiry),
            escape(&signature),
        )
    }

    /// A link that makes a container when it is PUT.
    pub fn container_link(&self, container: &str, until: Timestamp) -> String {
        let expiry = seconds(until);
        let text = format!("{}\nrwdlac\nb\nsco\n\n{expiry}\n\n\n{VERSION}\n\n", self.name);
        format!(
            "{}/{container}?restype=container&sv={VERSION}&ss=b&srt=sco&sp=rwdlac&se={}&sig={}",
            self.endpoint,
            escape(&expiry),
            escape(&self.sign(&text)),
        )
    }

    /// The permissions that a link's query gives on a blob.
    pub(crate) fn check(
        &self,
        container: &str,
        blob: &str,
        query: &Query,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let part = |key| query.one(key).ok_or(Refusal::Signature);
        let (start, expiry, permissions) = (part("st")?, part("se")?, part("sp")?);
        if part("sv")? != VERSION || part("sr")? != "b" {
            return Err(Refusal::Signature);
        }
        let text = service_text(permissions, start, expiry, &self.resource(container, blob));
        if self.sign(&text) != part("sig")? {
            return Err(Refusal::Signature);
        }
        let time = |text: &str| text.parse::<Timestamp>().map_err(|_| Refusal::Signature);
        if now < time(start)? || now >= time(expiry)? {
            return Err(Refusal::Time);
        }
        Ok(permissions.to_owned())
    }

    fn resource(&self, container: &str, blob: &str) -> String {
        format!("/blob/{}/{container}/{blob}", self.name)
    }

    /// Moves the start back until the signature holds `+` and `/` (it always ends in `=`): a client that decodes,
    /// re-encodes or double-encodes the query is found out by every link, not by some.
    fn start_with_a_signature_to_escape(
        &self,
        until: Timestamp,
        text: impl Fn(&str) -> String,
    ) -> (String, String) {
        let mut start = until.saturating_sub(SignedDuration::from_hours(1)).unwrap_or(until);
        loop {
            let shown = seconds(start);
            let signature = self.sign(&text(&shown));
            if signature.contains('+') && signature.contains('/') {
                return (shown, signature);
            }
            start = start.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(start);
        }
    }

    fn sign(&self, text: &str) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.key).unwrap_or_else(|_| unreachable!("any length is a key"));
        mac.update(text.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

fn service_text(permissions: &str, start: &str, expiry: &str, resource: &str) -> String {
    format!("{permissions}\n{start}\n{expiry}\n{resource}\n\n\n\n{VERSION}\nb\n\n\n\n\n\n\n")
}

fn seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn escape(value: &str) -> String {
    utf8_percent_encode(value, VALUE).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> StorageAccount {
        StorageAccount::new("http://h/file/blobs".into(), "evo", b"key")
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn query(link: &str) -> Query {
        Query::parse(link.split_once('?').unwrap().1).unwrap()
    }

    #[test]
    fn a_link_is_good_for_its_blob_until_it_expires() {
        let link = account().blob_link("c", "a/1", "cw", at("2026-01-01T00:30:00Z"));
        let check = |blob, now| account().check("c", blob, &query(&link), at(now));
        assert_eq!(check("a/1", "2026-01-01T00:29:59Z"), Ok("cw".to_owned()));
        assert_eq!(check("a/1", "2026-01-01T00:30:00Z"), Err(Refusal::Time));
        assert_eq!(check("a/2", "2026-01-01T00:29:59Z"), Err(Refusal::Signature));
    }

    #[test]
    fn each_signature_needs_escaping_and_escaping_it_again_breaks_it() {
        for second in 0..20 {
            let until = at("2026-01-01T00:30:00Z") + SignedDuration::from_secs(second);
            let link = account().blob_link("c", "a", "r", until);
            assert!(link.contains("%2B") && link.contains("%2F") && link.ends_with("%3D"), "{link}");
            let doubled = link.replace('%', "%25");
            assert_eq!(account().check("c", "a", &query(&doubled), until), Err(Refusal::Signature));
            let decoded = link.replace("%2B", "+");
            assert_eq!(account().check("c", "a", &query(&decoded), until), Err(Refusal::Signature));
        }
    }
}
