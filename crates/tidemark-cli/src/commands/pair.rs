//! `tidemark pair`: which folder is kept in step with what.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use tidemark_core::plan::policy::{Direction, OnConflict};
use tidemark_engine::carry::ManifestSource;
use tidemark_engine::command::{PairAdd, PairPause, PairRemove, PairResume, PairSet};
use tidemark_engine::config::Verify;
use tidemark_engine::pairs::{NewPair, PairView};
use tidemark_engine::{EngineError, Result};

use crate::app::App;
use crate::carried;
use crate::commands::account::key_value;
use crate::exit::Exit;
use crate::interrupt;
use crate::shown;
use crate::table::Table;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add a pair; nothing is synced yet
    Add(Add),
    /// List all pairs
    List,
    /// Show a pair and its rules
    Show {
        /// The pair
        name: String,
    },
    /// Change rules: direction, on-conflict, ignore, keep-days, upload-limit, download-limit, poll-seconds, max-delete-percent, max-deletes; verify and others where the provider has them
    Set {
        /// The pair
        name: String,
        /// The rule and its new value; limits take bytes a second such as 500k or 2M, or none
        #[arg(value_name = "KEY=VALUE", required = true, value_parser = key_value)]
        changes: Vec<(String, String)>,
    },
    /// Leave a pair out until it is resumed
    Pause {
        /// The pair
        name: String,
    },
    /// Take a paused pair up again
    Resume {
        /// The pair
        name: String,
    },
    /// Write the manifest of a pair whose service lists nothing, for another computer
    Export {
        /// The pair
        name: String,
        /// Where to write it, a new file; left out: to the standard output
        file: Option<PathBuf>,
    },
    /// Take in a manifest that another computer exported; the next sync fetches what is missing here
    Import {
        /// The pair
        name: String,
        /// The manifest; "-" for the standard input
        #[arg(required_unless_present = "id")]
        file: Option<PathBuf>,
        /// Take the copy at the service with this id instead; `tidemark status` shows the id where it was made
        #[arg(long, conflicts_with = "file")]
        id: Option<String>,
    },
    /// Forget a pair; the files of both sides stay
    Remove {
        /// The pair
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// How you call the pair
    name: String,
    /// The folder on this computer
    local: PathBuf,
    /// The account, and what to keep in step there; `tidemark providers` says what REMOTE means
    #[arg(value_name = "ACCOUNT[:REMOTE]")]
    remote: String,
    /// Which way changes travel
    #[arg(long, default_value = "both")]
    direction: DirectionArg,
    /// What happens when both sides changed a file
    #[arg(long, default_value = "ask")]
    on_conflict: OnConflictArg,
    /// What not to sync, as in .gitignore; can be given several times
    #[arg(long, value_name = "PATTERN")]
    ignore: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DirectionArg {
    /// Both ways
    Both,
    /// From this computer to the service only
    Upload,
    /// From the service to this computer only
    Download,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OnConflictArg {
    /// Wait for your decision
    Ask,
    /// Keep both under two names
    KeepBoth,
    /// The later change wins, the other one is kept
    Newest,
    /// This computer's wins, the other one is kept
    Local,
    /// The service's wins, the other one is kept
    Remote,
}

pub(crate) fn run(app: &App, command: Command) -> Result<Exit> {
    match command {
        Command::Add(args) => add(app, args),
        Command::List => list(app),
        Command::Show { name } => show(app, &name),
        Command::Set { name, changes } => changed(app, app.ask(PairSet { name, changes })?, "has new rules"),
        Command::Pause { name } => changed(
            app,
            app.ask(PairPause { name: name.clone(), until_ns: None })?,
            &format!("is paused. Go on with `tidemark pair resume {name}`"),
        ),
        Command::Resume { name } => {
            changed(app, app.ask(PairResume { name })?, "takes part in syncing again")
        }
        Command::Export { name, file } => export(app, &name, file.as_deref()),
        Command::Import { name, file, id } => import(app, &name, file.as_deref(), id),
        Command::Remove { name } => remove(app, &name),
    }
}

fn add(app: &App, args: Add) -> Result<Exit> {
    let (account, remote) = args.remote.split_once(':').unwrap_or((&args.remote, ""));
    if account.is_empty() {
        return Err(EngineError::usage(
            "The account is missing: it takes the form ACCOUNT or ACCOUNT:REMOTE",
        ));
    }
    let pair = app.ask(PairAdd(NewPair {
        name: args.name,
        local: std::path::absolute(&args.local).unwrap_or(args.local),
        account: account.to_owned(),
        remote: remote.to_owned(),
        direction: args.direction.into(),
        on_conflict: args.on_conflict.into(),
        ignore: args.ignore,
    }))?;
    app.output.done(&json!({ "pair": pair }), || {
        let name = &pair.name;
        format!(
            "Added the pair \"{name}\": \"{}\" and {}. Nothing is synced yet. See what would happen with `tidemark plan {name}`, then `tidemark sync {name}`.",
            pair.local,
            other_side(&pair)
        )
    });
    Ok(Exit::InSync)
}

fn list(app: &App) -> Result<Exit> {
    let pairs = app.tidemark.pair_list()?;
    app.output.result(&json!({ "pairs": pairs }), || {
        if pairs.is_empty() {
            return "There is no pair yet. Add one with `tidemark pair add NAME LOCAL ACCOUNT[:REMOTE]`."
                .to_owned();
        }
        let mut table = Table::new(&["NAME", "THIS COMPUTER", "OTHER SIDE", "DIRECTION", "STATE"]);
        for pair in &pairs {
            let state = if pair.paused { "paused" } else { "active" };
            table.row([
                pair.name.clone(),
                shown::name(&pair.local),
                other_side(pair),
                shown::code(&pair.direction),
                state.into(),
            ]);
        }
        table.text()
    });
    Ok(Exit::InSync)
}

fn show(app: &App, name: &str) -> Result<Exit> {
    let pair = app.tidemark.pair_show(name)?;
    app.output.result(&json!({ "pair": pair }), || {
        let rate = |limit: Option<u64>| {
            limit.map_or_else(|| "none".to_owned(), |bytes| format!("{}/s", shown::size(bytes)))
        };
        let poll = pair
            .poll_seconds
            .map_or_else(|| "as suits the provider".to_owned(), |seconds| seconds.to_string());
        let ignore = if pair.ignore.is_empty() { "nothing".to_owned() } else { pair.ignore.join(", ") };
        let mut table = Table::new(&["RULE", "VALUE"]);
        table.row(["name".into(), pair.name.clone()]);
        table.row(["local".into(), shown::name(&pair.local)]);
        table.row(["remote".into(), other_side(&pair)]);
        table.row(["direction".into(), shown::code(&pair.direction)]);
        table.row(["on-conflict".into(), shown::code(&pair.on_conflict)]);
        table.row(["ignore".into(), ignore]);
        table.row(["keep-days".into(), pair.keep_days.to_string()]);
        table.row(["upload-limit".into(), rate(pair.upload_limit)]);
        table.row(["download-limit".into(), rate(pair.download_limit)]);
        table.row(["poll-seconds".into(), poll]);
        table.row(["max-delete-percent".into(), pair.max_delete_percent.to_string()]);
        table.row(["max-deletes".into(), pair.max_deletes.to_string()]);
        if pair.verify != Verify::Never {
            table.row(["verify".into(), shown::code(&pair.verify)]);
        }
        for (key, value) in &pair.settings {
            table.row([key.clone(), shown::name(value)]);
        }
        table.row(["paused".into(), if pair.paused { "yes" } else { "no" }.into()]);
        table.text()
    });
    Ok(Exit::InSync)
}

fn export(app: &App, name: &str, file: Option<&Path>) -> Result<Exit> {
    let manifest = app.tidemark.pair_export(name)?;
    let text = manifest.text()?;
    let Some(file) = file.filter(|file| *file != Path::new("-")) else {
        app.output.raw(&text);
        return Ok(Exit::InSync);
    };
    carried::write_new(file, &text)?;
    app.output.done(&json!({ "manifest": { "file": file, "files": manifest.files.len() } }), || {
        format!(
            "Wrote the manifest of \"{name}\" with {} to \"{}\". On the other computer: `tidemark pair import NAME \"{}\"`.",
            shown::count(manifest.files.len() as u64, "file"),
            file.display(),
            file.display()
        )
    });
    Ok(Exit::InSync)
}

fn import(app: &App, name: &str, file: Option<&Path>, id: Option<String>) -> Result<Exit> {
    let source = match (file, id) {
        (_, Some(id)) => ManifestSource::Id(id),
        (Some(file), None) => ManifestSource::Text(carried::read(file)?),
        (None, None) => return Err(EngineError::usage("Name the manifest's file, or its id with --id")),
    };
    let progress = app.progress();
    let files = interrupt::run(|cancel| {
        let events = progress.events();
        async move { app.tidemark.pair_import(name, source, events, cancel).await }
    });
    progress.end();
    let files = files?;
    app.output.done(&json!({ "manifest": { "pair": name, "files": files } }), || {
        format!(
            "Took in the manifest: {} at the service. See what follows with `tidemark plan {name}`, then `tidemark sync {name}`.",
            shown::count(files as u64, "file")
        )
    });
    Ok(Exit::InSync)
}

fn changed(app: &App, pair: PairView, what: &str) -> Result<Exit> {
    app.output.done(&json!({ "pair": pair }), || format!("The pair \"{}\" {what}.", pair.name));
    Ok(Exit::InSync)
}

fn remove(app: &App, name: &str) -> Result<Exit> {
    let removed = app.ask(PairRemove { name: name.to_owned() })?;
    app.output.done(&json!({ "removed": removed }), || {
        let kept = match &removed.kept {
            Some(folder) => format!(" What sync replaced or deleted here is still in \"{folder}\"; delete that folder when you don't need it."),
            None => String::new(),
        };
        format!("Removed the pair \"{name}\". The files in \"{}\" stay, and so do those on the other side.{kept}", removed.local)
    });
    Ok(Exit::InSync)
}

fn other_side(pair: &PairView) -> String {
    match pair.remote.is_empty() {
        true => pair.account.clone(),
        false => format!("{}:{}", pair.account, shown::name(&pair.remote)),
    }
}

impl From<DirectionArg> for Direction {
    fn from(arg: DirectionArg) -> Self {
        match arg {
            DirectionArg::Both => Self::Both,
            DirectionArg::Upload => Self::Upload,
            DirectionArg::Download => Self::Download,
        }
    }
}

impl From<OnConflictArg> for OnConflict {
    fn from(arg: OnConflictArg) -> Self {
        match arg {
            OnConflictArg::Ask => Self::Ask,
            OnConflictArg::KeepBoth => Self::KeepBoth,
            OnConflictArg::Newest => Self::Newest,
            OnConflictArg::Local => Self::Local,
            OnConflictArg::Remote => Self::Remote,
        }
    }
}
