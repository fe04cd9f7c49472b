//! Nodes: reading and storing.

use rusqlite::{Connection, OptionalExtension, params};
use tidemark_core::node::{Kind, Local, Node, Remote, RemoteId};
use tidemark_core::path::RelPath;

use super::activity::{self, ActivityRow};
use super::compare::SeenRows;
use super::rows::{NODE_COLUMNS, kind_code, path_of, read_node, write_node};
use super::{Result, State, sql};

/// What was seen of the local side at one path; `None`: nothing is there.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalRow {
    /// Where.
    pub path: RelPath,
    /// What.
    pub local: Option<Local>,
}

/// What was seen of the remote side at one path; `None`: nothing is there.
#[derive(Debug, Clone, PartialEq)]
pub struct RemoteRow {
    /// Where.
    pub path: RelPath,
    /// What.
    pub remote: Option<Remote>,
}

/// Which files are read page by page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// Those that were agreed on.
    Agreed,
    /// Those that the service is known to have, or had when they were agreed on.
    Known,
}

const LEADS_TO: &str = "SELECT EXISTS (SELECT 1 FROM node WHERE r_kind = 0 AND r_id = ?1
                          AND NOT (parent IS ?2 AND name IS ?3))";

impl State {
    /// Stores nodes in one transaction.
    pub fn put(&self, nodes: &[Node]) -> Result<()> {
        self.transact("storing nodes", |connection| {
            nodes.iter().try_for_each(|node| write_node(connection, node).map(drop))
        })
    }

    /// The node at `path`; empty when nothing is known of it.
    pub fn node(&self, path: &RelPath) -> Result<Node> {
        node_at(&self.writer(), path)
    }

    /// All nodes that differ, ordered by path.
    pub fn dirty(&self) -> Result<Vec<Node>> {
        let mut nodes = self.nodes_where("dirty = 1", [])?;
        nodes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(nodes)
    }

    /// The next files of that kind after a row's number, a thousand at most, and the last one's number; none: no more.
    pub fn files_after(&self, which: Files, row: i64) -> Result<(Vec<Node>, i64)> {
        let condition = match which {
            Files::Agreed => "s_kind = 0",
            Files::Known => "(r_kind = 0 OR (r_kind IS NULL AND s_kind = 0))",
        };
        let sql_text = format!(
            "SELECT {NODE_COLUMNS}, id FROM node WHERE {condition} AND id > ?1 ORDER BY id LIMIT 1000"
        );
        let connection = self.writer();
        let mut statement = connection.prepare_cached(&sql_text).map_err(sql("reading nodes"))?;
        let rows = statement.query_map([row], |row| Ok((read_node(row)?, row.get("id")?)));
        let (mut nodes, mut last) = (Vec::new(), row);
        for row in rows.map_err(sql("reading nodes"))? {
            let (node, id) = row.map_err(sql("reading nodes"))?;
            nodes.push(node?);
            last = id;
        }
        Ok((nodes, last))
    }

    /// Has files found fast by the service's ids, from now on. For services that list nothing only: where ids are asked
    /// for with every edit it is needed, and it makes storing a hundred thousand rows take three times as long.
    pub fn index_ids(&self) -> Result<()> {
        self.writer()
            .execute_batch("CREATE INDEX IF NOT EXISTS node_remote_id ON node (r_id) WHERE r_kind = 0")
            .map_err(sql("indexing the service's ids"))
    }

    /// True when the service's file of that id is known to be at some path other than `but`.
    pub fn leads_to(&self, id: &RemoteId, but: Option<&RelPath>) -> Result<bool> {
        let (parent, name) = but.map(|path| (path.parent_str(), path.name())).unzip();
        self.writer()
            .prepare_cached(LEADS_TO)
            .and_then(|mut statement| statement.query_row(params![&*id.0, parent, name], |row| row.get(0)))
            .map_err(sql("looking for an item"))
    }

    /// What `of` makes of each file that the service is known to have.
    pub fn of_remote_files<T>(&self, of: impl FnMut(Node) -> Option<T>) -> Result<Vec<T>> {
        self.of_nodes("r_kind = 0", [], of)
    }

    /// True when the service is known to have a file.
    pub fn knows_remote_files(&self) -> Result<bool> {
        self.writer()
            .query_row("SELECT EXISTS (SELECT 1 FROM node WHERE r_kind = 0)", [], |row| row.get(0))
            .map_err(sql("looking for files"))
    }

    /// How many nodes differ, but for those that were seen at the service only and that `but` names.
    pub fn dirty_count(&self, but: impl Fn(&Node) -> bool) -> Result<u64> {
        let differing = self.count("dirty = 1")?;
        let there_only = "dirty = 1 AND l_kind IS NULL AND s_kind IS NULL";
        let left_out = self.of_nodes(there_only, [], |node| but(&node).then_some(()))?;
        Ok(differing.saturating_sub(left_out.len() as u64))
    }

    /// The node at `folder` and all below it.
    pub fn below(&self, folder: &RelPath) -> Result<Vec<Node>> {
        let (low, high) = span(folder);
        let mut nodes = self.nodes_where(
            "parent = ?1 OR (parent >= ?2 AND parent < ?3)",
            [folder.as_str().to_owned(), low, high],
        )?;
        let own = self.node(folder)?;
        if own.local.is_some() || own.remote.is_some() || own.synced.is_some() {
            nodes.push(own);
        }
        Ok(nodes)
    }

    /// Files that were agreed on: what guards count against.
    pub fn synced_files(&self) -> Result<u64> {
        self.count("s_kind = 0")
    }

    /// Files in step: agreed on, and on neither side different since.
    pub fn clean_files(&self) -> Result<u64> {
        self.count("s_kind = 0 AND dirty = 0")
    }

    /// Stores what an operation brought, with its activity, in one transaction.
    pub fn record(&self, nodes: &[Node], activity: &[ActivityRow]) -> Result<()> {
        self.transact("recording an operation", |connection| {
            for node in nodes {
                write_node(connection, node)?;
            }
            activity.iter().try_for_each(|row| activity::insert(connection, row))
        })
    }

    /// The paths of all files that were agreed on.
    pub fn agreed_paths(&self) -> Result<Vec<String>> {
        let connection = self.writer();
        let mut statement = connection
            .prepare_cached("SELECT iif(parent = '', name, parent || '/' || name) FROM node WHERE s_kind = 0")
            .map_err(sql("reading paths"))?;
        let rows = statement.query_map([], |row| row.get(0)).map_err(sql("reading paths"))?;
        rows.collect::<rusqlite::Result<_>>().map_err(sql("reading paths"))
    }

    /// Forgets what was agreed at paths that one side has lost and the other still has: the next plan takes that for new.
    /// Returns how many.
    pub fn forget_deletions(&self) -> Result<u64> {
        let lost = self.nodes_where("s_kind IS NOT NULL AND (l_kind IS NULL) <> (r_kind IS NULL)", [])?;
        let nodes: Vec<Node> = lost.into_iter().map(|node| Node { synced: None, ..node }).collect();
        self.put(&nodes)?;
        Ok(nodes.len() as u64)
    }

    /// True when something of this computer's side is known below `folder`.
    pub fn has_local_below(&self, folder: &RelPath) -> Result<bool> {
        let (low, high) = span(folder);
        self.writer()
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM node WHERE l_kind IS NOT NULL AND parent = ?1)
                     OR EXISTS (SELECT 1 FROM node WHERE l_kind IS NOT NULL AND parent >= ?2 AND parent < ?3)",
            )
            .and_then(|mut statement| statement.query_row([folder.as_str(), &low, &high], |row| row.get(0)))
            .map_err(sql("looking into a folder"))
    }

    /// Forgets every node that `ignored` names: its contents stay on both sides and stop being synced. `ids_stay`: which
    /// file the service has there isn't forgotten, as nobody else knows it.
    pub fn forget_ignored(&self, ignored: impl Fn(&Node) -> bool, ids_stay: bool) -> Result<()> {
        let all = self.nodes_where("1", [])?;
        let remote = |node: &Node| {
            let known = node.remote.as_ref().filter(|remote| ids_stay && remote.kind == Kind::File);
            known.cloned()
        };
        let forgotten: Vec<Node> = all
            .iter()
            .filter(|node| ignored(node))
            .map(|node| Node { remote: remote(node), ..Node::empty(node.path.clone()) })
            .collect();
        self.put(&forgotten)
    }

    /// Stores what was seen of the local side. A hash stays with a stamp that didn't change.
    pub fn see_local(&self, rows: &[LocalRow]) -> Result<()> {
        self.transact("storing what was seen here", |connection| {
            for row in rows {
                let mut node = node_at(connection, &row.path)?;
                node.local = row.local.clone().map(|mut local| {
                    let known = [node.local.as_ref(), node.synced.as_ref().map(|synced| &synced.local)];
                    if local.hash.is_none() {
                        local.hash = known
                            .into_iter()
                            .flatten()
                            .find(|old| old.stamp == local.stamp)
                            .and_then(|old| old.hash);
                    }
                    local
                });
                write_node(connection, &node)?;
            }
            Ok(())
        })
    }

    /// Stores what was seen of the remote side and marks the rows. A hash stays with a revision that didn't change.
    pub fn see_remote(&self, rows: &[RemoteRow], seen: &mut SeenRows) -> Result<()> {
        self.transact("storing what was seen at the service", |connection| {
            for row in rows {
                let mut node = node_at(connection, &row.path)?;
                node.remote = row.remote.clone().map(|mut remote| {
                    let known = [node.remote.as_ref(), node.synced.as_ref().map(|synced| &synced.remote)];
                    if remote.hash.is_none() {
                        let same = |old: &&Remote| old.id == remote.id && old.revision == remote.revision;
                        remote.hash = known.into_iter().flatten().find(same).and_then(|old| old.hash);
                    }
                    remote
                });
                let id = write_node(connection, &node)?;
                seen.mark(id);
            }
            Ok(())
        })
    }

    /// After a complete listing: the paths of rows with a remote side that it didn't meet. `folders` says whether
    /// folders count.
    pub fn unseen(&self, seen: &SeenRows, folders: bool) -> Result<Vec<RelPath>> {
        let connection = self.writer();
        let mut statement = connection
            .prepare_cached("SELECT id, r_kind, parent, name FROM node WHERE r_kind IS NOT NULL")
            .map_err(sql("looking for what is gone"))?;
        let mut rows = statement.query([]).map_err(sql("looking for what is gone"))?;
        let mut unseen = Vec::new();
        while let Some(row) = rows.next().map_err(sql("looking for what is gone"))? {
            let of = |error| sql("looking for what is gone")(error);
            let (id, kind): (i64, i64) = (row.get(0).map_err(of)?, row.get(1).map_err(of)?);
            if seen.has(id) || (!folders && kind == kind_code(Kind::Folder)) {
                continue;
            }
            let text = |index: usize| {
                row.get_ref(index).and_then(|value| Ok(value.as_str()?.to_owned())).map_err(of)
            };
            unseen.push(path_of(&text(2)?, &text(3)?)?);
        }
        Ok(unseen)
    }

    fn count(&self, condition: &str) -> Result<u64> {
        self.writer()
            .prepare_cached(&format!("SELECT count(*) FROM node WHERE {condition}"))
            .and_then(|mut statement| statement.query_row([], |row| row.get::<_, i64>(0)))
            .map(i64::cast_unsigned)
            .map_err(sql("counting nodes"))
    }

    fn nodes_where<P: rusqlite::Params>(&self, condition: &str, params: P) -> Result<Vec<Node>> {
        self.of_nodes(condition, params, Some)
    }

    /// What `of` makes of each such node: never more of them in memory than one.
    fn of_nodes<P: rusqlite::Params, T>(
        &self,
        condition: &str,
        params: P,
        mut of: impl FnMut(Node) -> Option<T>,
    ) -> Result<Vec<T>> {
        let connection = self.writer();
        let mut statement = connection
            .prepare_cached(&format!("SELECT {NODE_COLUMNS} FROM node WHERE {condition}"))
            .map_err(sql("reading nodes"))?;
        let rows = statement.query_map(params, read_node).map_err(sql("reading nodes"))?;
        let made = |row: rusqlite::Result<Result<Node>>| {
            row.map_err(sql("reading nodes")).flatten().map(&mut of).transpose()
        };
        rows.filter_map(made).collect()
    }
}

fn node_at(connection: &Connection, path: &RelPath) -> Result<Node> {
    connection
        .prepare_cached(&format!("SELECT {NODE_COLUMNS} FROM node WHERE parent = ?1 AND name = ?2"))
        .and_then(|mut statement| {
            statement.query_row(params![path.parent_str(), path.name()], read_node).optional()
        })
        .map_err(sql("reading a node"))?
        .unwrap_or_else(|| Ok(Node::empty(path.clone())))
}

/// The range of `parent` texts of everything deeper than a folder's own children: `folder/` up to `folder0`.
pub(super) fn span(folder: &RelPath) -> (String, String) {
    if folder.is_root() {
        return (String::new(), "\u{10FFFF}".to_owned());
    }
    (format!("{folder}/"), format!("{folder}0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_is_indexed_an_id_is_looked_up_and_not_looked_for() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::open(&dir.path().join("pair.db")).unwrap();
        let uses_index = || {
            let connection = state.writer();
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {LEADS_TO}")).unwrap();
            let steps = plan.query_map(["id", "", "a"], |row| row.get("detail")).unwrap();
            steps
                .map(|step: rusqlite::Result<String>| step.unwrap())
                .any(|step| step.contains("node_remote_id"))
        };
        assert!(!uses_index());
        state.index_ids().unwrap();
        state.index_ids().unwrap();
        assert!(uses_index());
    }
}
