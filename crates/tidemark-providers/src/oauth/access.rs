//! Access tokens: in memory only, fetched when one is needed, renewed a little before they end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::HeaderValue;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::Instant;

use super::client::Client;
use super::failure::Failure;
use super::grant::{Proof, Tokens};
use super::in_memory::InMemory;
use super::sign_in_needed;
use super::under_way::UnderWay;
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::credential::{Credential, Renewing, bearer};
use crate::settings::{AccountSettings, KeepSecret, Secret, SecretTurn};

/// How long before its end a token isn't used any more, at most.
const MARGIN: Duration = Duration::from_secs(60);
const WHAT: &str = "renewing the access token";
/// How long another process may take to renew the same account.
const TURN: Duration = Duration::from_secs(90);

/// What access tokens are had for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// A refresh token, which a person's sign-in left.
    SignedIn,
    /// The secret of a client that needs no person.
    Client,
}

/// The access tokens of one account.
pub struct AccessTokens {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    grant: Grant,
    secret: Arc<dyn KeepSecret>,
    state: Arc<Mutex<State>>,
    /// Attempts to fetch one that have ended.
    ended: AtomicU64,
}

#[derive(Default)]
struct State {
    access: Option<Access>,
    /// The secret that was refused, and how: it isn't tried again.
    refused: Option<(Secret, Failure)>,
    /// What couldn't be stored: it is, before anything else is asked for.
    unstored: Option<Unstored>,
    /// Why the last attempt failed, for all who waited for it.
    failure: Option<Failure>,
}

#[derive(Clone)]
struct Access {
    header: HeaderValue,
    until: Option<Instant>,
}

struct Unstored {
    before: Secret,
    after: Secret,
    access: Access,
}

impl AccessTokens {
    /// Those of an account; asks nothing yet.
    pub fn new(client: Client, grant: Grant, settings: &AccountSettings) -> Self {
        let in_memory = || -> Arc<dyn KeepSecret> { Arc::new(InMemory::new(settings.secret.clone())) };
        let secret = settings.renewed.clone().unwrap_or_else(in_memory);
        let inner = Inner { client, grant, secret, state: Arc::default(), ended: AtomicU64::new(0) };
        Self { inner: Arc::new(inner) }
    }

    /// As a credential.
    pub fn credential(self) -> Credential {
        Credential::Renewing(Arc::new(self))
    }

    async fn another_than(&self, refused: Option<&HeaderValue>, what: &str) -> Result<HeaderValue> {
        let before = self.inner.ended.load(Ordering::Acquire);
        let mut state = Arc::clone(&self.inner.state).lock_owned().await;
        if let Some(access) = &state.access
            && access.is_fresh()
            && refused != Some(&access.header)
        {
            return Ok(access.header.clone());
        }
        if self.inner.ended.load(Ordering::Acquire) > before
            && let Some(failure) = &state.failure
        {
            return Err(failure.of_doing(what));
        }
        state.access = None;
        // A task of its own: whoever stops waiting for it mustn't lose the refresh token that it brings.
        let fetching = tokio::spawn(Arc::clone(&self.inner).fetch(state, UnderWay::begin()));
        let fetched = fetching.await.unwrap_or_else(|_| Err(Failure::internal()));
        fetched.map_err(|failure| failure.of_doing(what))
    }
}

#[async_trait]
impl Renewing for AccessTokens {
    async fn current(&self, what: &str) -> Result<HeaderValue> {
        self.another_than(None, what).await
    }

    async fn instead_of(&self, refused: &HeaderValue, what: &str) -> Result<HeaderValue> {
        self.another_than(Some(refused), what).await
    }

    fn refused_fresh(&self, what: &str) -> ProviderError {
        let context = format!("{what}: the service refused a fresh access token too (401)");
        match self.inner.grant {
            Grant::SignedIn => sign_in_needed(context),
            Grant::Client => ProviderError::permanent(ErrorKind::Unauthorized, context),
        }
    }
}

impl Inner {
    async fn fetch(
        self: Arc<Self>,
        mut state: OwnedMutexGuard<State>,
        _under_way: UnderWay,
    ) -> std::result::Result<HeaderValue, Failure> {
        let fetched = self.renew(&mut state).await;
        self.ended.fetch_add(1, Ordering::AcqRel);
        match fetched {
            Ok(access) => {
                state.failure = None;
                Ok(state.access.insert(access).header.clone())
            }
            Err(error) => {
                let failure = Failure::of(&error);
                state.failure = Some(Failure::of(&error));
                Err(failure)
            }
        }
    }

    async fn renew(&self, state: &mut State) -> Result<Access> {
        let secret = Arc::clone(&self.secret);
        let turn = tokio::time::timeout(TURN, blocking(move || secret.turn()));
        let Ok(turn) = turn.await else {
            let why = "another Tidemark is at it, and doesn't end";
            return Err(ProviderError::passing(ErrorKind::Timeout, why));
        };
        let mut turn = turn?;
        let (turn, stored) = blocking(move || turn.stored().map(|stored| (turn, stored))).await?;
        let Some(stored) = stored else { return Err(self.nothing_stored()) };
        let (turn, stored) = match state.unstored.take() {
            Some(Unstored { before, after, access }) if before == stored => {
                let (turn, access) = self.keep(turn, before, after.clone(), access, state).await?;
                if access.is_fresh() {
                    return Ok(access);
                }
                (turn, after)
            }
            _ => (turn, stored),
        };
        if let Some((refused, failure)) = &state.refused
            && *refused == stored
        {
            return Err(failure.error());
        }
        let asked = Instant::now();
        let tokens = match self.grant {
            Grant::SignedIn => self.client.ask(Proof::Refresh(&stored), WHAT).await,
            Grant::Client => self.client.ask(Proof::Client(&stored), WHAT).await,
        };
        let tokens = tokens.inspect_err(|error| {
            if error.kind == ErrorKind::Unauthorized {
                state.refused = Some((stored.clone(), Failure::of(error)));
            }
        })?;
        tracing::debug!(client = ?self.client, lasts = ?tokens.lasts, "there is a fresh access token");
        let access = Access::new(&tokens, asked)?;
        match tokens.refresh {
            Some(after) if self.grant == Grant::SignedIn && after != stored => {
                Ok(self.keep(turn, stored, after, access, state).await?.1)
            }
            _ => Ok(access),
        }
    }

    /// Stores the successor of a refresh token; until it is stored, `state` holds it.
    async fn keep(
        &self,
        mut turn: Box<dyn SecretTurn>,
        before: Secret,
        after: Secret,
        access: Access,
        state: &mut State,
    ) -> Result<(Box<dyn SecretTurn>, Access)> {
        let secret = after.clone();
        match blocking(move || turn.keep(&secret).map(|()| turn)).await {
            Ok(turn) => Ok((turn, access)),
            Err(error) => {
                state.unstored = Some(Unstored { before, after, access });
                Err(error)
            }
        }
    }

    fn nothing_stored(&self) -> ProviderError {
        match self.grant {
            Grant::SignedIn => sign_in_needed("nobody has signed in to the account yet".into()),
            Grant::Client => {
                ProviderError::permanent(ErrorKind::Unauthorized, "the account has no client secret")
            }
        }
    }
}

impl Access {
    fn new(tokens: &Tokens, asked: Instant) -> Result<Self> {
        let until = tokens.lasts.and_then(|lasts| asked.checked_add(lasts - MARGIN.min(lasts / 4)));
        Ok(Self { header: bearer(&tokens.access)?, until })
    }

    fn is_fresh(&self) -> bool {
        self.until.is_none_or(|until| Instant::now() < until)
    }
}

async fn blocking<T: Send + 'static>(act: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(act).await.unwrap_or_else(|_| {
        Err(ProviderError::permanent(ErrorKind::LocalIo, "looking up the account's secret broke off"))
    })
}
