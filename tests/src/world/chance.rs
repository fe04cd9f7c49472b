//! Stories by chance: the same seed gives the same story.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::Keep;
use tidemark_core::plan::policy::OnConflict;

use super::course::{At, DiskFault, Happening, ServiceFault};
use super::edit::{Edit, IT, Side};
use super::profile::Profile;
use super::story::{Step, Story};

const FILES: [&str; 10] = ["a", "b", "c", "d/a", "d/b", "d/e/a", "d/e/b", "f/a", "f/b", "a/x"];
const FOLDERS: [&str; 5] = ["d", "d/e", "f", "g", "d/g"];

/// Calls before which something happens more often than chance would have it.
const MOMENTS: [&str; 14] = [
    "install",
    "keep",
    "rename",
    "make folder",
    "remove folder",
    "upload",
    "delete there",
    "relocate",
    "create folder",
    "flush",
    "open",
    "stat there",
    "list since",
    "check",
];

/// The same where nothing is listed and nothing is made but files.
const UNLISTED_MOMENTS: [&str; 14] = [
    "install",
    "keep",
    "rename",
    "make folder",
    "remove folder",
    "upload",
    "put",
    "put",
    "put \"tidemark-manifest",
    "delete there",
    "flush",
    "open",
    "stat there",
    "check",
];

/// Of so many seeds, one tells of a service without a listing.
const UNLISTED: u64 = 6;

/// The story of a seed.
pub fn story_of(seed: u64) -> Story {
    let mut teller = Teller { chance: StdRng::seed_from_u64(seed), number: 0, profile: Profile::Unlisted };
    if !seed.is_multiple_of(UNLISTED) {
        teller.profile = teller.listed();
    }
    let profile = teller.profile;
    let rule = match teller.chance.random_range(0..10) {
        0..4 => OnConflict::Ask,
        4..7 => OnConflict::KeepBoth,
        _ if profile == Profile::Plain => OnConflict::KeepBoth,
        7 => OnConflict::Newest,
        8 => OnConflict::Local,
        _ => OnConflict::Remote,
    };
    let mut steps = Vec::new();
    if teller.happens(30) {
        steps.push(Step::ReuseInodes);
    }
    for _ in 0..teller.chance.random_range(1..5) {
        let side = teller.side();
        let edit = teller.write();
        steps.push(Step::Edit(side, edit));
    }
    if teller.happens(80) {
        steps.push(Step::Sync(Vec::new()));
    }
    let most = teller.one(&[3, 5, 5, 9]);
    for _ in 0..teller.chance.random_range(1..most) {
        teller.episode(&mut steps);
    }
    if teller.happens(50) {
        let keep = teller.one(&[Keep::Local, Keep::Remote, Keep::Both]);
        steps.extend([Step::Sync(Vec::new()), Step::Decide(keep), Step::Sync(Vec::new())]);
    }
    Story { profile, rule, steps }
}

struct Teller {
    chance: StdRng,
    number: u32,
    profile: Profile,
}

impl Teller {
    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of.choose(&mut self.chance).cloned().unwrap_or_else(|| panic!("there is nothing to choose from"))
    }

    fn listed(&mut self) -> Profile {
        self.one(&[Profile::Evo, Profile::Evo, Profile::Folder, Profile::Folder, Profile::Plain])
    }

    fn happens(&mut self, percent: u32) -> bool {
        self.chance.random_range(0..100) < percent
    }

    fn side(&mut self) -> Side {
        self.one(&[Side::Here, Side::There])
    }

    fn content(&mut self) -> u32 {
        self.number += 1;
        self.number
    }

    fn file(&mut self) -> RelPath {
        path(self.one(&FILES))
    }

    fn any(&mut self) -> RelPath {
        if self.happens(70) { self.file() } else { path(self.one(&FOLDERS)) }
    }

    fn write(&mut self) -> Edit {
        Edit::Write(self.file(), self.content())
    }

    fn edit(&mut self) -> Edit {
        match self.chance.random_range(0..100) {
            0..30 => self.write(),
            30..40 => Edit::Overwrite(self.file(), self.content()),
            40..50 => Edit::Append(self.file(), self.content()),
            50..68 => Edit::Delete(self.any()),
            68..76 => Edit::Rename(self.file(), self.file()),
            76..84 => Edit::Rename(self.any(), self.any()),
            84..90 => Edit::Copy(self.file(), self.file()),
            90..94 => Edit::Write(path(self.one(&FOLDERS)), self.content()),
            _ => Edit::Folder(path(self.one(&FOLDERS))),
        }
    }

    fn episode(&mut self, steps: &mut Vec<Step>) {
        match self.chance.random_range(0..100) {
            0..4 => steps.push(Step::LoseState),
            4..12 => steps.push(Step::Wait(self.one(&[1, 60, 1000]))),
            12..17 if self.profile == Profile::Evo => steps.push(Step::Lag(self.one(&[0, 1, 30, 300]))),
            17..22 => steps.push(Step::Decide(self.one(&[Keep::Local, Keep::Remote, Keep::Both]))),
            22..27 if self.profile == Profile::Unlisted => steps.push(Step::LoseHome),
            57..65 if self.profile == Profile::Unlisted => steps.push(Step::LoseState),
            27..42 if self.profile == Profile::Unlisted => steps.push(Step::Export),
            42..57 if self.profile == Profile::Unlisted => {
                let happenings = self.happenings(20);
                steps.push(Step::Import(happenings));
            }
            _ => {}
        }
        for _ in 0..self.chance.random_range(0..4) {
            let side = self.side();
            steps.push(Step::Edit(side, self.edit()));
        }
        let calls = if self.profile == Profile::Unlisted { 180 } else { 60 };
        let happenings = self.happenings(calls);
        steps.push(Step::Sync(happenings));
    }

    /// What happens during a sync of about so many calls.
    fn happenings(&mut self, calls: u64) -> Vec<(At, Happening)> {
        let mut happenings = Vec::new();
        if self.happens(65) {
            for _ in 0..self.chance.random_range(1..4) {
                let happening = match self.chance.random_range(0..100) {
                    0..40 => (At::Call(self.chance.random_range(1..calls)), self.happening()),
                    40..60 => (At::Named(self.moment()), self.happening()),
                    _ => (At::Named(self.moment()), self.interference()),
                };
                happenings.push(happening);
            }
        }
        happenings
    }

    fn moment(&mut self) -> String {
        match self.profile {
            Profile::Unlisted => self.one(&UNLISTED_MOMENTS).to_owned(),
            _ => self.one(&MOMENTS).to_owned(),
        }
    }

    /// Somebody does something to the very thing that the call is about.
    fn interference(&mut self) -> Happening {
        let it = || path(IT);
        let edit = match self.chance.random_range(0..100) {
            0..40 => Edit::Write(it(), self.content()),
            40..55 => Edit::Overwrite(it(), self.content()),
            55..70 => Edit::Append(it(), self.content()),
            70..80 => Edit::Rename(it(), self.file()),
            80..90 => Edit::Rename(self.file(), it()),
            _ => Edit::Delete(it()),
        };
        Happening::Edit(self.side(), edit)
    }

    fn happening(&mut self) -> Happening {
        match self.chance.random_range(0..100) {
            0..50 => Happening::Edit(self.side(), self.edit()),
            50..62 => Happening::CrashBefore,
            62..74 => Happening::CrashAfter,
            74..78 => Happening::PowerCut,
            78..86 => {
                let faults = [DiskFault::Full, DiskFault::Io, DiskFault::Denied, DiskFault::NoRoot];
                Happening::Disk(self.one(&faults), self.one(&[1, 1, 3, 20]))
            }
            _ => {
                let faults = [
                    ServiceFault::Unavailable,
                    ServiceFault::Network,
                    ServiceFault::LostAnswer,
                    ServiceFault::Busy,
                    ServiceFault::Unauthorized,
                    ServiceFault::Truncated,
                    ServiceFault::Empty,
                ];
                // An empty listing is one: where there is none, it isn't.
                let listed = self.profile != Profile::Unlisted;
                let faults = if listed { &faults[..] } else { &faults[..6] };
                Happening::Service(self.one(faults), self.one(&[1, 1, 3, 20]))
            }
        }
    }
}

fn path(text: &str) -> RelPath {
    RelPath::new(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}
