//! Comparing what was just seen with what is stored, folder by folder: memory is needed only for what differs.

use std::cmp::Ordering;
use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension};
use tidemark_core::node::{Kind, Local, LocalStamp, Remote};
use tidemark_core::path::RelPath;
use tidemark_disk::disk::{Entry, FolderListing};

use super::nodes::{LocalRow, span};
use super::rows::{kind_code, kind_of, path_of};
use super::{Result, State, open, sql};

/// Reads beside the writer, to compare what is seen with what is stored.
pub struct NodeReader(Connection);

impl State {
    /// Opens a second connection that only reads, for one thread.
    pub fn reader(&self) -> Result<NodeReader> {
        open::open_reader(&self.path).map(NodeReader)
    }
}

impl NodeReader {
    /// Compares a folder's listing with the rows of that folder and appends what differs, in order. `spared` are names
    /// that are there but can't be looked at: they don't count as gone.
    pub fn compare_local(
        &self,
        listing: &FolderListing,
        spared: &HashSet<&str>,
        differing: &mut Vec<LocalRow>,
    ) -> Result<()> {
        const DOING: &str = "comparing a folder";
        let mut statement = self
            .0
            .prepare_cached(
                "SELECT name, l_kind, l_size, l_mtime, l_ctime, l_inode, l_device FROM node
                 WHERE parent = ?1 AND l_kind IS NOT NULL ORDER BY name",
            )
            .map_err(sql(DOING))?;
        let mut rows = statement.query([listing.folder.as_str()]).map_err(sql(DOING))?;
        let mut entries = listing.entries.iter().peekable();
        let appeared = |entry: &Entry, differing: &mut Vec<LocalRow>| {
            if let Ok(path) = listing.folder.join(&entry.name) {
                differing.push(LocalRow { path, local: Some(Local { stamp: entry.stamp, hash: None }) });
            }
        };
        let mut vanished = Vec::new();
        while let Some(row) = rows.next().map_err(sql(DOING))? {
            let name = row.get_ref(0).and_then(|value| Ok(value.as_str()?)).map_err(sql(DOING))?;
            loop {
                match entries.peek().map(|entry| entry.name.as_ref().cmp(name)) {
                    Some(Ordering::Less) => {
                        if let Some(entry) = entries.next() {
                            appeared(entry, differing);
                        }
                    }
                    Some(Ordering::Equal) => {
                        if let Some(entry) = entries.next()
                            && !same_stamp(row, &entry.stamp).map_err(sql(DOING))?
                        {
                            appeared(entry, differing);
                            if entry.stamp.kind == Kind::File
                                && row.get::<_, i64>(1).map_err(sql(DOING))? == 1
                            {
                                vanished.push((name.to_owned(), false));
                            }
                        }
                        break;
                    }
                    Some(Ordering::Greater) | None => {
                        if listing.complete && !spared.contains(name) {
                            vanished.push((name.to_owned(), true));
                        }
                        break;
                    }
                }
            }
        }
        entries.for_each(|entry| appeared(entry, differing));
        drop(rows);
        drop(statement);
        for (name, own_row) in vanished {
            let path = path_of(listing.folder.as_str(), &name)?;
            self.local_below(&path, differing)?;
            if own_row {
                differing.push(LocalRow { path, local: None });
            }
        }
        Ok(())
    }

    /// Appends every row below a folder that has a local side, as gone.
    pub fn local_below(&self, folder: &RelPath, gone: &mut Vec<LocalRow>) -> Result<()> {
        const DOING: &str = "reading what was in a folder";
        let (low, high) = span(folder);
        let mut statement = self
            .0
            .prepare_cached(
                "SELECT parent, name FROM node
                 WHERE l_kind IS NOT NULL AND (parent = ?1 OR (parent >= ?2 AND parent < ?3))",
            )
            .map_err(sql(DOING))?;
        let mut rows = statement.query([folder.as_str(), &low, &high]).map_err(sql(DOING))?;
        while let Some(row) = rows.next().map_err(sql(DOING))? {
            let parent = row.get_ref(0).and_then(|value| Ok(value.as_str()?)).map_err(sql(DOING))?;
            let name = row.get_ref(1).and_then(|value| Ok(value.as_str()?)).map_err(sql(DOING))?;
            gone.push(LocalRow { path: path_of(parent, name)?, local: None });
        }
        Ok(())
    }

    /// Compares items of one folder (sorted by name) with the rows of that folder: marks the rows, returns the
    /// positions of the items that differ.
    pub fn compare_remote(
        &self,
        folder: &str,
        items: &[(&str, &Remote)],
        seen: &mut SeenRows,
        differing: &mut Vec<usize>,
    ) -> Result<()> {
        const DOING: &str = "comparing a listing";
        const COLUMNS: &str = "name, id, r_kind, r_id, r_revision, r_size, r_write_only";
        if items.len() < 8 {
            let mut statement = self
                .0
                .prepare_cached(&format!("SELECT {COLUMNS} FROM node WHERE parent = ?1 AND name = ?2"))
                .map_err(sql(DOING))?;
            for (position, (name, remote)) in items.iter().enumerate() {
                let id = statement
                    .query_row([folder, name], |row| {
                        Ok(same_remote(row, remote)?.then_some(row.get::<_, i64>(1)?))
                    })
                    .optional()
                    .map_err(sql(DOING))?
                    .flatten();
                match id {
                    Some(id) => seen.mark(id),
                    None => differing.push(position),
                }
            }
            return Ok(());
        }
        let mut statement = self
            .0
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM node WHERE parent = ?1 AND name >= ?2 AND name <= ?3 ORDER BY name"
            ))
            .map_err(sql(DOING))?;
        let (first, last) = (items[0].0, items[items.len() - 1].0);
        let mut rows = statement.query([folder, first, last]).map_err(sql(DOING))?;
        let mut position = 0;
        while let Some(row) = rows.next().map_err(sql(DOING))? {
            let name = row.get_ref(0).and_then(|value| Ok(value.as_str()?)).map_err(sql(DOING))?;
            while position < items.len() && items[position].0 < name {
                differing.push(position);
                position += 1;
            }
            if position < items.len() && items[position].0 == name {
                if same_remote(row, items[position].1).map_err(sql(DOING))? {
                    seen.mark(row.get(1).map_err(sql(DOING))?);
                } else {
                    differing.push(position);
                }
                position += 1;
            }
        }
        differing.extend(position..items.len());
        Ok(())
    }
}

fn same_stamp(row: &rusqlite::Row<'_>, stamp: &LocalStamp) -> rusqlite::Result<bool> {
    Ok(row.get::<_, i64>(1)? == kind_code(stamp.kind)
        && row.get::<_, i64>(2)?.cast_unsigned() == stamp.size
        && row.get::<_, i64>(3)? == stamp.mtime_ns
        && row.get::<_, i64>(4)? == stamp.ctime_ns
        && row.get::<_, i64>(5)?.cast_unsigned() == stamp.inode
        && row.get::<_, i64>(6)?.cast_unsigned() == stamp.device)
}

fn same_remote(row: &rusqlite::Row<'_>, remote: &Remote) -> rusqlite::Result<bool> {
    let Some(kind) = row.get::<_, Option<i64>>(2)? else { return Ok(false) };
    Ok(kind_of(kind)? == remote.kind
        && row.get_ref(3)?.as_str()? == &*remote.id.0
        && row.get_ref(4)?.as_str()? == &*remote.revision.0
        && row.get::<_, Option<i64>>(5)?.map(i64::cast_unsigned) == remote.size
        && (row.get::<_, i64>(6)? != 0) == remote.write_only)
}

/// Which rows a full listing has met: a bit a row, so that a million files cost 125 kB.
#[derive(Debug, Default)]
pub struct SeenRows(Vec<u64>);

impl SeenRows {
    pub(super) fn mark(&mut self, id: i64) {
        let Ok(id) = usize::try_from(id) else { return };
        if id / 64 >= self.0.len() {
            self.0.resize(id / 64 + 1024, 0);
        }
        self.0[id / 64] |= 1 << (id % 64);
    }

    pub(super) fn has(&self, id: i64) -> bool {
        usize::try_from(id).is_ok_and(|id| self.0.get(id / 64).is_some_and(|word| word >> (id % 64) & 1 == 1))
    }
}
