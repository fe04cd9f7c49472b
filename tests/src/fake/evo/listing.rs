//! The list of files, as it shows after its lag, in any order, quickly.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::lag::{Due, Lag};
use super::list_query::{Field, ListQuery, Order};
use super::row::Row;

/// What the listing shows, and what it will show.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    lag: Lag,
    shown: Vec<Option<Row>>,
    late: Vec<(Due, usize, Option<Row>)>,
    orders: HashMap<(bool, Vec<Order>), Arc<[u32]>>,
}

/// A page of the listing.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) rows: Vec<&'a Row>,
    pub(crate) total: usize,
}

impl Listing {
    /// An empty listing that lags behind.
    pub(crate) fn lagging(lag: Lag) -> Self {
        Listing { lag, shown: Vec::new(), late: Vec::new(), orders: HashMap::new() }
    }

    /// A file is like this from now on.
    pub(crate) fn show(&mut self, file: usize, row: Option<Row>, now: Timestamp) {
        match self.lag.due(now) {
            None => self.set(file, row),
            Some(due) => self.late.push((due, file, row)),
        }
    }

    /// What one request gets.
    pub(crate) fn page(&mut self, query: &ListQuery, now: Timestamp) -> Page<'_> {
        self.catch_up(now);
        let order = self.order(query.deleted, &query.order);
        let rows = order.iter().filter_map(|file| self.shown[*file as usize].as_ref());
        if query.takes_all() {
            let total = order.len();
            return Page { rows: rows.skip(query.offset).take(query.limit).collect(), total };
        }
        let matching: Vec<&Row> = rows.filter(|row| query.takes(row)).collect();
        let total = matching.len();
        Page { rows: matching.into_iter().skip(query.offset).take(query.limit).collect(), total }
    }

    fn catch_up(&mut self, now: Timestamp) {
        let (done, late) = std::mem::take(&mut self.late)
            .into_iter()
            .map(|(mut due, file, row)| (due.asked(now), (due, file, row)))
            .partition::<Vec<_>, _>(|(done, _)| *done);
        self.late = late.into_iter().map(|(_, waiting)| waiting).collect();
        for (_, (_, file, row)) in done {
            self.set(file, row);
        }
    }

    fn set(&mut self, file: usize, row: Option<Row>) {
        if self.shown.len() <= file {
            self.shown.resize(file + 1, None);
        }
        self.shown[file] = row;
        self.orders.clear();
    }

    fn order(&mut self, deleted: bool, order: &[Order]) -> Arc<[u32]> {
        let key = (deleted, order.to_vec());
        if let Some(known) = self.orders.get(&key) {
            return known.clone();
        }
        let mut rows: Vec<(u32, &Row)> = (0..)
            .zip(&self.shown)
            .filter_map(|(file, row)| Some((file, row.as_ref()?)))
            .filter(|(_, row)| row.deleted.is_some() == deleted)
            .collect();
        if !order.is_empty() {
            rows.sort_by(|(_, a), (_, b)| compare(order, a, b));
        }
        let sorted: Arc<[u32]> = rows.into_iter().map(|(file, _)| file).collect();
        self.orders.insert(key, sorted.clone());
        sorted
    }
}

fn compare(order: &[Order], a: &Row, b: &Row) -> Ordering {
    order.iter().fold(Ordering::Equal, |so_far, order| {
        let by_field = field(order.field, a).cmp(&field(order.field, b));
        so_far.then(if order.descending { by_field.reverse() } else { by_field })
    })
}

fn field(field: Field, row: &Row) -> Option<Timestamp> {
    match field {
        Field::Created => Some(row.created_at),
        Field::Modified => Some(row.modified_at),
        Field::Deleted => row.deleted.map(|deletion| deletion.at),
    }
}
