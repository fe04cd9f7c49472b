//! Commands that tell how everything stands, and what Tidemark and its providers can do.

use serde::{Deserialize, Serialize};
use tidemark_providers::registry;
use tidemark_providers::settings::{ProviderSpec, SettingSpec};
use ts_rs::TS;

use super::{Call, Command};
use crate::config::Config;
use crate::consequences::consequences;
use crate::control::Tidemark;
use crate::doctor::DoctorReport;
use crate::error::Result;
use crate::live::Live;
use crate::open_pair::device_name;
use crate::report::PairStatus;

/// How everything stands now.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct OverviewNow {}

/// How everything stands.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct Overview {
    /// This computer's name.
    pub device: String,
    /// Version of Tidemark.
    pub version: String,
    /// The home directory.
    pub home: String,
    /// The number of the first notice that isn't in here.
    pub seq: u64,
    /// All pairs.
    pub pairs: Vec<PairOverview>,
}

/// How a pair stands.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct PairOverview {
    /// As last settled.
    pub status: PairStatus,
    /// Name of the account's provider.
    pub provider: String,
    /// What it is doing now.
    pub live: Live,
}

impl Command for OverviewNow {
    const NAME: &'static str = "overview";
    type Reply = Overview;

    async fn run(self, on: &Tidemark, _: Call) -> Result<Overview> {
        let seq = on.hub.next_seq();
        let config = Config::load(&on.home)?;
        let mut pairs = Vec::new();
        for status in on.status(&[])? {
            let pair = config.pair(&status.pair)?;
            let live = on.hub.live(&status.pair);
            pairs.push(PairOverview {
                provider: config.account(&pair.account)?.provider.clone(),
                live,
                status,
            });
        }
        Ok(Overview {
            device: device_name(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            home: on.home.dir().display().to_string(),
            seq,
            pairs,
        })
    }
}

/// All providers.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct Providers {}

/// A provider, and what an account of it needs.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct ProviderView {
    /// Its name.
    pub name: String,
    /// What it is, in one line.
    pub title: String,
    /// Settings of an account.
    pub settings: Vec<SettingView>,
    /// Settings of a pair.
    pub pair_settings: Vec<SettingView>,
    /// What its secret is called; `None`: it has none.
    pub secret: Option<String>,
    /// What REMOTE of a pair means.
    pub remote: String,
    /// An account may take a sign-in with a browser.
    pub sign_in: bool,
    /// It can say what settings can be set to.
    pub choices: bool,
    /// It keeps old versions.
    pub versions: bool,
    /// What follows from what it can't do; whole sentences.
    pub consequences: Vec<String>,
}

/// A setting that a provider knows.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct SettingView {
    /// Its key.
    pub key: String,
    /// What it is, in a few words.
    pub what: String,
    /// It must be given.
    pub required: bool,
}

impl From<&SettingSpec> for SettingView {
    fn from(setting: &SettingSpec) -> Self {
        Self { key: setting.key.to_owned(), what: setting.what.to_owned(), required: setting.required }
    }
}

impl From<&ProviderSpec> for ProviderView {
    fn from(spec: &ProviderSpec) -> Self {
        let able = (spec.capabilities)();
        Self {
            name: spec.name.to_owned(),
            title: spec.title.to_owned(),
            settings: spec.settings.iter().map(SettingView::from).collect(),
            pair_settings: spec.pair_settings.iter().map(SettingView::from).collect(),
            secret: spec.secret.map(str::to_owned),
            remote: spec.remote.to_owned(),
            sign_in: spec.sign_in.is_some(),
            choices: spec.choices.is_some(),
            versions: able.versions,
            consequences: consequences(&able),
        }
    }
}

impl Command for Providers {
    const NAME: &'static str = "providers";
    type Reply = Vec<ProviderView>;

    async fn run(self, _: &Tidemark, _: Call) -> Result<Self::Reply> {
        Ok(registry::providers().iter().map(ProviderView::from).collect())
    }
}

/// Looks at everything that syncing needs.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct Doctor {}

impl Command for Doctor {
    const NAME: &'static str = "doctor";
    type Reply = DoctorReport;

    async fn run(self, on: &Tidemark, _: Call) -> Result<DoctorReport> {
        Ok(on.doctor().await)
    }
}
