//! Accounts: which service, with what settings; their secrets are elsewhere.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tidemark_providers::oauth::SignInNeeded;
use tidemark_providers::registry;
use tidemark_providers::settings::{AccountSettings, ProviderSpec, Secret};
use tidemark_providers::{ErrorKind, Provider, ProviderError};
use ts_rs::TS;

use crate::config::{AccountConfig, Config, PairConfig, check_name};
use crate::error::{EngineError, ErrorCode, Result};
use crate::home::Home;
use crate::renewal::AccountSecret;
use crate::secrets::{SecretPlace, Secrets};

const ALLOW_HTTP: &str = "allow_http";

/// An account, without its secret.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountView {
    /// Its name.
    pub name: String,
    /// Its provider.
    pub provider: String,
    /// Settings by key.
    pub settings: BTreeMap<String, String>,
    /// Where its secret is; `None`: it has none.
    pub secret: Option<SecretPlace>,
    /// Names of the pairs that use it.
    pub pairs: Vec<String>,
    /// What the person should know about the place of the secret; whole sentences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// What a service said about an account.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountCheck {
    /// Name of the account.
    pub account: String,
    /// Its provider.
    pub provider: String,
    /// Who we are there, in one line.
    pub summary: String,
    /// False when the account may only read.
    pub writable: bool,
}

/// Opens the provider of a pair at the pair's root, with the settings and the secret of its account. Asks the service nothing.
pub fn open_provider(home: &Home, config: &Config, pair: &PairConfig) -> Result<Arc<dyn Provider>> {
    let (spec, mut settings) = known(home, config, &pair.account)?;
    settings.values.extend(pair.settings.clone());
    (spec.open)(&settings, &pair.remote).map_err(|error| provider_error(&pair.account, &error))
}

/// Opens an account at a root.
pub(crate) fn open(home: &Home, config: &Config, name: &str, root: &str) -> Result<Arc<dyn Provider>> {
    let (spec, settings) = known(home, config, name)?;
    (spec.open)(&settings, root).map_err(|error| provider_error(name, &error))
}

/// An account's provider, and its settings with its secret.
pub(crate) fn known(
    home: &Home,
    config: &Config,
    name: &str,
) -> Result<(&'static ProviderSpec, AccountSettings)> {
    let account = config.account(name)?;
    let spec = find_provider(&account.provider)?;
    let secret = match account.secret {
        Some(place) => Some(Secrets::of(home, &config.home_id).load(name, place)?),
        None => None,
    };
    let renewed = Some(Arc::new(AccountSecret::new(home, name)) as _);
    Ok((spec, AccountSettings { renewed, ..settings(account, secret) }))
}

/// An account's settings as its provider takes them.
pub(crate) fn settings(account: &AccountConfig, secret: Option<Secret>) -> AccountSettings {
    AccountSettings { values: account.settings.clone(), secret, renewed: None }
}

/// Adds an account after checking name, settings and secret as far as that goes without asking the service. Added once
/// more with the same settings, an account gets the new secret: the way to replace an expired one.
pub(crate) fn add(
    home: &Home,
    provider: &str,
    name: &str,
    mut values: BTreeMap<String, String>,
    secret: Option<Secret>,
) -> Result<AccountView> {
    let spec = find_provider(provider)?;
    check_name("an account", name)?;
    check_keys(spec, &values)?;
    make_absolute(spec, &mut values)?;
    if secret.is_some() && spec.secret.is_none() {
        return Err(EngineError::usage(format!(
            "An account of \"{}\" has no secret; leave --secret-stdin and --secret-env out",
            spec.name
        )));
    }
    let settings = AccountSettings { values, secret, renewed: None };
    (spec.open)(&settings, "").map_err(|error| refused(spec, &error))?;
    let AccountSettings { values, secret, renewed: _ } = settings;

    Config::edit(home, |config| {
        if let Some(there) = config.accounts.get(name)
            && (there.provider != spec.name || there.settings != values || secret.is_none())
        {
            return Err(EngineError::usage(format!(
                "There is an account \"{name}\" already, of {}",
                there.provider
            ))
            .hint(format!(
                "choose another name, or remove that one with `tidemark account remove {name}`; \
                 to replace only its secret, add it with the settings that it has"
            )));
        }
        let stored = match &secret {
            Some(secret) => Some(Secrets::of(home, &config.home_id).store(name, secret)?),
            None => None,
        };
        let account = AccountConfig {
            provider: spec.name.to_owned(),
            secret: stored.as_ref().map(|stored| stored.place),
            settings: values,
        };
        config.accounts.insert(name.to_owned(), account);
        let mut view = view(config, name)?;
        view.warning = stored.and_then(|stored| stored.warning);
        Ok(view)
    })
}

/// An account as people see it.
pub(crate) fn view(config: &Config, name: &str) -> Result<AccountView> {
    let account = config.account(name)?;
    let pairs =
        config.pairs.iter().filter(|pair| pair.account == name).map(|pair| pair.name.clone()).collect();
    Ok(AccountView {
        name: name.to_owned(),
        provider: account.provider.clone(),
        settings: account.settings.clone(),
        secret: account.secret,
        pairs,
        warning: None,
    })
}

/// Asks the service about an account.
pub(crate) async fn check(home: &Home, config: &Config, name: &str) -> Result<AccountCheck> {
    let provider = open(home, config, name, "")?;
    let info = provider.check().await.map_err(|error| provider_error(name, &error))?;
    let account = config.account(name)?;
    Ok(AccountCheck {
        account: name.to_owned(),
        provider: account.provider.clone(),
        summary: info.summary,
        writable: info.writable,
    })
}

/// Asks the service about an account that isn't one yet.
pub(crate) async fn attempt(
    provider: &str,
    mut values: BTreeMap<String, String>,
    secret: Option<Secret>,
) -> Result<AccountCheck> {
    let spec = find_provider(provider)?;
    check_keys(spec, &values)?;
    make_absolute(spec, &mut values)?;
    let settings = AccountSettings { values, secret, renewed: None };
    let provider = (spec.open)(&settings, "").map_err(|error| refused(spec, &error))?;
    let info = provider.check().await.map_err(|error| provider_error(spec.title, &error))?;
    Ok(AccountCheck {
        account: String::new(),
        provider: spec.name.to_owned(),
        summary: info.summary,
        writable: info.writable,
    })
}

/// Removes an account that no pair uses, then its secret.
pub(crate) fn remove(home: &Home, name: &str) -> Result<()> {
    Config::load(home)?.account(name)?;
    let _lock = Config::lock(home)?;
    let mut config = Config::load(home)?;
    let used = view(&config, name)?.pairs;
    if !used.is_empty() {
        return Err(EngineError::usage(format!("The account \"{name}\" is used by: {}", used.join(", ")))
            .hint(
                "remove those pairs first with `tidemark pair remove NAME`; their files stay where they are",
            ));
    }
    let place = config.accounts.remove(name).and_then(|account| account.secret);
    config.save(home)?;
    let Some(place) = place else { return Ok(()) };
    Secrets::of(home, &config.home_id).forget(name, place).map_err(|error| EngineError {
        message: format!("The account \"{name}\" is removed, but not its secret: {}", error.message),
        ..error
    })
}

/// A text in which no secret of an account is left. A secret that can't be looked up now can't be found in it either.
pub(crate) fn without_secrets(home: &Home, config: &Config, mut text: String) -> String {
    let secrets = Secrets::of(home, &config.home_id);
    for (name, account) in &config.accounts {
        if let Some(Ok(secret)) = account.secret.map(|place| secrets.load(name, place)) {
            text = text.replace(secret.expose(), "(secret)");
        }
    }
    text
}

/// The folder of this computer that a root at an account is, for the provider that keeps its files in one.
pub(crate) fn folder_here(account: &AccountConfig, root: &str) -> Option<PathBuf> {
    let key = path_setting(find_provider(&account.provider).ok()?)?;
    let path = PathBuf::from(account.settings.get(key)?);
    Some(path.join(root.trim_matches('/')))
}

/// An error of a provider as a command's, with what the person can do about the account.
pub fn provider_error(account: &str, error: &ProviderError) -> EngineError {
    let message = error.sentence();
    let signs_in = error.source.as_ref().is_some_and(|source| source.is::<SignInNeeded>());
    match error.kind {
        ErrorKind::Unauthorized if signs_in => EngineError::new(ErrorCode::Unauthorized, message)
            .hint(format!("nothing is lost; sign in with `tidemark account login {account}`")),
        ErrorKind::Unauthorized => EngineError::new(ErrorCode::Unauthorized, message).hint(format!(
            "nothing is lost; to replace the secret of \"{account}\", add the account once more with the settings that `tidemark account show {account}` prints, then ask with `tidemark account check {account}`"
        )),
        ErrorKind::Forbidden => EngineError::new(ErrorCode::Unauthorized, message)
            .hint(format!("nothing is lost; the credential of \"{account}\" is good, its role isn't enough")),
        ErrorKind::Network | ErrorKind::Timeout | ErrorKind::Unavailable | ErrorKind::RateLimited => {
            EngineError::new(ErrorCode::ServiceAway, message).hint(format!(
                "nothing is lost; try again later, or look with `tidemark account check {account}` what \"{account}\" answers"
            ))
        }
        ErrorKind::Protocol | ErrorKind::DigestMismatch => EngineError::new(ErrorCode::Protocol, message)
            .hint(format!("nothing is lost; check that the address of \"{account}\" is that of the service")),
        ErrorKind::Settings | ErrorKind::InvalidName => {
            EngineError::usage(message).hint(format!("`tidemark account show {account}` prints its settings"))
        }
        ErrorKind::NotFound => EngineError::new(ErrorCode::NotFound, message)
            .hint(format!("nothing is lost; check the settings with `tidemark account show {account}`")),
        ErrorKind::Cancelled => EngineError::new(ErrorCode::Cancelled, message),
        _ => EngineError::new(ErrorCode::Failed, message),
    }
}

pub(crate) fn find_provider(name: &str) -> Result<&'static ProviderSpec> {
    registry::find(name).ok_or_else(|| {
        let known: Vec<&str> = registry::providers().iter().map(|spec| spec.name).collect();
        EngineError::usage(format!("There is no provider \"{}\"", name.escape_debug()))
            .hint(format!("the providers are: {}", known.join(", ")))
    })
}

fn check_keys(spec: &ProviderSpec, values: &BTreeMap<String, String>) -> Result<()> {
    let mut known: Vec<&str> = spec.settings.iter().map(|setting| setting.key).collect();
    if speaks_http(spec) {
        known.push(ALLOW_HTTP);
    }
    if let Some(key) = values.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(EngineError::usage(format!(
            "\"{}\" has no setting \"{}\"",
            spec.name,
            key.escape_debug()
        ))
        .hint(format!("its settings are: {}", known.join(", "))));
    }
    if let Some(value) = values.get(ALLOW_HTTP)
        && !matches!(value.as_str(), "true" | "false")
    {
        return Err(EngineError::usage(format!(
            "{ALLOW_HTTP} is \"{}\"; it can be true or false",
            value.escape_debug()
        )));
    }
    let missing: Vec<String> = spec
        .settings
        .iter()
        .filter(|setting| {
            setting.required && values.get(setting.key).is_none_or(|value| value.trim().is_empty())
        })
        .map(|setting| format!("--set {}=… ({})", setting.key, setting.what))
        .collect();
    match missing.is_empty() {
        true => Ok(()),
        false => {
            Err(EngineError::usage(format!("\"{}\" needs more settings: {}", spec.name, missing.join(", "))))
        }
    }
}

fn refused(spec: &ProviderSpec, error: &ProviderError) -> EngineError {
    match (error.kind, spec.secret) {
        (ErrorKind::Unauthorized, Some(what)) => EngineError::usage(format!(
            "An account of \"{}\" needs its {what}, and none was given", spec.name
        ))
        .hint("give it with --secret-stdin or --secret-env VAR; on a terminal it is asked for. It is never taken from an argument"),
        _ => EngineError::usage(error.sentence()),
    }
}

fn speaks_http(spec: &ProviderSpec) -> bool {
    spec.settings.iter().any(|setting| matches!(setting.key, "base_url" | "endpoint"))
}

fn path_setting(spec: &ProviderSpec) -> Option<&'static str> {
    spec.settings.iter().map(|setting| setting.key).find(|key| *key == "path")
}

fn make_absolute(spec: &ProviderSpec, values: &mut BTreeMap<String, String>) -> Result<()> {
    let Some(value) = path_setting(spec).and_then(|key| values.get_mut(key)) else { return Ok(()) };
    let at_home = |rest: &str| std::env::home_dir().map(|home| home.join(rest));
    let given = match value.as_str() {
        "~" => at_home(""),
        text => text.strip_prefix("~/").and_then(at_home),
    };
    let given = given.unwrap_or_else(|| PathBuf::from(&*value));
    let absolute = std::path::absolute(&given).map_err(|error| {
        EngineError::usage(format!("The path \"{}\" can't be used: {error}", value.escape_debug()))
    })?;
    *value = absolute.into_os_string().into_string().map_err(|_| {
        EngineError::usage(format!(
            "The path \"{}\" lies below a folder whose name isn't UTF-8",
            value.escape_debug()
        ))
    })?;
    Ok(())
}
