//! Opening a pair: its disk, its provider and its state, from the settings of a home directory.

use std::path::Path;
use std::sync::Arc;

use tidemark_core::ignore_rules::IgnoreRules;
use tidemark_disk::FolderDisk;
use tokio_util::sync::CancellationToken;

use crate::accounts;
use crate::apply::trouble::state_error;
use crate::bandwidth::Bandwidth;
use crate::clock::SystemClock;
use crate::config::{Config, PairConfig};
use crate::error::{EngineError, ErrorCode, Result};
use crate::home::Home;
use crate::offload::Offload;
use crate::pair::{Events, Pair, Traffic, Turns};
use crate::private_files;
use crate::report::Event;
use crate::retry::Pacer;
use crate::state::{self, State};

/// Opens a pair of this home directory for work. The caller owns the home.
pub(crate) fn open(
    home: &Home,
    config: &Config,
    pair: &PairConfig,
    events: Events,
    cancel: CancellationToken,
) -> Result<Pair> {
    let state = open_state(home, pair)?;
    if let Some(aside) = state.set_aside() {
        tell_set_aside(pair, aside, &events);
    }
    with_state(home, config, pair, state, events, cancel)
}

/// The same with a state that is open already.
pub(crate) fn with_state(
    home: &Home,
    config: &Config,
    pair: &PairConfig,
    state: State,
    events: Events,
    cancel: CancellationToken,
) -> Result<Pair> {
    let ignore = IgnoreRules::new(&pair.ignore).map_err(|error| {
        EngineError::usage(format!("the ignore rules of \"{}\" can't be used: {error}", pair.name))
    })?;
    Ok(Pair {
        disk: open_disk(home, pair)?,
        provider: accounts::open_provider(home, config, pair)?,
        state: Arc::new(state),
        ignore: Arc::new(ignore),
        states_folder: home.dir().join("pairs"),
        device: device_name(),
        clock: Arc::new(SystemClock),
        offload: Offload::Threads,
        pacer: Arc::new(Pacer::default()),
        bandwidth: Arc::new(Bandwidth::new(pair.upload_limit, pair.download_limit)),
        traffic: Arc::new(Traffic::default()),
        rescued: Default::default(),
        turns: Turns::default(),
        config: Arc::new(pair.clone()),
        events,
        cancel,
    })
}

/// Sets the state of a pair aside if it is damaged; true when it was. Nobody may have it open.
pub(crate) fn mend_state(home: &Home, pair: &PairConfig, events: &Events) -> Result<bool> {
    let aside = state::mend(&home.pair_db(&pair.id)).map_err(|error| state_error(&error))?;
    if let Some(aside) = &aside {
        tell_set_aside(pair, aside, events);
    }
    Ok(aside.is_some())
}

fn tell_set_aside(pair: &PairConfig, aside: &Path, events: &Events) {
    events(Event::Warning {
        text: format!(
            "The state of \"{}\" was damaged and was set aside as \"{}\". The next sync compares both sides anew and deletes nothing.",
            pair.name,
            aside.display()
        ),
    });
}

/// Opens the state of a pair.
pub(crate) fn open_state(home: &Home, pair: &PairConfig) -> Result<State> {
    home.make()?;
    let path = home.pair_db(&pair.id);
    private_files::open(&path).map_err(|error| home.error("opening the state", &path, &error))?;
    State::open(&path).map_err(|error| state_error(&error))
}

/// Opens this computer's side of a pair; the root need not be there.
pub(crate) fn open_disk(home: &Home, pair: &PairConfig) -> Result<Arc<FolderDisk>> {
    let store = tidemark_disk::store_for(&pair.local, &home.pair_store(&pair.id));
    let disk = FolderDisk::open(pair.local.clone(), store);
    disk.map(Arc::new).map_err(|error| EngineError::new(ErrorCode::Disk, error.sentence()))
}

/// This computer's name.
pub(crate) fn device_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
