//! A node as a row, and back. Bit patterns of unsigned numbers are kept; what can't be is an error, not a panic.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};
use tidemark_core::node::{ContentHash, Kind, Local, LocalStamp, Node, Remote, RemoteId, Revision, Synced};
use tidemark_core::path::RelPath;

use super::{Result, StateError, sql};

/// Columns in the order in which [`read_node`] reads them.
pub(super) const NODE_COLUMNS: &str = "parent, name, \
     l_kind, l_size, l_mtime, l_ctime, l_inode, l_device, l_hash, \
     r_kind, r_id, r_revision, r_size, r_modified, r_write_only, r_hash, \
     s_kind, sl_size, sl_mtime, sl_ctime, sl_inode, sl_device, sl_hash, \
     sr_id, sr_revision, sr_size, sr_modified, sr_write_only, sr_hash";

pub(super) fn kind_code(kind: Kind) -> i64 {
    match kind {
        Kind::File => 0,
        Kind::Folder => 1,
    }
}

pub(super) fn kind_of(code: i64) -> rusqlite::Result<Kind> {
    match code {
        0 => Ok(Kind::File),
        1 => Ok(Kind::Folder),
        other => Err(rusqlite::Error::IntegralValueOutOfRange(0, other)),
    }
}

pub(super) fn path_of(parent: &str, name: &str) -> Result<RelPath> {
    let text = if parent.is_empty() { name.to_owned() } else { format!("{parent}/{name}") };
    RelPath::new(&text).map_err(|error| StateError::Impossible(format!("the path {text:?}: {error}")))
}

fn hash(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<ContentHash>> {
    match row.get_ref(index)? {
        ValueRef::Blob(bytes) => Ok(bytes.try_into().ok().map(ContentHash)),
        _ => Ok(None),
    }
}

fn unsigned(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(index)?.cast_unsigned())
}

fn local(row: &Row<'_>, kind: Kind, at: usize) -> rusqlite::Result<Local> {
    let stamp = LocalStamp {
        kind,
        size: unsigned(row, at)?,
        mtime_ns: row.get(at + 1)?,
        ctime_ns: row.get(at + 2)?,
        inode: unsigned(row, at + 3)?,
        device: unsigned(row, at + 4)?,
    };
    Ok(Local { stamp, hash: hash(row, at + 5)? })
}

fn remote(row: &Row<'_>, kind: Kind, at: usize) -> rusqlite::Result<Remote> {
    Ok(Remote {
        kind,
        id: RemoteId(row.get_ref(at)?.as_str()?.into()),
        revision: Revision(row.get_ref(at + 1)?.as_str()?.into()),
        size: row.get::<_, Option<i64>>(at + 2)?.map(i64::cast_unsigned),
        modified_ns: row.get(at + 3)?,
        write_only: row.get::<_, i64>(at + 4)? != 0,
        hash: hash(row, at + 5)?,
    })
}

/// Reads a row of [`NODE_COLUMNS`].
pub(super) fn read_node(row: &Row<'_>) -> rusqlite::Result<Result<Node>> {
    let path = match path_of(row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?) {
        Ok(path) => path,
        Err(error) => return Ok(Err(error)),
    };
    let kind = |index: usize| row.get::<_, Option<i64>>(index)?.map(kind_of).transpose();
    let local_side = kind(2)?.map(|kind| local(row, kind, 3)).transpose()?;
    let remote_side = kind(9)?.map(|kind| remote(row, kind, 10)).transpose()?;
    let synced = match kind(16)? {
        Some(kind) => Some(Synced { local: local(row, kind, 17)?, remote: remote(row, kind, 23)? }),
        None => None,
    };
    Ok(Ok(Node { path, local: local_side, remote: remote_side, synced }))
}

/// Stores a node; a node of which nothing is known any more is deleted. Returns its row id, 0 when deleted.
pub(super) fn write_node(connection: &Connection, node: &Node) -> Result<i64> {
    let (parent, name) = (node.path.parent_str(), node.path.name());
    if node.local.is_none() && node.remote.is_none() && node.synced.is_none() {
        connection
            .prepare_cached("DELETE FROM node WHERE parent = ?1 AND name = ?2")
            .and_then(|mut statement| statement.execute(params![parent, name]))
            .map_err(sql("storing a node"))?;
        return Ok(0);
    }
    let (l, r) = (node.local.as_ref(), node.remote.as_ref());
    let (sl, sr) = (node.synced.as_ref().map(|s| &s.local), node.synced.as_ref().map(|s| &s.remote));
    let bytes = |hash: Option<ContentHash>| hash.map(|hash| hash.0);
    connection
        .prepare_cached(
            "INSERT INTO node (parent, name, dirty, s_kind, r_kind, l_kind,
               l_size, l_mtime, l_ctime, l_inode, l_device, l_hash,
               r_id, r_revision, r_size, r_modified, r_write_only, r_hash,
               sl_size, sl_mtime, sl_ctime, sl_inode, sl_device, sl_hash,
               sr_id, sr_revision, sr_size, sr_modified, sr_write_only, sr_hash)
             VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25,?26,?27,?28,?29,?30)
             ON CONFLICT (parent, name) DO UPDATE SET dirty = ?3, s_kind = ?4, r_kind = ?5, l_kind = ?6,
               l_size = ?7, l_mtime = ?8, l_ctime = ?9, l_inode = ?10, l_device = ?11, l_hash = ?12,
               r_id = ?13, r_revision = ?14, r_size = ?15, r_modified = ?16, r_write_only = ?17, r_hash = ?18,
               sl_size = ?19, sl_mtime = ?20, sl_ctime = ?21, sl_inode = ?22, sl_device = ?23, sl_hash = ?24,
               sr_id = ?25, sr_revision = ?26, sr_size = ?27, sr_modified = ?28, sr_write_only = ?29, sr_hash = ?30
             RETURNING id",
        )
        .and_then(|mut statement| {
            statement.query_row(
                params![
                    parent,
                    name,
                    node.is_dirty(),
                    node.synced.as_ref().map(|s| kind_code(s.kind())),
                    r.map(|r| kind_code(r.kind)),
                    l.map(|l| kind_code(l.stamp.kind)),
                    l.map(|l| l.stamp.size.cast_signed()),
                    l.map(|l| l.stamp.mtime_ns),
                    l.map(|l| l.stamp.ctime_ns),
                    l.map(|l| l.stamp.inode.cast_signed()),
                    l.map(|l| l.stamp.device.cast_signed()),
                    l.and_then(|l| bytes(l.hash)),
                    r.map(|r| &*r.id.0),
                    r.map(|r| &*r.revision.0),
                    r.and_then(|r| r.size).map(u64::cast_signed),
                    r.and_then(|r| r.modified_ns),
                    r.map(|r| r.write_only),
                    r.and_then(|r| bytes(r.hash)),
                    sl.map(|l| l.stamp.size.cast_signed()),
                    sl.map(|l| l.stamp.mtime_ns),
                    sl.map(|l| l.stamp.ctime_ns),
                    sl.map(|l| l.stamp.inode.cast_signed()),
                    sl.map(|l| l.stamp.device.cast_signed()),
                    sl.and_then(|l| bytes(l.hash)),
                    sr.map(|r| &*r.id.0),
                    sr.map(|r| &*r.revision.0),
                    sr.and_then(|r| r.size).map(u64::cast_signed),
                    sr.and_then(|r| r.modified_ns),
                    sr.map(|r| r.write_only),
                    sr.and_then(|r| bytes(r.hash)),
                ],
                |row| row.get(0),
            )
        })
        .map_err(sql("storing a node"))
}
