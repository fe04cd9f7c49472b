//! `tidemark demo`: two folders, synced before your eyes, and left to play with.

#![expect(clippy::disallowed_methods, reason = "plays the person whose files these are")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tidemark_engine::pairs::NewPair;
use tidemark_engine::report::PairReport;
use tidemark_engine::sync::SyncOptions;
use tidemark_engine::{EngineError, ErrorCode, Result};

use crate::app::App;
use crate::exit::Exit;
use crate::output::Style;
use crate::{interrupt, shown, summary};

const PAIR: &str = "demo";

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to make the folders; a fresh one among the system's temporary files when left out
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

#[derive(Serialize)]
struct Answer {
    dir: PathBuf,
    here: PathBuf,
    there: PathBuf,
    home: PathBuf,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    what: String,
    report: PairReport,
}

/// The two folders, and a Tidemark of their own.
struct Stage {
    app: App,
    answer: Answer,
}

pub(crate) fn run(app: &App, args: Args) -> Result<Exit> {
    let mut stage = Stage::set(app, fresh_folder(args.dir)?)?;
    stage.first_sync()?;
    stage.both_sides_change()?;
    stage.a_folder_moves()?;
    stage.a_conflict()?;
    stage.what_next();
    if app.output.is_json() {
        app.output.result(&stage.answer, String::new);
    }
    Ok(Exit::InSync)
}

impl Stage {
    fn set(app: &App, dir: PathBuf) -> Result<Self> {
        let (here, there, home) = (dir.join("here"), dir.join("there"), dir.join("home"));
        make(&here)?;
        make(&there)?;
        let app = app.at(home.clone())?;
        app.start_log();
        let settings = BTreeMap::from([("path".to_owned(), there.display().to_string())]);
        app.tidemark.account_add("folder", "there", settings, None)?;
        app.tidemark.pair_add(NewPair {
            name: PAIR.to_owned(),
            local: here.clone(),
            account: "there".to_owned(),
            ..NewPair::default()
        })?;
        let stage = Self { app, answer: Answer { dir, here, there, home, steps: Vec::new() } };
        stage.say("Two folders: \"here\" is this computer, \"there\" plays the service.");
        stage.say(&format!("They are in {}", stage.answer.dir.display()));
        Ok(stage)
    }

    fn first_sync(&mut self) -> Result<()> {
        self.write_here("notes.md", "# Notes\n\nBuy tea.\n")?;
        self.write_here("plans/house.txt", "A door, two windows.\n")?;
        self.write_here("plans/garden.txt", "Apple tree.\n")?;
        self.write_there("letter.txt", "Dear Anna,\n")?;
        self.sync("1. Here are notes.md and a folder \"plans\" with two files; there is letter.txt. The first sync brings each side what it lacks.")
    }

    fn both_sides_change(&mut self) -> Result<()> {
        self.write_here("notes.md", "# Notes\n\nBuy tea and bread.\n")?;
        self.write_there("letter.txt", "Dear Anna,\n\nthe tide is in.\n")?;
        self.sync("2. notes.md is edited here, letter.txt there. Each change travels to the other side.")
    }

    fn a_folder_moves(&mut self) -> Result<()> {
        let to = self.answer.here.join("archive");
        make(&to)?;
        let (from, to) = (self.answer.here.join("plans"), to.join("plans"));
        fs::rename(&from, &to).map_err(|error| failed(&from, &error))?;
        self.sync("3. The folder \"plans\" is moved here into \"archive\". It is moved there as well; nothing is sent again.")
    }

    fn a_conflict(&mut self) -> Result<()> {
        self.write_here("notes.md", "# Notes\n\nBuy tea and cake.\n")?;
        self.write_there("notes.md", "# Notes\n\nBuy coffee and bread.\n")?;
        self.sync(
            "4. notes.md is edited on both sides. Tidemark touches neither version and waits for a decision.",
        )
    }

    fn what_next(&self) {
        let tidemark =
            format!("tidemark --home {}", shown::shell_word(&self.answer.home.display().to_string()));
        let conflict = self
            .answer
            .steps
            .iter()
            .flat_map(|step| &step.report.conflicts)
            .next_back()
            .map(|conflict| conflict.id);
        self.say("");
        self.say("Now it is yours. Change files in \"here\" and \"there\" as you like, and go on with:");
        if let Some(id) = conflict {
            self.say(&format!("  {tidemark} conflicts show {id}"));
            self.say(&format!("  {tidemark} conflicts resolve {id} --keep both"));
        }
        self.say(&format!("  {tidemark} plan"));
        self.say(&format!("  {tidemark} sync"));
        self.say(&format!("  {tidemark} explain {PAIR} archive/plans/house.txt"));
        self.say(&format!("  {tidemark} history {PAIR} notes.md"));
        self.say(&format!("  {tidemark} activity"));
        self.say(&format!(
            "Delete {} when you have seen enough; nothing else was touched.",
            shown::shell_word(&self.answer.dir.display().to_string())
        ));
    }

    fn sync(&mut self, what: &str) -> Result<()> {
        self.say("");
        self.say(&self.app.output.style(what, Style::Bold));
        let progress = self.app.progress();
        let report = interrupt::run(|cancel| {
            let (tidemark, events) = (&self.app.tidemark, progress.events());
            async move { tidemark.sync(&[], SyncOptions { confirm_deletes: false }, events, cancel).await }
        });
        progress.end();
        for report in report?.pairs {
            if let Some(error) = report.error {
                return Err(error);
            }
            self.say(&summary::of_pair(&self.app.output, &report));
            self.answer.steps.push(Step { what: what.to_owned(), report });
        }
        Ok(())
    }

    fn write_here(&self, path: &str, text: &str) -> Result<()> {
        write(&self.answer.here.join(path), text)
    }

    fn write_there(&self, path: &str, text: &str) -> Result<()> {
        write(&self.answer.there.join(path), text)
    }

    fn say(&self, text: &str) {
        match text.is_empty() {
            true => self.app.output.tell("\n"),
            false => self.app.output.tell(text),
        }
    }
}

fn fresh_folder(given: Option<PathBuf>) -> Result<PathBuf> {
    let Some(dir) = given else {
        let base = std::env::temp_dir();
        let mut names = std::iter::once("tidemark-demo".to_owned())
            .chain((2..).map(|number| format!("tidemark-demo-{number}")));
        return loop {
            let dir = base.join(names.next().unwrap_or_default());
            match fs::create_dir(&dir) {
                Ok(()) => break Ok(dir),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => break Err(failed(&dir, &error)),
            }
        };
    };
    let dir = std::path::absolute(&dir).map_err(|error| failed(&dir, &error))?;
    match fs::read_dir(&dir).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(dir),
        Ok(false) => Err(EngineError::usage(format!(
            "\"{}\" isn't empty; the demo writes only into a fresh folder",
            dir.display()
        ))
        .hint("name a folder that isn't there yet")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(&dir).map(|()| dir),
        Err(error) => Err(failed(&dir, &error)),
    }
}

fn make(dir: &Path) -> Result<()> {
    fs::create_dir_all(dir).map_err(|error| failed(dir, &error))
}

fn write(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        make(folder)?;
    }
    fs::write(file, text).map_err(|error| failed(file, &error))
}

fn failed(path: &Path, error: &io::Error) -> EngineError {
    EngineError::new(ErrorCode::Failed, format!("making \"{}\" for the demo failed: {error}", path.display()))
        .hint("choose another place with --dir DIR")
}
