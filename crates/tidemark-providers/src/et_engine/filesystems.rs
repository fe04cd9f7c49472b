//! The filesystems of an account: listed, made, shared with others.

use crate::error::ProviderError;
use crate::et_engine::api::{self, Api};
use crate::et_engine::error::Denied;
use crate::et_engine::wire::Filesystem;
use crate::et_engine::{connect, filesystem, is_id};
use crate::http::fault::nonsense;
use crate::http::shown::shown;
use crate::settings::{AccountSettings, Choice, Choices, Created, Shared};

/// Those that the account owns, and those shared with it.
pub(super) fn choices(settings: &AccountSettings) -> Choices {
    let http = connect(settings);
    Box::pin(async move {
        let found = api::filesystems(&http?, "asking for the filesystems").await?;
        Ok(found.into_iter().map(choice).collect())
    })
}

/// Makes one, which the account then owns.
pub(super) fn create(settings: &AccountSettings, title: &str) -> Created {
    let http = connect(settings);
    let title = title.to_owned();
    Box::pin(async move {
        let what = format!("making the filesystem \"{}\"", shown(&title, 100));
        let taken = "there is a filesystem of that name already";
        let made = api::create_filesystem(&http?, &title, &what).await;
        let made = made.map_err(|denied| plainly(denied, &what, taken))?;
        match is_id(&made.filesystem_id) {
            true => Ok(choice(made)),
            false => Err(nonsense(&what, "the service gave something for its id that can't be one")),
        }
    })
}

/// Shares the account's filesystem with a user, by their UUID.
pub(super) fn share(settings: &AccountSettings, user: &str) -> Shared {
    let api = connect(settings).and_then(|http| Ok((filesystem(settings)?, http)));
    let user = user.to_owned();
    Box::pin(async move {
        let (filesystem, http) = api?;
        let what = format!("sharing the filesystem {filesystem} with {}", shown(&user, 100));
        let shared = Api::new(http, &filesystem).share(&user, &what).await;
        shared.map_err(|denied| plainly(denied, &what, "it is shared with that user already"))
    })
}

fn choice(found: Filesystem) -> Choice {
    Choice { setting: "filesystem_id".into(), value: found.filesystem_id, title: found.filesystem_name }
}

/// The error of a refusal; in words of ours where the service's may be none.
fn plainly(denied: Denied, what: &str, exists: &str) -> ProviderError {
    match denied {
        Denied::Exists(error) => ProviderError { context: format!("{what}: {exists}"), ..error },
        denied => denied.into_error(),
    }
}
