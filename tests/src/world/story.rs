//! Stories: what happens to a world, step by step, as text that people write and read.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;
use std::time::Duration;

use tidemark_core::plan::operation::Keep;
use tidemark_core::plan::policy::OnConflict;

use super::World;
use super::course::{At, Happening, Sabotage};
use super::edit::{Edit, Side};
use super::profile::Profile;

/// A world and what happens to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// What kind of service it is.
    pub profile: Profile,
    /// The rule for conflicts.
    pub rule: OnConflict,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// One step of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Somebody does something to a side.
    Edit(Side, Edit),
    /// A sync, and what happens during it.
    Sync(Vec<(At, Happening)>),
    /// So many seconds pass.
    Wait(u64),
    /// From now on, listings show what was so many seconds ago.
    Lag(u64),
    /// The state file is deleted.
    LoseState,
    /// State and copies of the manifest are deleted here; the copy at the service is taken in.
    LoseHome,
    /// The other computer takes this one's manifest in.
    Export,
    /// This computer takes the other one's manifest in, and what happens meanwhile.
    Import(Vec<(At, Happening)>),
    /// Inode numbers are used again at once.
    ReuseInodes,
    /// All waiting conflicts are decided.
    Decide(Keep),
}

/// Why a story didn't end well.
#[derive(Debug, Clone)]
pub struct Failure {
    /// In one line.
    pub why: String,
    /// Everything that happened.
    pub trace: String,
}

impl Story {
    /// Plays it, lets the world come to rest, and looks. Returns the trace.
    pub fn play(&self) -> Result<String, Failure> {
        self.play_with(None)
    }

    /// Plays it in a world where something breaks a rule.
    pub fn play_with(&self, sabotage: Option<Sabotage>) -> Result<String, Failure> {
        let mut world = World::new(self.profile).on_conflict(self.rule);
        world.scene.stage().course.sabotage = sabotage;
        let played = catch_unwind(AssertUnwindSafe(|| self.play_in(&mut world)));
        let ended = played.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(format!("panic: {}", text.unwrap_or_default()))
        });
        match ended {
            Ok(()) => Ok(world.trace()),
            Err(why) => Err(Failure { why, trace: world.trace() }),
        }
    }

    fn play_in(&self, world: &mut World) -> Result<(), String> {
        for step in &self.steps {
            match step {
                Step::Edit(side, edit) => world.scene.edit(*side, edit),
                Step::Sync(happenings) => drop(world.sync_during(false, happenings)),
                Step::Wait(seconds) => world.wait(Duration::from_secs(*seconds)),
                Step::Lag(seconds) => world.remote().lag(Duration::from_secs(*seconds)),
                Step::LoseState => world.lose_state(),
                Step::LoseHome => world.lose_home(),
                Step::Export => world.export(),
                Step::Import(happenings) => world.import(happenings),
                Step::ReuseInodes => world.local().reuse_inodes(),
                Step::Decide(keep) => world.decide(*keep),
            }
        }
        world.remote().lag(Duration::ZERO);
        world.wait(A_LONG_TIME);
        let report = world.settled()?;
        world.sides_are_equal(&report)?;
        if self.profile == Profile::Unlisted {
            world.nothing_is_left_behind()?;
        }
        world.nothing_is_lost()
    }
}

/// After it no listing lags, and no change feed stands in for a listing.
const A_LONG_TIME: Duration = Duration::from_secs(2 * 3600);

const RULES: [(OnConflict, &str); 5] = [
    (OnConflict::Ask, "ask"),
    (OnConflict::KeepBoth, "keep-both"),
    (OnConflict::Newest, "newest"),
    (OnConflict::Local, "local"),
    (OnConflict::Remote, "remote"),
];

const KEEPS: [(Keep, &str); 3] = [(Keep::Local, "local"), (Keep::Remote, "remote"), (Keep::Both, "both")];

fn word<T: PartialEq>(table: &[(T, &'static str)], value: &T) -> &'static str {
    table.iter().find(|(known, _)| known == value).map_or("?", |(_, word)| word)
}

fn value<T: Copy>(table: &[(T, &'static str)], word: &str) -> Result<T, String> {
    let found = table.iter().find(|(_, known)| *known == word);
    found.map(|(value, _)| *value).ok_or_else(|| format!("{word:?} isn't known"))
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.profile, word(&RULES, &self.rule))?;
        for step in &self.steps {
            match step {
                Step::Edit(side, edit) => writeln!(f, "{side}: {edit}")?,
                Step::Sync(happenings) | Step::Import(happenings) => {
                    writeln!(f, "{}", if matches!(step, Step::Sync(_)) { "sync" } else { "import" })?;
                    for (at, happening) in happenings {
                        writeln!(f, "  {at} {happening}")?;
                    }
                }
                Step::Wait(seconds) => writeln!(f, "wait {seconds}")?,
                Step::Lag(seconds) => writeln!(f, "lag {seconds}")?,
                Step::LoseState => writeln!(f, "lose state")?,
                Step::LoseHome => writeln!(f, "lose home")?,
                Step::Export => writeln!(f, "export")?,
                Step::ReuseInodes => writeln!(f, "reuse inodes")?,
                Step::Decide(keep) => writeln!(f, "decide {}", word(&KEEPS, keep))?,
            }
        }
        Ok(())
    }
}

impl FromStr for Story {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let head =
            lines.next().and_then(|line| line.split_once(' ')).ok_or("a story begins with its world")?;
        let mut story = Self { profile: head.0.parse()?, rule: value(&RULES, head.1)?, steps: Vec::new() };
        for line in lines {
            if let Some((at, happening)) = At::parse(line) {
                match story.steps.last_mut() {
                    Some(Step::Sync(happenings) | Step::Import(happenings)) => {
                        happenings.push((at, happening.parse()?))
                    }
                    _ => return Err(format!("{line:?} stands outside of a sync")),
                }
                continue;
            }
            story.steps.push(step(line)?);
        }
        Ok(story)
    }
}

fn step(line: &str) -> Result<Step, String> {
    if let Some((side, edit)) = line.split_once(": ") {
        return Ok(Step::Edit(side.parse()?, edit.parse()?));
    }
    let seconds = |word: &str| word.parse::<u64>().map_err(|error| format!("{line:?}: {error}"));
    match line.split_whitespace().collect::<Vec<_>>()[..] {
        ["sync"] => Ok(Step::Sync(Vec::new())),
        ["wait", time] => Ok(Step::Wait(seconds(time)?)),
        ["lag", time] => Ok(Step::Lag(seconds(time)?)),
        ["lose", "state"] => Ok(Step::LoseState),
        ["lose", "home"] => Ok(Step::LoseHome),
        ["export"] => Ok(Step::Export),
        ["import"] => Ok(Step::Import(Vec::new())),
        ["reuse", "inodes"] => Ok(Step::ReuseInodes),
        ["decide", keep] => Ok(Step::Decide(value(&KEEPS, keep)?)),
        _ => Err(format!("{line:?} is no step")),
    }
}
