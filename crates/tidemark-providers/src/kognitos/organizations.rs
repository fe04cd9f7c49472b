//! The organizations that a token sees: to choose from, and to prove that it sees ours.

use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::Http;
use crate::http::fault::nonsense;
use crate::http::shown::shown;
use crate::kognitos::wire::Organization;
use crate::kognitos::{Kognitos, api};
use crate::provider::AccountInfo;
use crate::settings::{AccountSettings, Choice, Choices};

/// Pages of a thousand that are read at most.
const MOST_PAGES: usize = 20;
/// Files that are asked for in place of the organizations, at most.
const MOST_ASKED: usize = 4;
/// The id of no file.
const NO_FILE: &str = "00000000-0000-0000-0000-000000000000";

/// Asks whether the token is good and sees the organization.
pub(super) async fn check(service: &Kognitos) -> Result<AccountInfo> {
    let (http, id) = (&service.api.http, service.organization.as_str());
    let host = http.base().host();
    let what = format!("asking {host} for the organization");
    let mut others = Vec::new();
    let found = find(http, &what, |organization| {
        let is_it = organization.id == id;
        others.push(format!("{} ({})", shown(&organization.title, 60), shown(&organization.id, 60)));
        is_it
    });
    let are_listed = match found.await {
        Ok(Found::It(organization)) => {
            let title = shown(&organization.title, 100);
            return Ok(AccountInfo { summary: format!("organization {title} at {host}"), writable: true });
        }
        Ok(Found::Nowhere { are_listed }) => are_listed,
        Err(refused) if refused.kind == ErrorKind::Forbidden => {
            return check_by_files(service, refused).await;
        }
        Err(error) => return Err(error),
    };
    let sees = match others.as_slice() {
        [] if are_listed => "none".to_owned(),
        [] => "none: the answer has no list of them".to_owned(),
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

/// For a token that may not ask for its organizations: the page on files doesn't say that it may. A file that was seen
/// before proves as much. Where none was yet, the service's own word on one that isn't there proves that it takes the
/// token; that it shows the files of ours is then seen when they are asked for.
async fn check_by_files(service: &Kognitos, refused: ProviderError) -> Result<AccountInfo> {
    let (host, id) = (service.api.http.base().host(), &service.organization);
    let what =
        format!("asking {host} for a file of the organization {id}, as the token may not ask for that");
    let summary = format!("organization {id} at {host}; the token may not ask for its name");
    let proven = AccountInfo { summary, writable: true };
    let seen = service.seen.some(MOST_ASKED);
    if seen.is_empty() {
        service.api.metadata(NO_FILE, &what).await?;
        return Ok(proven);
    }
    for file in &seen {
        if service.look(file, &what).await?.is_some() {
            return Ok(proven);
        }
    }
    let why = format!("and of {} files that were there none is", seen.len());
    Err(ProviderError { context: format!("{}, {why}", refused.context), ..refused })
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

/// What came of looking for an organization.
enum Found {
    It(Organization),
    /// `are_listed`: false where no answer had a list.
    Nowhere {
        are_listed: bool,
    },
}

/// The first that will do, page by page.
async fn find(http: &Http, what: &str, mut will_do: impl FnMut(&Organization) -> bool) -> Result<Found> {
    let mut token: Option<String> = None;
    let mut are_listed = false;
    for _ in 0..MOST_PAGES {
        let page = api::organizations(http, token.as_deref(), what).await?;
        are_listed |= page.are_listed();
        if let Some(found) = page.all().find(|organization| will_do(organization)) {
            return Ok(Found::It(found));
        }
        match page.next_page_token {
            None => return Ok(Found::Nowhere { are_listed }),
            next if next == token => break,
            next => token = next,
        }
    }
    Err(nonsense(what, "the list of organizations doesn't end"))
}
