//! What an account's settings can name at its service, a workspace or a filesystem: listed, made, shared.

use tidemark_providers::settings::Choice;
use tidemark_providers::{ErrorKind, ProviderError};

use crate::accounts::{known, provider_error};
use crate::config::Config;
use crate::error::{EngineError, Result};
use crate::home::Home;

/// What an account can be set to, as its service says; `None` when that can't be asked for.
pub(crate) async fn list(home: &Home, config: &Config, name: &str) -> Result<Option<Vec<Choice>>> {
    let (spec, settings) = known(home, config, name)?;
    let Some(choices) = spec.choices else { return Ok(None) };
    choices(&settings).await.map(Some).map_err(|error| provider_error(name, &error))
}

/// Makes one more of that title.
pub(crate) async fn create(home: &Home, config: &Config, name: &str, title: &str) -> Result<Choice> {
    let (spec, settings) = known(home, config, name)?;
    let Some(create) = spec.create else {
        return Err(EngineError::usage(format!(
            "Nothing can be made with the account \"{name}\": {} doesn't let Tidemark make what its settings name",
            spec.title
        ))
        .hint("make it at the service itself"));
    };
    let title = given("title", title)?;
    create(&settings, title).await.map_err(|error| not_made(name, &error))
}

/// Shares what the account is set to with another user of the service.
pub(crate) async fn share(home: &Home, config: &Config, name: &str, user: &str) -> Result<()> {
    let (spec, settings) = known(home, config, name)?;
    let Some(share) = spec.share else {
        return Err(EngineError::usage(format!(
            "Nothing can be shared with the account \"{name}\": {} doesn't let Tidemark give others access",
            spec.title
        ))
        .hint("share it at the service itself"));
    };
    let user = given("user's id", user)?;
    share(&settings, user).await.map_err(|error| not_shared(name, &error))
}

fn given<'a>(what: &str, text: &'a str) -> Result<&'a str> {
    match text.trim() {
        "" => Err(EngineError::usage(format!("The {what} is empty"))),
        text => Ok(text),
    }
}

fn not_made(name: &str, error: &ProviderError) -> EngineError {
    let known = provider_error(name, error);
    match error.kind {
        ErrorKind::AlreadyExists => known
            .hint(format!("choose another title; `tidemark account show {name}` lists those that there are")),
        _ if is_in_doubt(error) => known.hint(format!(
            "it may have been made all the same: look with `tidemark account show {name}` before you try again"
        )),
        _ => known,
    }
}

fn not_shared(name: &str, error: &ProviderError) -> EngineError {
    let known = provider_error(name, error);
    match error.kind {
        ErrorKind::AlreadyExists => known.hint("there is nothing to do"),
        ErrorKind::Forbidden => known.hint("only its owner may share it, and only with somebody else"),
        ErrorKind::Refused => known.hint("USER is the id that the service has for them, not their name"),
        _ if is_in_doubt(error) => {
            known.hint("it may be shared all the same; trying again does no harm, and says so then")
        }
        _ => known,
    }
}

/// True when the service may have done it, whatever became of its answer.
fn is_in_doubt(error: &ProviderError) -> bool {
    let unclear = matches!(
        error.kind,
        ErrorKind::Network | ErrorKind::Timeout | ErrorKind::Unavailable | ErrorKind::Protocol
    );
    unclear && !error.nothing_was_sent()
}
