//! How a fake CoreData is set up: what the vendor's pages leave open.

use super::Settings;

/// What the root is that paths are relative to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RootKind {
    /// A project; its files name the folder inside of it as their parent.
    #[default]
    Project,
    /// A project whose files name itself as their parent.
    PlainProject,
    /// A folder.
    Folder,
    /// A filespace, which has no address of its own; its files name what is inside of it as their parent.
    Filespace,
}

/// What only this service has.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) user: String,
    pub(crate) root: RootKind,
    pub(crate) mismatch: u16,
    pub(crate) makes_folders: Result<(), u16>,
    pub(crate) deletes_folders: Result<(), u16>,
    pub(crate) most_per_page: usize,
    pub(crate) lists_little: bool,
    pub(crate) shows_trash: bool,
    pub(crate) ignores_folder_filter: bool,
    pub(crate) lists_projects_shallowly: bool,
    pub(crate) answers_new_content: bool,
    pub(crate) link_seconds: i64,
    pub(crate) gives_links: Result<(), u16>,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            user: "anna".into(),
            root: RootKind::default(),
            mismatch: 409,
            makes_folders: Ok(()),
            deletes_folders: Ok(()),
            most_per_page: 1000,
            lists_little: false,
            shows_trash: false,
            ignores_folder_filter: false,
            lists_projects_shallowly: false,
            answers_new_content: true,
            link_seconds: 3600,
            gives_links: Ok(()),
        }
    }
}

impl Settings {
    /// What the root is.
    pub fn root(mut self, root: RootKind) -> Self {
        self.rules.root = root;
        self
    }

    /// The status that says that a snapshot isn't the newest.
    pub fn mismatch(mut self, status: u16) -> Self {
        self.rules.mismatch = status;
        self
    }

    /// Folders can't be made; this status says so.
    pub fn makes_no_folders(mut self, status: u16) -> Self {
        self.rules.makes_folders = Err(status);
        self
    }

    /// Folders can't be deleted; this status says so.
    pub fn deletes_no_folders(mut self, status: u16) -> Self {
        self.rules.deletes_folders = Err(status);
        self
    }

    /// Objects a page at most, whatever is asked for.
    pub fn most_per_page(mut self, most: usize) -> Self {
        self.rules.most_per_page = most;
        self
    }

    /// Lists lack what an older service leaves out, and the size.
    pub fn lists_little(mut self) -> Self {
        self.rules.lists_little = true;
        self
    }

    /// What was deleted can still be asked for, in the trash.
    pub fn shows_trash(mut self) -> Self {
        self.rules.shows_trash = true;
        self
    }

    /// The list of folders doesn't know the filter, and gives all.
    pub fn ignores_folder_filter(mut self) -> Self {
        self.rules.ignores_folder_filter = true;
        self
    }

    /// The list of a project's files has only those that are in no folder.
    pub fn lists_projects_shallowly(mut self) -> Self {
        self.rules.lists_projects_shallowly = true;
        self
    }

    /// The answer to a new content lacks the headers with its digest and its snapshot.
    pub fn says_nothing_of_new_contents(mut self) -> Self {
        self.rules.answers_new_content = false;
        self
    }

    /// No links are given to send a content over; this status says so.
    pub fn gives_no_links(mut self, status: u16) -> Self {
        self.rules.gives_links = Err(status);
        self
    }

    /// For how long links are good.
    pub fn links_for(mut self, seconds: i64) -> Self {
        self.rules.link_seconds = seconds;
        self
    }
}
