//! An identity server, an Evo that trusts it, and accounts there.

use std::collections::BTreeMap;
use std::sync::Arc;

use tidemark_providers::oauth::{Attempt, RANDOM, SignInNeeded};
use tidemark_providers::settings::{AccountSettings, ProviderSpec, Secret};
use tidemark_providers::{Provider, ProviderError, Result, registry};
use tidemark_tests::fake::evo::FakeEvo;
use tidemark_tests::fake::identity::{DESKTOP, Endpoint, FakeIdentity, SERVICE, Settings};

use crate::kept::Kept;

/// Both servers.
pub(crate) struct Scene {
    pub(crate) identity: FakeIdentity,
    pub(crate) evo: FakeEvo,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with(FakeIdentity::with())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let identity = settings.start().unwrap();
        let evo = FakeEvo::with().trusts(identity.passes()).start().unwrap();
        Self { identity, evo }
    }

    /// Settings of an account that a person signs in to, with these changes.
    pub(crate) fn settings(&self, kept: &Kept, changes: &[(&str, &str)]) -> AccountSettings {
        let mut values: BTreeMap<String, String> = [
            ("base_url", self.evo.base_url().to_owned()),
            ("organisation_id", self.evo.organisation_id().to_string()),
            ("workspace_id", self.evo.workspace_id().to_string()),
            ("auth", "oauth".to_owned()),
            ("client_id", DESKTOP.to_owned()),
            ("issuer", self.identity.base_url().to_owned()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into();
        values.extend(changes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        AccountSettings {
            values,
            secret: kept.secret().map(Secret::new),
            renewed: Some(Arc::new(kept.clone())),
        }
    }

    /// An account that a person has signed in to.
    pub(crate) fn signed_in(&self) -> (Kept, Arc<dyn Provider>) {
        let kept = Kept::new(Some(&self.identity.signed_in()));
        let provider = self.open(&kept);
        (kept, provider)
    }

    pub(crate) fn open(&self, kept: &Kept) -> Arc<dyn Provider> {
        (evo().open)(&self.settings(kept, &[]), "").unwrap()
    }

    /// An account of a machine, with this secret.
    pub(crate) fn machine(&self, secret: &str) -> Arc<dyn Provider> {
        let changes = [("auth", "client-credentials"), ("client_id", SERVICE)];
        (evo().open)(&self.settings(&Kept::new(Some(secret)), &changes), "").unwrap()
    }

    /// Begins to sign in, with these changes to the settings.
    pub(crate) async fn begin(&self, changes: &[(&str, &str)]) -> Result<Attempt> {
        let settings = self.settings(&Kept::new(None), changes);
        evo().sign_in.unwrap()(&settings)?.begin(&[7; RANDOM]).await
    }

    /// How often tokens were asked for.
    pub(crate) fn times_asked_for_tokens(&self) -> u64 {
        self.identity.summary().by_endpoint.get(&Endpoint::Token).copied().unwrap_or_default()
    }

    /// What the servers saw of us was within the contract.
    pub(crate) fn no_breaches(&self) {
        assert_eq!(self.identity.breaches(), []);
        assert_eq!(self.evo.breaches(), []);
    }
}

pub(crate) fn evo() -> &'static ProviderSpec {
    registry::find("evo").unwrap()
}

/// It failed, without showing a secret.
#[track_caller]
pub(crate) fn error<T>(result: Result<T>) -> ProviderError {
    let error = result.err().expect("that should have failed");
    let shown = format!("{} {error:?}", error.sentence());
    assert!(!shown.contains("canary"), "{shown}");
    error
}

/// A person has to sign in.
pub(crate) fn needs_sign_in(error: &ProviderError) -> bool {
    error.source.as_ref().is_some_and(|source| source.is::<SignInNeeded>())
}
