//! How a fake Calyptia is set up. What the vendor doesn't say is a setting.

use std::time::Duration;

use super::Settings;

/// The two kinds of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `Authorization: Bearer`.
    Bearer,
    /// `X-Project-Token`.
    ProjectToken,
}

/// What only this service has.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) scheme: Option<Scheme>,
    pub(crate) page: usize,
    pub(crate) refuses_more: bool,
    pub(crate) newest_by_change: bool,
    pub(crate) finer_times_in_listings: bool,
    pub(crate) aged_at_birth: Duration,
    pub(crate) plain_names: bool,
    pub(crate) no_empty_files: bool,
    pub(crate) invalid_is_422: bool,
    pub(crate) says_nothing_was_deleted: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            scheme: None,
            page: usize::MAX,
            refuses_more: false,
            newest_by_change: false,
            finer_times_in_listings: false,
            aged_at_birth: Duration::ZERO,
            plain_names: false,
            no_empty_files: false,
            invalid_is_422: false,
            says_nothing_was_deleted: false,
        }
    }
}

impl Settings {
    /// The token is of this kind; otherwise both kinds are good.
    pub fn only(mut self, scheme: Scheme) -> Self {
        self.rules.scheme = Some(scheme);
        self
    }

    /// The most files on a page, whatever is asked for.
    pub fn page(mut self, files: usize) -> Self {
        self.rules.page = files;
        self
    }

    /// Refuses to be asked for more files than a page has.
    pub fn refuses_larger_pages(mut self) -> Self {
        self.rules.refuses_more = true;
        self
    }

    /// A changed file comes to the front of the list; otherwise its place is that of its making.
    pub fn newest_by_change(mut self) -> Self {
        self.rules.newest_by_change = true;
        self
    }

    /// Listings say microseconds where answers to writes say milliseconds.
    pub fn finer_times_in_listings(mut self) -> Self {
        self.rules.finer_times_in_listings = true;
        self
    }

    /// A new file was changed that long after it was made.
    pub fn aged_at_birth(mut self, age: Duration) -> Self {
        self.rules.aged_at_birth = age;
        self
    }

    /// Names are of letters, digits, `-` and `_`, as the vendor's own client makes them.
    pub fn plain_names(mut self) -> Self {
        self.rules.plain_names = true;
        self
    }

    /// Contents are required.
    pub fn no_empty_files(mut self) -> Self {
        self.rules.no_empty_files = true;
        self
    }

    /// What isn't valid is refused by 422 instead of 400.
    pub fn invalid_is_422(mut self) -> Self {
        self.rules.invalid_is_422 = true;
        self
    }

    /// A deletion is answered by `deleted: false`, and nothing is deleted.
    pub fn says_nothing_was_deleted(mut self) -> Self {
        self.rules.says_nothing_was_deleted = true;
        self
    }
}
