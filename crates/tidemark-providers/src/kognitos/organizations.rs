//! The organizations that a token sees: to choose from, and to prove that it sees ours.

use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::Http;
use crate::http::fault::nonsense;
use crate::http::shown::shown;
use crate::kognitos::api;
use crate::kognitos::wire::Organization;
use crate::provider::AccountInfo;
use crate::settings::{AccountSettings, Choice, Choices};

/// Pages of a thousand that are read at most.
const MOST_PAGES: usize = 20;

/// Asks whether the token is good and sees the organization.
pub(super) async fn check(http: &Http, id: &str) -> Result<AccountInfo> {
    let host = http.base().host();
    let what = format!("asking {host} for the organization");
    let mut others = Vec::new();
    let found = find(http, &what, |organization| {
        let is_it = organization.id == id;
        others.push(format!("{} ({})", shown(&organization.title, 60), shown(&organization.id, 60)));
        is_it
    });
    if let Some(organization) = found.await? {
        let title = shown(&organization.title, 100);
        return Ok(AccountInfo { summary: format!("organization {title} at {host}"), writable: true });
    }
    let sees = match others.as_slice() {
        [] => "none".to_owned(),
        some => some[..some.len().min(5)].join(", "),
    };
    Err(ProviderError::permanent(
        ErrorKind::NotFound,
        format!(
            "{what}: the personal access token doesn't see the organization {id}; it sees {sees}; \
             is organization_id right, and does the token belong to it?"
        ),
    ))
}

/// Every organization that the token sees, to choose from.
pub(super) fn choices(settings: &AccountSettings) -> Choices {
    let http = super::http(settings);
    Box::pin(async move {
        let http = http?;
        let what = format!("asking {} for organizations", http.base().host());
        let mut all = Vec::new();
        find(&http, &what, |organization| {
            all.push(Choice {
                setting: "organization_id".into(),
                value: organization.id.clone(),
                title: shown(&organization.title, 200),
            });
            false
        })
        .await?;
        Ok(all)
    })
}

/// The first that will do, page by page.
async fn find(
    http: &Http,
    what: &str,
    mut will_do: impl FnMut(&Organization) -> bool,
) -> Result<Option<Organization>> {
    let mut token: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let page = api::organizations(http, token.as_deref(), what).await?;
        if let Some(found) = page.all().find(|organization| will_do(organization)) {
            return Ok(Some(found));
        }
        match page.next_page_token {
            None => return Ok(None),
            next if next == token => break,
            next => token = next,
        }
    }
    Err(nonsense(what, "the list of organizations doesn't end"))
}
