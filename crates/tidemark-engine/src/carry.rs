//! Carrying a manifest to another computer: `pair export` and `pair import`.

use tidemark_core::path::RelPath;
use tidemark_providers::capabilities::Listing;
use tidemark_providers::provider::RemoteRef;
use tokio_util::sync::CancellationToken;

use crate::accounts::find_provider;
use crate::apply::fetch::fetch;
use crate::apply::trouble::{provider_error, state_error};
use crate::config::{Config, PairConfig};
use crate::control::Tidemark;
use crate::error::{EngineError, ErrorCode, Result};
use crate::import;
use crate::manifest::{self, Manifest};
use crate::manifest_copy;
use crate::observe::remote::ListError;
use crate::open_pair::open_state;
use crate::pair::{Events, Pair};
use crate::state::Meta;

/// Where a manifest comes from.
#[derive(Debug, Clone)]
pub enum ManifestSource {
    /// Its text.
    Text(Vec<u8>),
    /// The service's id of a copy.
    Id(String),
}

impl Tidemark {
    /// The manifest of a pair whose service lists nothing; where its copy knows what the state doesn't, that copy.
    /// `Usage` for other pairs, `NotFound` where nothing is known of what the service has.
    pub fn pair_export(&self, pair: &str) -> Result<Manifest> {
        let config = Config::load(&self.home)?;
        let settings = with_manifest(&config, pair)?;
        let state = open_state(&self.home, settings)?;
        let copy = manifest_copy::path_of(&self.home.dir().join("pairs"), &settings.id);
        if let Some(copy) = manifest_copy::newer(&copy, &state)? {
            return Ok(copy.manifest);
        }
        let manifest = Manifest::of(&state).map_err(|error| state_error(&error))?;
        let settled: Option<i64> = state.get(Meta::SettledNs).map_err(|error| state_error(&error))?;
        if manifest.files.is_empty() && settled.is_none() {
            return Err(nothing_known(pair));
        }
        Ok(manifest)
    }

    /// Takes a manifest in: what it lists is known to be at the service, and the next sync brings it here. What it
    /// doesn't list, or lists as a file that is gone, stays as it is; where both files are there, they are a conflict.
    /// Returns how many files it lists.
    pub async fn pair_import(
        &self,
        pair: &str,
        source: ManifestSource,
        events: Events,
        cancel: CancellationToken,
    ) -> Result<usize> {
        let config = Config::load(&self.home)?;
        let settings = with_manifest(&config, pair)?;
        let _owner = self.own("pair import")?;
        self.opened(&config, settings, events, cancel)?.import(source).await
    }
}

impl Pair {
    /// Takes a manifest in; see [`Tidemark::pair_import`].
    pub async fn import(&self, source: ManifestSource) -> Result<usize> {
        let _turn = self.turns.look.lock().await;
        let text = match source {
            ManifestSource::Text(text) => text,
            ManifestSource::Id(id) => fetched(self, &id).await?,
        };
        let manifest = Manifest::parse(&text)?;
        let taken = async {
            manifest_copy::recover(self).await?;
            import::take_in(self, &manifest).await
        };
        taken.await.map_err(|error| match error {
            ListError::Provider(error) => provider_error(self, &error),
            ListError::State(error) => state_error(&error),
            ListError::Engine(error) => error,
        })
    }
}

fn with_manifest<'c>(config: &'c Config, pair: &str) -> Result<&'c PairConfig> {
    let settings = config.pair(pair)?;
    let provider = find_provider(&config.account(&settings.account)?.provider)?;
    if (provider.capabilities)().listing == Listing::None {
        return Ok(settings);
    }
    Err(EngineError::usage(format!(
        "The pair \"{pair}\" has no manifest: {} lists its files itself",
        provider.name
    ))
    .hint("add a pair with the same REMOTE on the other computer; it finds everything"))
}

/// A pair that was never synced knows as little as one that has lost both its state and its manifest.
fn nothing_known(pair: &str) -> EngineError {
    EngineError::new(
        ErrorCode::NotFound,
        format!("There is no manifest to export: this computer knows no file of \"{pair}\" at the service"),
    )
    .hint(format!(
        "Sync it first with `tidemark sync {pair}`. If it was synced here before, its state is lost: take another copy \
         of the manifest in with `tidemark pair import {pair} FILE`, or with `tidemark pair import {pair} --id ID`."
    ))
}

async fn fetched(pair: &Pair, id: &str) -> Result<Vec<u8>> {
    let path = RelPath::new("manifest").map_err(|error| EngineError::usage(error.to_string()))?;
    let item = RemoteRef { id: Some(tidemark_core::node::RemoteId(id.into())), path };
    let fetched = fetch(pair, &item, None, &|_| {}).await.map_err(|error| {
        provider_error(pair, &error)
            .hint("`tidemark status` on the computer that made it shows the manifest's id.")
    })?;
    let (disk, key, size) = (pair.disk.clone(), fetched.key, fetched.size);
    let disk_error = |error: tidemark_disk::DiskError| EngineError::new(ErrorCode::Disk, error.sentence());
    let read = pair.offload.run(move || {
        let read = disk.open_staged(&key).and_then(|file| {
            let mut text = vec![0; usize::try_from(size.min(manifest::MAX_BYTES + 1)).unwrap_or(0)];
            let count = file.read_at(0, &mut text)?;
            text.truncate(count);
            Ok(text)
        });
        disk.discard(&key).and(read)
    });
    read.await?.map_err(disk_error)
}
