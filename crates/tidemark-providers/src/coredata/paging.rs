//! One list, read page by page while it may change.
//!
//! Pages overlap by one object: when the last object of a page isn't the first of the next, something was inserted or
//! deleted before it, and objects may have been skipped. A pass without such a shift that brought as many objects as
//! the service counts is complete; otherwise the list is read again from its start. For a service that orders its lists
//! in no stable way, passes that together brought exactly as many as it counts are complete as well.

use std::collections::{HashMap, HashSet};

use serde_json::value::RawValue;

use crate::coredata::id::ItemId;
use crate::coredata::wire::{Listed, Page};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::fault::nonsense;
use crate::http::shown::shown;

/// Objects a page: the service's most isn't known, and what it gives fewer is noticed. Few enough for an answer in time.
pub(super) const PAGE: u64 = 500;
/// How often a list is read until it is complete.
const MOST_ROUNDS: u32 = 5;
/// More objects than any list of files has.
const MOST_OBJECTS: usize = 1_000_000;
/// More objects that can't be read than people would look at: it is the list that can't.
const MOST_BROKEN: usize = 10_000;

/// A list that is being read.
pub(super) struct Paged<T> {
    offset: u64,
    /// The page at `offset` begins with the last object of the one before.
    overlaps: bool,
    round: u32,
    /// Objects of this pass, in order.
    order: Vec<ItemId>,
    in_pass: HashSet<ItemId>,
    /// The last object of the last page; `None` for one that couldn't be read.
    last: Option<ItemId>,
    /// Objects of all passes.
    known: HashMap<ItemId, T>,
    /// Objects that couldn't be read, of this pass.
    broken: Vec<Broken>,
    /// What they are, as hashes: one that comes twice is one.
    broken_known: HashSet<blake3::Hash>,
    total: Option<u64>,
    shifted: bool,
    /// The service counted differently from one pass to another.
    recounted: bool,
}

/// An object that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    /// How it begins.
    pub(super) shown: String,
    /// Why.
    pub(super) why: String,
}

/// What a list holds.
#[derive(Debug)]
pub(super) struct Whole<T> {
    pub(super) objects: Vec<T>,
    pub(super) broken: Vec<Broken>,
}

impl<T> Default for Paged<T> {
    fn default() -> Self {
        Self {
            offset: 0,
            overlaps: false,
            round: 1,
            order: Vec::new(),
            in_pass: HashSet::new(),
            last: None,
            known: HashMap::new(),
            broken: Vec::new(),
            broken_known: HashSet::new(),
            total: None,
            shifted: false,
            recounted: false,
        }
    }
}

impl<T: Listed> Paged<T> {
    /// Offset of the page to ask for next.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Takes the page at [`Paged::offset`]. Returns the list when it is complete. `what` begins every error's sentence.
    pub(super) fn take(&mut self, page: Page, what: &str) -> Result<Option<Whole<T>>> {
        if page.meta.offset.is_some_and(|offset| offset != self.offset) {
            return Err(nonsense(what, "another page came than was asked for"));
        }
        let came = page.objects.len() as u64;
        let new = self.read(&page.objects, what)?;
        if self.known.len() + self.broken.len() > MOST_OBJECTS {
            let why = format!("{what}: the list has no end after {MOST_OBJECTS} objects");
            return Err(ProviderError::permanent(ErrorKind::Protocol, why));
        }
        let total = page.meta.total_count;
        self.recounted |= self.total.is_some() && total != self.total;
        self.total = total;
        let end = self.offset + came;
        let more =
            page.meta.next.is_some_and(|next| !next.is_empty()) || total.is_some_and(|total| end < total);
        if more && came == 0 && end < total.unwrap_or(u64::MAX) {
            return Err(nonsense(what, "an empty page came before the list's end"));
        }
        if more && new == 0 && !self.shifted {
            return Err(nonsense(what, "a page came that only repeats what came before"));
        }
        if more && new > 0 {
            self.overlaps = came > 1;
            self.offset = if self.overlaps { end - 1 } else { end };
            return Ok(None);
        }
        self.end_pass(what)
    }

    /// Adds a page's objects; returns how many of them are new in this pass.
    fn read(&mut self, objects: &[Box<RawValue>], what: &str) -> Result<usize> {
        let overlaps = self.overlaps;
        let before = self.in_pass.len() + self.broken.len();
        for (at, raw) in objects.iter().enumerate() {
            let is_overlap = overlaps && at == 0;
            match serde_json::from_str::<T>(raw.get()) {
                Ok(object) => {
                    let id = object.id().clone();
                    let is_new = self.in_pass.insert(id.clone());
                    self.shifted |= if is_overlap { self.last.as_ref() != Some(&id) } else { !is_new };
                    self.last = Some(id.clone());
                    if is_new {
                        self.order.push(id.clone());
                    }
                    self.known.insert(id, object);
                }
                Err(error) => {
                    self.shifted |= is_overlap && self.last.is_some();
                    self.last = None;
                    if !self.broken_known.insert(blake3::hash(raw.get().as_bytes())) {
                        continue;
                    }
                    if self.broken.len() == MOST_BROKEN {
                        let why = format!("more than {MOST_BROKEN} entries of the list can't be read");
                        return Err(nonsense(what, why));
                    }
                    self.broken.push(Broken {
                        shown: shown(raw.get(), 200),
                        why: format!("the service's description of it can't be read: {error}"),
                    });
                }
            }
        }
        Ok(self.in_pass.len() + self.broken.len() - before)
    }

    fn end_pass(&mut self, what: &str) -> Result<Option<Whole<T>>> {
        let counts =
            |objects: usize| self.total.is_none_or(|total| total == (objects + self.broken.len()) as u64);
        if !self.shifted && counts(self.in_pass.len()) {
            let objects = self.order.iter().filter_map(|id| self.known.remove(id)).collect();
            return Ok(Some(Whole { objects, broken: std::mem::take(&mut self.broken) }));
        }
        if !self.recounted && self.total.is_some() && self.round > 1 && counts(self.known.len()) {
            let objects = std::mem::take(&mut self.known).into_values().collect();
            return Ok(Some(Whole { objects, broken: std::mem::take(&mut self.broken) }));
        }
        if self.round >= MOST_ROUNDS {
            return Err(nonsense(what, "the list changed each time that it was read"));
        }
        self.round += 1;
        self.offset = 0;
        self.overlaps = false;
        self.order.clear();
        self.in_pass.clear();
        self.broken.clear();
        self.broken_known.clear();
        self.shifted = false;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coredata::wire::{Folder, Meta};

    fn id(number: usize) -> String {
        format!("{number:08x}-7368-11ee-b992-57663b1559fb")
    }

    /// Reads a list that `world` changes before each request; pages of `size`.
    fn read(size: usize, mut world: impl FnMut(usize) -> Vec<usize>) -> (usize, Result<Vec<usize>>) {
        let mut list = Paged::<Folder>::default();
        for request in 0..100 {
            let now = world(request);
            let offset = list.offset() as usize;
            let page = Page {
                meta: Meta {
                    offset: Some(offset as u64),
                    next: (offset + size < now.len()).then(|| "/next".into()),
                    total_count: Some(now.len() as u64),
                },
                objects: now[offset.min(now.len())..(offset + size).min(now.len())]
                    .iter()
                    .map(|number| RawValue::from_string(format!(r#"{{"id":"{}"}}"#, id(*number))).unwrap())
                    .collect(),
            };
            match list.take(page, "listing") {
                Ok(None) => {}
                Ok(Some(whole)) => {
                    let mut found: Vec<_> = whole
                        .objects
                        .iter()
                        .map(|folder| usize::from_str_radix(folder.id.short(), 16).unwrap())
                        .collect();
                    found.sort_unstable();
                    return (request + 1, Ok(found));
                }
                Err(error) => return (request + 1, Err(error)),
            }
        }
        panic!("it has no end");
    }

    #[test]
    fn a_list_that_stands_still_is_read_once() {
        assert_eq!(read(10, |_| vec![]).1.unwrap().len(), 0);
        let (requests, found) = read(10, |_| (0..10).collect());
        assert_eq!((requests, found.unwrap().len()), (1, 10));
        let (requests, found) = read(10, |_| (0..28).collect());
        assert_eq!((requests, found.unwrap().len()), (3, 28));
        let (requests, found) = read(1, |_| (0..3).collect());
        assert_eq!((requests, found.unwrap().len()), (3, 3));
    }

    #[test]
    fn nothing_is_skipped_when_something_before_is_deleted() {
        let deleted = |request| (0..25).filter(|number| request == 0 || *number != 3).collect();
        assert_eq!(read(10, deleted).1.unwrap(), deleted(1));
    }

    #[test]
    fn nothing_is_skipped_when_one_goes_and_one_comes() {
        let swapped = |request| if request == 0 { (0..25).collect() } else { (1..26).collect::<Vec<_>>() };
        assert_eq!(read(10, swapped).1.unwrap(), (1..26).collect::<Vec<_>>());
    }

    #[test]
    fn nothing_that_stays_is_skipped_though_the_count_fits() {
        let moving = |request: usize| {
            let there = |number: &usize| request == 0 || ![3, 5].contains(number);
            (100..if request < 2 { 100 } else { 101 }).chain((0..30).filter(there)).collect()
        };
        let mut expected: Vec<usize> = moving(2);
        expected.sort_unstable();
        assert_eq!(read(10, moving).1.unwrap(), expected);
    }

    #[test]
    fn a_page_of_what_isnt_an_object_is_refused_soon() {
        let objects = |count: usize| {
            let raw = (0..count).map(|number| RawValue::from_string(number.to_string()).unwrap());
            Page {
                meta: Meta::default(),
                objects: raw.chain([RawValue::from_string("0".into()).unwrap()]).collect(),
            }
        };
        let mut list = Paged::<Folder>::default();
        let whole = list.take(objects(MOST_BROKEN), "listing").unwrap().unwrap();
        assert_eq!(whole.broken.len(), MOST_BROKEN, "one that comes twice is one");
        let mut list = Paged::<Folder>::default();
        let refused = list.take(objects(100_000), "listing").unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Protocol);
        assert!(list.broken.len() == MOST_BROKEN);
    }

    #[test]
    fn what_comes_at_the_end_is_found() {
        let grown = |request| (0..if request < 2 { 25 } else { 30 }).collect();
        assert_eq!(read(10, grown).1.unwrap().len(), 30);
    }

    #[test]
    fn a_list_in_no_order_is_complete_when_all_have_come() {
        let shuffled = |request: usize| {
            let mut list: Vec<_> = (0..25).collect();
            list.rotate_left(request * 7 % 25);
            list
        };
        assert_eq!(read(10, shuffled).1.unwrap().len(), 25);
    }

    #[test]
    fn a_list_that_never_stands_still_is_an_error() {
        let endless = |request| (request..request + 25).collect();
        assert_eq!(read(10, endless).1.unwrap_err().kind, ErrorKind::Protocol);
    }
}
