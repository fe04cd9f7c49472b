//! What an account can be set to: organisations with their hubs (Discovery API), and the workspaces in them (Workspaces API),
//! as the vendor's SDK asks for them.

use std::collections::HashSet;

use reqwest::header::{ACCEPT, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error;
use super::signing_in::{self, given};
use crate::error::{ErrorKind, Result};
use crate::http::address::{BaseUrl, encoded};
use crate::http::shown::shown;
use crate::http::{Credential, Http, Request};
use crate::settings::{AccountSettings, Choice, Choices};

/// The Discovery API of the hubs below [`HUBS`].
const DISCOVERY: &str = "https://discover.api.seequent.com";
const HUBS: &str = ".api.seequent.com";
/// Workspaces of one page; the SDK asks for as many.
const PAGE: usize = 50;
/// Pages and organisations that are asked for at most.
const PAGES: usize = 40;
const ORGANISATIONS: usize = 16;
/// Characters of a title that are shown.
const TITLE: usize = 120;

#[derive(Deserialize)]
struct Discovered {
    discovery: Discovery,
}

#[derive(Default, Deserialize)]
struct Discovery {
    organizations: Vec<Organisation>,
    hubs: Vec<Hub>,
    service_access: Vec<Access>,
}

#[derive(Deserialize)]
struct Organisation {
    id: String,
    display_name: String,
}

#[derive(Deserialize)]
struct Hub {
    code: String,
    display_name: String,
    url: String,
}

#[derive(Deserialize)]
struct Access {
    org_id: String,
    hub_code: String,
}

#[derive(Deserialize)]
struct Workspaces {
    results: Vec<Workspace>,
}

#[derive(Deserialize)]
struct Workspace {
    id: String,
    name: String,
}

/// Asks for them.
pub(super) fn choices(settings: &AccountSettings) -> Choices {
    let settings = settings.clone();
    Box::pin(async move { Asking::new(&settings)?.all().await })
}

struct Asking {
    credential: Credential,
    /// Where the account is set to look.
    hub: BaseUrl,
    organisation: String,
    discovery: Option<BaseUrl>,
}

impl Asking {
    fn new(settings: &AccountSettings) -> Result<Self> {
        let hub = BaseUrl::from_settings(settings, "base_url")?.without("/file/v2");
        let discovery = match given(settings, "discovery") {
            Some(address) => Some(address),
            // The token of another hub isn't sent there.
            None => hub.host().ends_with(HUBS).then_some(DISCOVERY),
        };
        Ok(Self {
            credential: signing_in::credential(settings)?,
            discovery: discovery.map(|address| BaseUrl::encrypted(address, "discovery")).transpose()?,
            organisation: settings.require("organisation_id")?.trim().to_owned(),
            hub,
        })
    }

    async fn all(&self) -> Result<Vec<Choice>> {
        let Some(discovery) = &self.discovery else {
            return self.workspaces(self.hub.clone(), &self.organisation, None).await;
        };
        let found = self.discover(discovery.clone()).await?;
        let mut choices = Vec::new();
        for organisation in &found.organizations {
            choices.push(choice("organisation_id", &organisation.id, &organisation.display_name));
        }
        let mut known = HashSet::new();
        for hub in found.hubs.iter().filter(|hub| known.insert(&hub.url)) {
            choices.push(choice("base_url", hub.url.trim_end_matches('/'), &hub.display_name));
        }
        for (organisation, hub) in found.places().take(ORGANISATIONS) {
            let Ok(at) = BaseUrl::encrypted(&hub.url, "url") else { continue };
            if at.is_loopback() != discovery.is_loopback() {
                continue;
            }
            match self.workspaces(at, &organisation.id, Some(&organisation.display_name)).await {
                Ok(more) => choices.extend(more),
                // One organisation that says no keeps nothing from the others.
                Err(error) if matches!(error.kind, ErrorKind::Forbidden | ErrorKind::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(choices)
    }

    /// `GET evo/identity/v2/discovery?service=evo`.
    async fn discover(&self, discovery: BaseUrl) -> Result<Discovery> {
        let what = format!("asking {} for organisations and hubs", discovery.host());
        let http = Http::new(discovery, self.credential.clone());
        let found: Discovered = get(&http, "evo/identity/v2/discovery?service=evo", &what).await?;
        Ok(found.discovery)
    }

    /// `GET workspace/orgs/{org}/workspaces/summary`, page by page.
    async fn workspaces(
        &self,
        hub: BaseUrl,
        organisation: &str,
        called: Option<&str>,
    ) -> Result<Vec<Choice>> {
        let what = format!("asking {} for workspaces", hub.host());
        let http = Http::new(hub, self.credential.clone());
        let mut choices = Vec::new();
        for page in 0..PAGES {
            let path = format!(
                "workspace/orgs/{}/workspaces/summary?limit={PAGE}&offset={}",
                encoded(organisation),
                page * PAGE
            );
            let found: Workspaces = get(&http, &path, &what).await?;
            choices.extend(found.results.iter().map(|workspace| match called {
                Some(called) => {
                    choice("workspace_id", &workspace.id, &format!("{} (of {called})", workspace.name))
                }
                None => choice("workspace_id", &workspace.id, &workspace.name),
            }));
            if found.results.len() < PAGE {
                break;
            }
        }
        Ok(choices)
    }
}

impl Discovery {
    /// Each organisation with each of its hubs.
    fn places(&self) -> impl Iterator<Item = (&Organisation, &Hub)> {
        self.service_access.iter().filter_map(|access| {
            let organisation = self.organizations.iter().find(|known| known.id == access.org_id)?;
            Some((organisation, self.hubs.iter().find(|known| known.code == access.hub_code)?))
        })
    }
}

async fn get<T: DeserializeOwned>(http: &Http, path: &str, what: &str) -> Result<T> {
    let request = Request::new(Method::GET).header(ACCEPT, HeaderValue::from_static("application/json"));
    let answer = http.api(request, path, what).await?;
    match answer.status() {
        StatusCode::OK => answer.json().await,
        _ => Err(error::api(answer.refusal().await, what)),
    }
}

fn choice(setting: &'static str, value: &str, title: &str) -> Choice {
    Choice { setting: setting.into(), value: shown(value, TITLE), title: shown(title, TITLE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_organisations_with_hubs_that_are_known() {
        let found: Discovery = serde_json::from_str(
            r#"{"organizations":[{"id":"o1","display_name":"One"},{"id":"o2","display_name":"Two"}],
                "hubs":[{"code":"h1","display_name":"Hub","url":"https://h1.example/"}],"services":[],
                "service_access":[{"org_id":"o1","hub_code":"h1","services":["evo"]},
                                  {"org_id":"o2","hub_code":"h9","services":[]},{"org_id":"o9","hub_code":"h1"}]}"#,
        )
        .unwrap();
        let places: Vec<_> =
            found.places().map(|(organisation, hub)| (&*organisation.id, &*hub.url)).collect();
        assert_eq!(places, [("o1", "https://h1.example/")]);
    }
}
