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
use crate::observe::remote::ListError;
use crate::open_pair::{self, open_state};
use crate::pair::{Events, Pair};

/// Where a manifest comes from.
#[derive(Debug, Clone)]
pub enum ManifestSource {
    /// Its text.
    Text(Vec<u8>),
    /// The service's id of a copy.
    Id(String),
}

impl Tidemark {
    /// The manifest of a pair whose service lists nothing. `Usage` for other pairs.
    pub fn pair_export(&self, pair: &str) -> Result<Manifest> {
        let config = Config::load(&self.home)?;
        let settings = with_manifest(&config, pair)?;
        let state = open_state(&self.home, settings)?;
        Manifest::of(&state).map_err(|error| state_error(&error))
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
        let _owner = self.home.own("pair import")?;
        open_pair::open(&self.home, &config, settings, events, cancel)?.import(source).await
    }
}

impl Pair {
    /// Takes a manifest in; see [`Tidemark::pair_import`].
    pub async fn import(&self, source: ManifestSource) -> Result<usize> {
        let text = match source {
            ManifestSource::Text(text) => text,
            ManifestSource::Id(id) => fetched(self, &id).await?,
        };
        let manifest = Manifest::parse(&text)?;
        let taken = async {
            manifest::recover(self).await?;
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
