//! The fake Evo answers as the vendor's page and Azure's say, and refuses what they don't allow.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod api;
mod blobs;
mod breaches;
mod faults;
mod listing;
mod process;
mod shapes;

use jiff::Timestamp;
use serde_json::Value;
use tidemark_tests::fake::evo::{BreachKind, FakeEvo, Settings};
use tidemark_tests::fake::raw::{self, RawAnswer};

/// A fake and a client that sends exactly what it is told.
struct Evo {
    fake: FakeEvo,
}

impl Evo {
    fn start() -> Self {
        Self::with(FakeEvo::with())
    }

    fn with(settings: Settings) -> Self {
        Evo { fake: settings.clock_at(noon()).start().unwrap() }
    }

    fn url(&self, rest: &str) -> String {
        let (organisation, workspace) = (self.fake.organisation_id(), self.fake.workspace_id());
        format!("{}/file/v2/orgs/{organisation}/workspaces/{workspace}/files{rest}", self.fake.base_url())
    }

    fn ask(&self, method: &str, rest: &str) -> RawAnswer {
        let token = format!("Bearer {}", self.fake.token());
        raw::send(method, &self.url(rest), &[("Authorization", &token)], b"").unwrap()
    }

    fn get(&self, rest: &str) -> Value {
        let answer = self.ask("GET", rest);
        assert_eq!(answer.status, 200, "{rest}: {}", answer.text());
        answer.json()
    }

    /// Asks for a link and sends a content to it. Returns what the API answered.
    fn upload(&self, path: &str, content: &[u8]) -> Value {
        let link = self.link(path);
        assert_eq!(put_blob(&link, content).status, 201);
        link
    }

    fn link(&self, path: &str) -> Value {
        let answer = self.ask("PUT", &format!("/path/{path}"));
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    fn download(&self, path: &str) -> RawAnswer {
        let link = self.get(&format!("/path/{path}"));
        raw::send("GET", link["download"].as_str().unwrap(), &[], b"").unwrap()
    }

    fn breaches(&self) -> Vec<BreachKind> {
        self.fake.breaches().into_iter().map(|breach| breach.kind).collect()
    }
}

fn noon() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value}"))
}

fn put_blob(link: &Value, content: &[u8]) -> RawAnswer {
    put_with(link, "", &[("x-ms-blob-type", "BlockBlob")], content)
}

fn put_with(link: &Value, more: &str, headers: &[(&str, &str)], content: &[u8]) -> RawAnswer {
    raw::send("PUT", &format!("{}{more}", text(link, "upload")), headers, content).unwrap()
}
