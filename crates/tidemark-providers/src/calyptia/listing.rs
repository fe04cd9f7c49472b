//! Reading the whole list: pages from the newest file to the oldest, each with the contents of its files.
//!
//! The list is asked for in pages as large as the service and our memory take. A file that is made or touched while
//! the pages come moves to the front, where we have been: after more than one page the list is read again from the
//! front, until a page brings nothing new.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::calyptia::api::{Api, Asked};
use crate::calyptia::snapshot::{Room, Snapshot};
use crate::calyptia::wire::{MOST_FILES, Page};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::fault::nonsense;

/// Files a page to begin with: the page has no highest number, and asks for fewer when that is too many.
pub(super) const PAGE: u32 = 1000;
/// More pages than any instance has.
const MOST_PAGES: u32 = 2000;
const WHAT: &str = "listing the core instance's files";

/// How a listing is read.
pub(super) struct Lister {
    last: AtomicU32,
}

impl Default for Lister {
    fn default() -> Self {
        Self { last: AtomicU32::new(PAGE) }
    }
}

impl Lister {
    /// Reads the whole list.
    pub(super) async fn read(&self, api: &Api, mut room: Room) -> Result<Snapshot> {
        let mut snapshot = Snapshot::default();
        let mut pages = 0;
        let mut again = false;
        let mut cursor: Option<String> = None;
        loop {
            let page = self.page(api, cursor.as_deref()).await?;
            pages += 1;
            let new = snapshot.take(&page, &mut room);
            let next = page.end_cursor.filter(|cursor| !cursor.is_empty());
            cursor = match next {
                _ if again && new == 0 => break,
                Some(_) if new == 0 => {
                    return Err(nonsense(WHAT, "a page came that only repeats what came before"));
                }
                None if again || pages == 1 => break,
                None => {
                    again = true;
                    None
                }
                some => some,
            };
            if pages >= MOST_PAGES || snapshot.len() > MOST_FILES {
                return Err(ProviderError::permanent(
                    ErrorKind::Protocol,
                    format!("{WHAT}: the list has no end after {pages} pages"),
                ));
            }
        }
        snapshot.index();
        Ok(snapshot)
    }

    async fn page(&self, api: &Api, before: Option<&str>) -> Result<Page> {
        let mut last = self.last.load(Ordering::Relaxed);
        loop {
            match api.list(last, before, WHAT).await? {
                Asked::Page(page) => {
                    self.last.store(last, Ordering::Relaxed);
                    return Ok(page);
                }
                Asked::TooMany(error) if last == 1 => return Err(error),
                Asked::TooMany(_) => last = (last / 10).max(1),
            }
        }
    }
}
