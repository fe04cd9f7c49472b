//! Signing in to an account with a browser.

use std::time::Duration;

use tidemark_providers::oauth::{RANDOM, SignIn};
use tidemark_providers::settings::Secret;
use tidemark_providers::{ErrorKind, ProviderError};
use tokio_util::sync::CancellationToken;

use crate::accounts::{self, AccountView};
use crate::config::Config;
use crate::control::Tidemark;
use crate::error::{EngineError, ErrorCode, Result};
use crate::home::Home;
use crate::offload::Offload;
use crate::secrets::Secrets;

/// How long a person may take.
const LIMIT: Duration = Duration::from_secs(600);

impl Tidemark {
    /// Signs in to an account: gives the link to `browse`, waits for up to ten minutes until the browser brings the answer,
    /// and keeps what comes of it as the account's secret. `Usage` when the account takes no sign-in. Until it has
    /// worked the account stays as it was.
    pub async fn account_login(
        &self,
        name: &str,
        browse: impl FnOnce(&str),
        cancel: CancellationToken,
    ) -> Result<AccountView> {
        let attempt = way_in(&Config::load(&self.home)?, name)?.begin(&random()?).await;
        let attempt = attempt.map_err(|error| failed(name, &error))?;
        browse(attempt.link());
        let host = attempt.host();
        let secret = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(EngineError::new(ErrorCode::Cancelled, "stopped")),
            answer = tokio::time::timeout(LIMIT, attempt.finish()) => match answer {
                Ok(answer) => answer.map_err(|error| failed(name, &error))?,
                Err(_) => return Err(too_late(name, &host)),
            },
        };
        let (home, account) = (self.home.clone(), name.to_owned());
        Offload::Threads.run(move || keep(&home, &account, &secret)).await?
    }
}

fn way_in(config: &Config, name: &str) -> Result<SignIn> {
    let account = config.account(name)?;
    let spec = accounts::find_provider(&account.provider)?;
    let Some(sign_in) = spec.sign_in else {
        return Err(EngineError::usage(format!(
            "The account \"{name}\" can't be signed in to: {} takes no sign-in with a browser",
            spec.title
        )));
    };
    sign_in(&accounts::settings(account, None)).map_err(|error| {
        EngineError::usage(format!("The account \"{name}\" can't be signed in to: {}", error.sentence()))
            .hint(format!("`tidemark account show {name}` prints its settings"))
    })
}

fn random() -> Result<[u8; RANDOM]> {
    let mut bytes = [0; RANDOM];
    getrandom::fill(&mut bytes).map_err(|error| {
        EngineError::new(ErrorCode::Failed, format!("this system gives no random numbers: {error}"))
    })?;
    Ok(bytes)
}

fn keep(home: &Home, name: &str, secret: &Secret) -> Result<AccountView> {
    Config::edit(home, |config| {
        config.account(name)?;
        let stored = Secrets::of(home, &config.home_id).store(name, secret)?;
        if let Some(account) = config.accounts.get_mut(name) {
            account.secret = Some(stored.place);
        }
        Ok(AccountView { warning: stored.warning, ..accounts::view(config, name)? })
    })
}

fn failed(name: &str, error: &ProviderError) -> EngineError {
    let known = accounts::provider_error(name, error);
    match error.kind {
        ErrorKind::Settings => known,
        _ => known.hint(format!("nothing has changed; try `tidemark account login {name}` again")),
    }
}

fn too_late(name: &str, host: &str) -> EngineError {
    EngineError::new(
        ErrorCode::Failed,
        format!(
            "Signing in to \"{name}\" took longer than {} minutes; no answer came from {host}",
            LIMIT.as_secs() / 60
        ),
    )
    .hint(format!("nothing has changed; try `tidemark account login {name}` again"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::AccountConfig;

    fn with_account(dir: &tempfile::TempDir) -> Tidemark {
        let tidemark = Tidemark::open(Some(dir.path().join("home"))).unwrap();
        let settings = [("auth", "oauth"), ("client_id", "c"), ("issuer", "http://127.0.0.1:1")];
        Config::edit(&tidemark.home, |config| {
            let account = AccountConfig {
                provider: "evo".into(),
                secret: None,
                settings: settings.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
            };
            config.accounts.insert("work".into(), account);
            Ok(())
        })
        .unwrap();
        tidemark
    }

    #[tokio::test(start_paused = true)]
    async fn a_person_who_never_comes_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let tidemark = with_account(&dir);
        let start = tokio::time::Instant::now();
        let late = tidemark.account_login("work", |_| {}, CancellationToken::new()).await.unwrap_err();
        assert_eq!((late.code, start.elapsed()), (ErrorCode::Failed, LIMIT));
        assert!(late.message.contains("10 minutes; no answer came from 127.0.0.1:1"), "{late}");
    }

    #[tokio::test]
    async fn each_sign_in_has_a_link_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let (tidemark, cancel) = (with_account(&dir), CancellationToken::new());
        cancel.cancel();
        let mut links = std::collections::BTreeSet::new();
        for _ in 0..2 {
            let browse = |link: &str| {
                links.insert(link.split_once("state=").unwrap().1.to_owned());
            };
            let stopped = tidemark.account_login("work", browse, cancel.clone()).await.unwrap_err();
            assert_eq!(stopped.code, ErrorCode::Cancelled);
        }
        assert_eq!(links.len(), 2);
    }
}
