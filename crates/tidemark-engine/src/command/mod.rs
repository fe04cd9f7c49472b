//! The list of commands: each has a name, its parameters, and what it answers. Shells reach the engine through it, in this
//! process or through another one that keeps the pairs in step.

mod account;
mod conflict;
mod overview;
mod pair;
mod past;
mod sync;

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use ts_rs::{Config as TsConfig, TS, TypeVisitor};

pub use account::{
    AccountAdd, AccountChanged, AccountCheckNow, AccountChoices, AccountLogin, AccountLoginLink,
    AccountRemove, AccountTry, Accounts,
};
pub use conflict::{
    ConflictDraft, ConflictList, ConflictShow, ConflictTextsNow, ForeignCopies, Resolutions, Resolve,
    ResolveByFile, ResolveMerged, Undo,
};
pub use overview::{Doctor, Overview, OverviewNow, PairOverview, ProviderView, Providers, SettingView};
pub use pair::{FoldersHere, PairAdd, PairPause, PairRemove, PairResume, PairSet, PairTry, Pairs, PlanNew};
pub use past::{
    Activity, ExplainPath, History, IgnorePreviewNow, Kept, KeptPurge, KeptRestore, Problems, RestoreVersion,
    VersionText,
};
pub use sync::{HoldRestore, Plan, Sync};

use crate::control::Tidemark;
use crate::error::{EngineError, ErrorCode, Result};
use crate::hub::Notice;
use crate::pair::Events;

/// What goes along with a command.
#[derive(Clone)]
pub struct Call {
    /// Takes what happens meanwhile.
    pub events: Events,
    /// Stops it.
    pub cancel: CancellationToken,
}

/// One command with its parameters.
pub trait Command: Serialize + DeserializeOwned + Send {
    /// Its name.
    const NAME: &'static str;
    /// What it answers.
    type Reply: Serialize + DeserializeOwned + Send;
    /// Does it.
    fn run(self, on: &Tidemark, call: Call) -> impl Future<Output = Result<Self::Reply>> + Send;
}

macro_rules! commands {
    ($($command:ty),* $(,)?) => {
        /// Does the command of that name. `NotFound` for a name that isn't in the list, `Usage` for parameters that it
        /// doesn't take.
        pub async fn call(on: &Tidemark, name: &str, params: Value, call: Call) -> Result<Value> {
            match name {
                $(<$command as Command>::NAME => answer::<$command>(on, params, call).await,)*
                _ => Err(EngineError::new(
                    ErrorCode::NotFound,
                    format!("there is no command \"{}\"", name.escape_debug()),
                )),
            }
        }

        /// All commands and what they take and give, as TypeScript.
        pub fn typescript() -> String {
            let config = TsConfig::new().with_large_int("number");
            let mut types = Types { config: &config, known: BTreeMap::new() };
            let mut map = String::new();
            $({
                TypeVisitor::visit::<$command>(&mut types);
                TypeVisitor::visit::<<$command as Command>::Reply>(&mut types);
                map.push_str(&format!(
                    "  {:?}: {{ params: {}; reply: {} }};\n",
                    <$command as Command>::NAME,
                    <$command as TS>::name(&config),
                    <<$command as Command>::Reply as TS>::name(&config)
                ));
            })*
            TypeVisitor::visit::<Notice>(&mut types);
            TypeVisitor::visit::<EngineError>(&mut types);
            let known: Vec<String> = types.known.into_values().collect();
            format!(
                "// Made from the engine's commands by `cargo test -p tidemark-engine types`; don't edit.\n\n{}\n\nexport interface Commands {{\n{map}}}\n",
                known.join("\n\n")
            )
        }
    };
}

commands![
    OverviewNow,
    Providers,
    Doctor,
    Accounts,
    AccountTry,
    AccountAdd,
    AccountCheckNow,
    AccountChoices,
    AccountLogin,
    AccountChanged,
    AccountRemove,
    FoldersHere,
    PairTry,
    PlanNew,
    PairAdd,
    Pairs,
    PairSet,
    PairPause,
    PairResume,
    PairRemove,
    Plan,
    Sync,
    HoldRestore,
    ConflictList,
    ConflictShow,
    ConflictTextsNow,
    ConflictDraft,
    Resolve,
    ResolveByFile,
    ResolveMerged,
    Resolutions,
    Undo,
    ForeignCopies,
    Problems,
    Activity,
    ExplainPath,
    History,
    VersionText,
    RestoreVersion,
    Kept,
    KeptRestore,
    KeptPurge,
    IgnorePreviewNow,
];

async fn answer<C: Command>(on: &Tidemark, params: Value, call: Call) -> Result<Value> {
    let command: C = serde_json::from_value(params).map_err(|error| {
        EngineError::usage(format!("the command \"{}\" doesn't take these parameters: {error}", C::NAME))
    })?;
    let reply = command.run(on, call).await?;
    serde_json::to_value(reply).map_err(|error| {
        EngineError::new(ErrorCode::Failed, format!("the answer of \"{}\" can't be told: {error}", C::NAME))
    })
}

struct Types<'c> {
    config: &'c TsConfig,
    known: BTreeMap<String, String>,
}

impl TypeVisitor for Types<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_none() {
            T::visit_dependencies(self);
            T::visit_generics(self);
            return;
        }
        let name = T::ident(self.config);
        if self.known.contains_key(&name) {
            return;
        }
        let text = format!("export {}", T::decl(self.config));
        self.known.insert(name, text);
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_the_ui_are_these() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src/generated/control.ts");
        let types = typescript();
        if std::env::var_os("TIDEMARK_WRITE_TYPES").is_some() {
            std::fs::write(path, &types).unwrap();
        }
        let there = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            there == types,
            "{path} is not up to date: TIDEMARK_WRITE_TYPES=1 cargo test -p tidemark-engine types"
        );
    }
}
