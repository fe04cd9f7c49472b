//! How a fake Kognitos is set up.

use super::Settings;

/// What the token allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Access {
    /// Everything.
    #[default]
    All,
    /// Reading.
    ReadOnly,
    /// Another organization than the one that files are in; of a file in this one it says that there is none.
    Elsewhere,
}

/// How an upload is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Created {
    /// 200 with `{"metadata": …}`, as the page says.
    #[default]
    Nested,
    /// 200 with the metadata itself.
    Bare,
    /// 201 with `Location` and an empty body, as the specification allows.
    Located,
    /// 201 without saying what was made.
    Silent,
}

/// What only this service has.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) access: Access,
    pub(crate) created: Created,
    pub(crate) sizes_are_numbers: bool,
    pub(crate) odd_ids: bool,
    pub(crate) links_send_no_parts: bool,
    pub(crate) refuses_empty: bool,
    pub(crate) more_organizations: usize,
    pub(crate) organizations_a_page: Option<usize>,
}

impl Settings {
    /// What the token allows.
    pub fn access(mut self, access: Access) -> Self {
        self.rules.access = access;
        self
    }

    /// How an upload is answered.
    pub fn created(mut self, created: Created) -> Self {
        self.rules.created = created;
        self
    }

    /// `size_bytes` is a number, not text.
    pub fn sizes_are_numbers(mut self) -> Self {
        self.rules.sizes_are_numbers = true;
        self
    }

    /// Ids hold characters that must be encoded.
    pub fn odd_ids(mut self) -> Self {
        self.rules.odd_ids = true;
        self
    }

    /// The storage behind the links sends contents whole, whatever part is asked for.
    pub fn links_send_no_parts(mut self) -> Self {
        self.rules.links_send_no_parts = true;
        self
    }

    /// A file of 0 bytes is refused.
    pub fn refuses_empty(mut self) -> Self {
        self.rules.refuses_empty = true;
        self
    }

    /// The token sees so many organizations beside the one that files are in, listed before it.
    pub fn more_organizations(mut self, count: usize) -> Self {
        self.rules.more_organizations = count;
        self
    }

    /// A page of organizations has no more than so many, whatever is asked for.
    pub fn organizations_a_page(mut self, count: usize) -> Self {
        self.rules.organizations_a_page = Some(count);
        self
    }
}
