//! A simulated world: both sides of a pair in memory, the engine itself on paused time with a real state file, faults,
//! crashes and other people's edits at every call. The same story gives the same trace.

mod carrying;
mod chance;
mod clock;
mod content;
mod course;
mod disk;
mod edit;
mod items;
mod ledger;
mod left_behind;
mod oracle;
mod other_device;
mod places;
mod profile;
mod provider;
mod scene;
mod shrink;
mod side;
mod staging;
mod story;
mod tree;
mod unlisted;
mod upload;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tempfile::TempDir;
use tidemark_core::ignore_rules::IgnoreRules;
use tidemark_core::plan::operation::Keep;
use tidemark_core::plan::policy::OnConflict;
use tidemark_engine::bandwidth::Bandwidth;
use tidemark_engine::config::PairConfig;
use tidemark_engine::offload::Offload;
use tidemark_engine::pair::{Pair, Traffic};
use tidemark_engine::report::PairReport;
use tidemark_engine::resolve::Decision;
use tidemark_engine::retry::Pacer;
use tidemark_engine::state::{Act, ConflictRow, State};
use tidemark_providers::Provider;
use tidemark_providers::capabilities::Listing;
use tokio::runtime::Runtime;

pub use chance::story_of;
pub use content::content;
pub use course::{At, DiskFault, Happening, Sabotage, ServiceFault};
pub use edit::{Edit, Side};
pub use profile::Profile;
pub use shrink::shrunk;
pub use side::{Local, Remote};
pub use story::{Failure, Step, Story};

use clock::SimClock;
use disk::SimDisk;
use items::Service;
use provider::SimProvider;
use scene::{Crash, STATE, Scene};
use unlisted::Unlisted;

/// Syncs after which a world must have come to rest.
const ROUNDS: usize = 8;
/// Simulated time in which a sync must end.
const PATIENCE: Duration = Duration::from_secs(7 * 24 * 3600);

/// Two sides, a pair between them, and the time.
pub struct World {
    scene: Arc<Scene>,
    home: TempDir,
    config: PairConfig,
    pair: Option<Pair>,
    runtime: Runtime,
}

impl World {
    /// A world with an empty folder and an empty service of that kind.
    pub fn new(profile: Profile) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap_or_else(|error| panic!("a runtime can't be made: {error}"));
        let clock = Arc::new(SimClock::new(runtime.handle()));
        let scene = Arc::new(Scene::new(clock, Service::new(profile.capabilities())));
        let quick = Path::new("/dev/shm");
        let home = if quick.is_dir() { TempDir::new_in(quick) } else { TempDir::new() };
        let home = home.unwrap_or_else(|error| panic!("a temporary folder can't be made: {error}"));
        let config = PairConfig::new("pair", "/simulated".into(), "account", "");
        Self { scene, home, config, pair: None, runtime }
    }

    /// The same world with that rule for conflicts.
    pub fn on_conflict(mut self, rule: OnConflict) -> Self {
        self.configure(|config| config.on_conflict = rule);
        self
    }

    /// Changes the settings of the pair.
    pub fn configure(&mut self, change: impl FnOnce(&mut PairConfig)) {
        self.pair = None;
        change(&mut self.config);
    }

    /// This computer.
    pub fn local(&self) -> Local<'_> {
        Local(&self.scene)
    }

    /// The service, as other devices write to it.
    pub fn remote(&self) -> Remote<'_> {
        Remote(&self.scene)
    }

    /// Lets time pass.
    pub fn wait(&self, time: Duration) {
        self.scene.clock.pass(time);
    }

    /// One sync to its end.
    pub fn sync(&mut self) -> PairReport {
        self.sync_during(false, &[]).unwrap_or_else(|| panic!("nobody ends the process"))
    }

    /// One sync in which deletions are confirmed.
    pub fn sync_confirmed(&mut self) -> PairReport {
        self.sync_during(true, &[]).unwrap_or_else(|| panic!("nobody ends the process"))
    }

    /// One sync during which things happen. `None`: the process ended.
    pub fn sync_during(&mut self, confirmed: bool, happenings: &[(At, Happening)]) -> Option<PairReport> {
        let name = if confirmed { "sync confirmed" } else { "sync" };
        let report = self.run(name, happenings, async |pair| pair.sync(confirmed).await)?;
        let done = oracle::summary(&report);
        self.scene.stage().course.trace.push(format!("  = {done}"));
        Some(report)
    }

    /// Decides all conflicts that wait, as a person does, while things happen. `None`: the process ended.
    pub fn resolve_during(&mut self, keep: Keep, happenings: &[(At, Happening)]) -> Option<PairReport> {
        self.scene.stage().ledger.somebody_decided = true;
        let resolved = self.run(&format!("resolve {keep:?}"), happenings, async |pair| {
            let waiting = pair.state.conflicts().unwrap_or_else(|error| panic!("{error}"));
            let ids: Vec<i64> = waiting.iter().map(|row| row.id).collect();
            pair.resolve(&ids, &Decision::Keep(keep)).await
        })?;
        Some(resolved.unwrap_or_else(|error| panic!("{error}\n{}", self.trace())).0)
    }

    /// Undoes all decisions that were made and not undone, while things happen. `None`: the process ended.
    pub fn undo_during(&mut self, happenings: &[(At, Happening)]) -> Option<Result<(), String>> {
        let undone = self.run("undo", happenings, async |pair| {
            let made = pair.state.resolutions(usize::MAX).unwrap_or_else(|error| panic!("{error}"));
            let made = made.iter().filter(|row| row.undone_ns.is_none());
            pair.undo(&made.map(|row| row.id).collect::<Vec<i64>>()).await
        })?;
        Some(undone.map(drop).map_err(|error| error.to_string()))
    }

    /// The engine does something, and things happen meanwhile. `None`: the process ended.
    fn run<T>(
        &mut self,
        name: &str,
        happenings: &[(At, Happening)],
        work: impl AsyncFnOnce(&Pair) -> T,
    ) -> Option<T> {
        let pair = self.pair.take().unwrap_or_else(|| self.open());
        {
            let course = &mut self.scene.stage().course;
            course.begin(happenings);
            course.trace.push(name.to_owned());
        }
        self.scene.runs.store(true, Ordering::Relaxed);
        let done = async { tokio::time::timeout(PATIENCE, work(&pair)).await };
        let done = catch_unwind(AssertUnwindSafe(|| self.runtime.block_on(done)));
        self.scene.runs.store(false, Ordering::Relaxed);
        match done {
            Ok(Ok(done)) => {
                self.pair = Some(pair);
                Some(done)
            }
            Ok(Err(_)) => panic!("the {name} doesn't end"),
            Err(payload) if payload.is::<Crash>() => {
                let mut stage = self.scene.stage();
                stage.course.trace.push("  = crashed".to_owned());
                stage.ledger.forgot_overtaken |= stage.ledger.overtaken;
                if stage.course.sabotage == Some(Sabotage::ForgottenIntents) {
                    forget_uploads(&pair.state);
                }
                None
            }
            Err(payload) => resume_unwind(payload),
        }
    }

    /// One sync during which things happen, written as in stories: `at [install "a"] here: write a 2`, one a line.
    pub fn sync_while(&mut self, happenings: &str) -> Option<PairReport> {
        let lines = happenings.lines().map(str::trim).filter(|line| !line.is_empty());
        let read = |line| {
            let (at, rest) = At::parse(line).ok_or_else(|| format!("{line:?} says not when"))?;
            Ok((at, rest.parse()?))
        };
        let happenings: Result<Vec<_>, String> = lines.map(read).collect();
        self.sync_during(false, &happenings.unwrap_or_else(|why| panic!("{why}")))
    }

    /// Calls that the last sync made: the engine's to the disk, to open files, and to the service.
    pub fn calls(&self) -> u64 {
        self.scene.stage().course.number
    }

    /// Deletes the state file.
    pub fn lose_state(&mut self) {
        self.pair = None;
        {
            let mut stage = self.scene.stage();
            stage.course.trace.push("lose state".to_owned());
            stage.ledger.forgot_overtaken |= stage.ledger.overtaken;
        }
        if self.lists_nothing() {
            self.forget_what_nothing_leads_to();
        }
        for suffix in ["", "-wal", "-shm"] {
            let file = PathBuf::from(format!("{}{suffix}", self.state_file().display()));
            if file.exists() {
                std::fs::remove_file(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            }
        }
    }

    /// Puts a copy of the state file aside.
    pub fn back_up_state(&mut self) {
        self.pair = None;
        self.copy_state(&self.state_file(), &self.home.path().join("backup"));
    }

    /// Puts the copy back in the place of the state file.
    pub fn restore_state(&mut self) {
        self.lose_state();
        self.copy_state(&self.home.path().join("backup"), &self.state_file());
    }

    fn copy_state(&self, from: &Path, to: &Path) {
        std::fs::copy(from, to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    }

    /// Decides all conflicts that wait.
    pub fn decide(&mut self, keep: Keep) {
        let pair = self.pair.take().unwrap_or_else(|| self.open());
        self.scene.stage().ledger.somebody_decided = true;
        self.scene.stage().course.trace.push(format!("decide {keep:?}"));
        for row in pair.state.conflicts().unwrap_or_else(|error| panic!("{error}")) {
            let stored = if row.sticky {
                pair.state.close_conflict(&row.path)
            } else {
                pair.state.put_conflict(&ConflictRow { decision: Some(keep), ..row })
            };
            stored.unwrap_or_else(|error| panic!("{error}"));
        }
        self.pair = Some(pair);
    }

    /// Syncs until nothing is left to do, confirming deletions that are held; the last report. Fails when there is no
    /// end to it.
    pub fn settled(&mut self) -> Result<PairReport, String> {
        let mut report = self.sync();
        for _ in 0..ROUNDS {
            let confirmed = report.held.is_some();
            report = if confirmed { self.sync_confirmed() } else { self.sync() };
            if !confirmed && report.error.is_none() && self.did_nothing(&report) {
                return Ok(report);
            }
        }
        Err(format!("{ROUNDS} syncs, and still not at rest: {}", oracle::summary(&report)))
    }

    /// Syncs until nothing is left to do.
    pub fn settle(&mut self) -> PairReport {
        self.settled().unwrap_or_else(|why| panic!("{why}\n{}", self.trace()))
    }

    /// Everything that happened so far, one line each.
    pub fn trace(&self) -> String {
        self.scene.stage().course.trace.join("\n")
    }

    fn state_file(&self) -> PathBuf {
        self.home.path().join("pair.db")
    }

    fn lists_nothing(&self) -> bool {
        self.scene.stage().service.able.listing == Listing::None
    }

    /// Where nothing is listed, each use of the state counts as a call: what is stored when is all that leads to an item.
    fn open(&self) -> Pair {
        let mut state = State::open(&self.state_file()).unwrap_or_else(|error| panic!("{error}"));
        let provider = SimProvider::new(self.scene.clone());
        let provider: Arc<dyn Provider> = match self.lists_nothing() {
            true => {
                let scene = self.scene.clone();
                state = state.before_each_use(move || {
                    if scene.runs.load(Ordering::Relaxed) {
                        scene.call(STATE, |_, _| ());
                    }
                });
                Arc::new(Unlisted(provider))
            }
            false => Arc::new(provider),
        };
        let ignore = IgnoreRules::new(&self.config.ignore).unwrap_or_else(|error| panic!("{error}"));
        Pair {
            config: Arc::new(self.config.clone()),
            disk: Arc::new(SimDisk(self.scene.clone())),
            provider,
            state: Arc::new(state),
            ignore: Arc::new(ignore),
            states_folder: self.home.path().to_owned(),
            device: "desk".to_owned(),
            clock: self.scene.clock.clone(),
            offload: Offload::Inline,
            pacer: Arc::new(Pacer::default()),
            bandwidth: Arc::new(Bandwidth::new(None, None)),
            traffic: Arc::new(Traffic::default()),
            rescued: Default::default(),
            turns: Default::default(),
            events: Arc::new(|_| {}),
            cancel: Default::default(),
        }
    }
}

fn forget_uploads(state: &State) {
    let intents = state.intents().unwrap_or_else(|error| panic!("{error}"));
    for intent in intents.iter().filter(|intent| matches!(intent.act, Act::Upload { .. })) {
        state.end_intent(intent.id).unwrap_or_else(|error| panic!("{error}"));
    }
}
