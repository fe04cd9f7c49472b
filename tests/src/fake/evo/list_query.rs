//! The parameters of the listing.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::breach::BreachKind;
use super::problem::Problem;
use super::row::Row;
use crate::fake::query::Query;

/// The most entries of a page, and how many there are when nothing is asked for.
pub(crate) const MAX_LIMIT: usize = 5000;

const ALLOWED: &[&str] =
    &["limit", "offset", "deleted", "author", "file_name", "modified_by", "deleted_by", "order_by"];
const REPEATABLE: &[&str] = &["created_at", "modified_at", "deleted_at"];

/// What a listing asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ListQuery {
    pub(crate) limit: usize,
    pub(crate) offset: usize,
    pub(crate) deleted: bool,
    pub(crate) order: Vec<Order>,
    file_name: Option<String>,
    people: Vec<(Role, Uuid)>,
    times: Vec<(Field, Comparison, Timestamp)>,
}

/// One key of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Order {
    pub(crate) field: Field,
    pub(crate) descending: bool,
}

/// A time of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    Created,
    Modified,
    Deleted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Author,
    ModifiedBy,
    DeletedBy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    Greater,
}

/// A query that isn't taken: what it breaks, how it is answered, and why.
pub(crate) type Misfit = (BreachKind, Problem, String);

impl ListQuery {
    /// Reads it strictly: what the vendor doesn't describe is refused.
    pub(crate) fn parse(query: &Query) -> Result<Self, Misfit> {
        if let Some(key) = query.misfit(ALLOWED, REPEATABLE) {
            let detail = format!("unknown or repeated parameter {key:?}");
            return Err((BreachKind::UnknownParameter, Problem::BadRequest, detail));
        }
        let limit = number(query, "limit")?.unwrap_or(MAX_LIMIT);
        if limit > MAX_LIMIT {
            let detail = format!("limit {limit} is above {MAX_LIMIT}");
            return Err((BreachKind::LimitTooHigh, Problem::Validation, detail));
        }
        if limit == 0 {
            return Err(bad("limit", "0"));
        }
        Ok(ListQuery {
            limit,
            offset: number(query, "offset")?.unwrap_or(0),
            deleted: boolean(query, "deleted")?.unwrap_or(false),
            order: order(query)?,
            file_name: query.one("file_name").map(str::to_lowercase),
            people: people(query)?,
            times: times(query)?,
        })
    }

    /// Nothing is filtered out.
    pub(crate) fn takes_all(&self) -> bool {
        self.file_name.is_none() && self.people.is_empty() && self.times.is_empty()
    }

    /// The filters let a row through.
    pub(crate) fn takes(&self, row: &Row) -> bool {
        let name = self.file_name.as_ref().is_none_or(|part| row.name().to_lowercase().contains(part));
        let person = |(role, id): &(Role, Uuid)| match role {
            Role::Author => row.created_by.user().id == *id,
            Role::ModifiedBy => row.modified_by.user().id == *id,
            Role::DeletedBy => row.deleted.is_some_and(|deletion| deletion.by.user().id == *id),
        };
        let time = |(field, comparison, at): &(Field, Comparison, Timestamp)| match field {
            Field::Created => comparison.holds(row.created_at, *at),
            Field::Modified => comparison.holds(row.modified_at, *at),
            Field::Deleted => row.deleted.is_some_and(|deletion| comparison.holds(deletion.at, *at)),
        };
        name && self.people.iter().all(person) && self.times.iter().all(time)
    }
}

impl Comparison {
    fn holds(self, have: Timestamp, given: Timestamp) -> bool {
        let (have, given) = (have.as_millisecond(), given.as_millisecond());
        match self {
            Comparison::Less => have < given,
            Comparison::AtMost => have <= given,
            Comparison::Equal => have == given,
            Comparison::AtLeast => have >= given,
            Comparison::Greater => have > given,
        }
    }
}

/// A boolean parameter; the vendor's SDK sends `True` and `False`.
pub(crate) fn boolean(query: &Query, key: &str) -> Result<Option<bool>, Misfit> {
    query.one(key).map(|value| value.to_lowercase().parse().map_err(|_| bad(key, value))).transpose()
}

fn number(query: &Query, key: &str) -> Result<Option<usize>, Misfit> {
    query.one(key).map(|value| value.parse().map_err(|_| bad(key, value))).transpose()
}

fn people(query: &Query) -> Result<Vec<(Role, Uuid)>, Misfit> {
    [("author", Role::Author), ("modified_by", Role::ModifiedBy), ("deleted_by", Role::DeletedBy)]
        .into_iter()
        .filter_map(|(key, role)| Some((key, role, query.one(key)?)))
        .map(|(key, role, id)| Ok((role, id.parse().map_err(|_| bad(key, id))?)))
        .collect()
}

fn times(query: &Query) -> Result<Vec<(Field, Comparison, Timestamp)>, Misfit> {
    let mut times = Vec::new();
    for (key, field) in
        [("created_at", Field::Created), ("modified_at", Field::Modified), ("deleted_at", Field::Deleted)]
    {
        let given: Vec<&str> = query.all(key).collect();
        for value in &given {
            let (comparison, at) = comparison(value).ok_or_else(|| bad(key, value))?;
            if given.len() > 2 || (comparison == Comparison::Equal && given.len() > 1) {
                return Err(bad(key, value));
            }
            times.push((field, comparison, at));
        }
    }
    Ok(times)
}

fn comparison(value: &str) -> Option<(Comparison, Timestamp)> {
    let with = [
        ("lt:", Comparison::Less),
        ("lte:", Comparison::AtMost),
        ("gte:", Comparison::AtLeast),
        ("gt:", Comparison::Greater),
        ("", Comparison::Equal),
    ];
    let (at, comparison) =
        with.into_iter().find_map(|(prefix, comparison)| Some((value.strip_prefix(prefix)?, comparison)))?;
    Some((comparison, time(at)?))
}

fn time(value: &str) -> Option<Timestamp> {
    let naive = || {
        let date_time = value.parse::<DateTime>().or_else(|_| value.parse::<Date>().map(Into::into)).ok()?;
        Some(date_time.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    value.parse().ok().or_else(naive)
}

fn order(query: &Query) -> Result<Vec<Order>, Misfit> {
    let Some(value) = query.one("order_by") else { return Ok(Vec::new()) };
    value.split(',').map(|key| order_key(key).ok_or_else(|| bad("order_by", value))).collect()
}

fn order_key(key: &str) -> Option<Order> {
    let (descending, name) = match key.split_once(':') {
        None => (false, key),
        Some(("asc", name)) => (false, name),
        Some(("desc", name)) => (true, name),
        Some(_) => return None,
    };
    let field = match name {
        "created_at" => Field::Created,
        "modified_at" => Field::Modified,
        "deleted_at" => Field::Deleted,
        _ => return None,
    };
    Some(Order { field, descending })
}

/// A value that isn't taken.
pub(crate) fn bad(key: &str, value: &str) -> Misfit {
    (BreachKind::BadParameter, Problem::Validation, format!("{key} can't be {value:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(raw: &str) -> Result<ListQuery, BreachKind> {
        ListQuery::parse(&Query::parse(raw).unwrap()).map_err(|(kind, ..)| kind)
    }

    #[test]
    fn takes_what_the_vendor_describes() {
        assert_eq!(parse("").unwrap().limit, 5000);
        let query = parse("limit=2&offset=4&deleted=True&order_by=modified_at,desc:created_at").unwrap();
        assert_eq!((query.limit, query.offset, query.deleted), (2, 4, true));
        assert_eq!(query.order[1], Order { field: Field::Created, descending: true });
        for time in ["gte:2023-03-10T22:56:53Z", "2023-03-10", "lt:2023-03-10T22:56:53%2B02:00"] {
            assert_eq!(parse(&format!("modified_at={time}")).unwrap().times.len(), 1, "{time}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for (raw, kind) in [
            ("limit=5001", BreachKind::LimitTooHigh),
            ("limit=0", BreachKind::BadParameter),
            ("offset=-1", BreachKind::BadParameter),
            ("path=a", BreachKind::UnknownParameter),
            ("limit=1&limit=2", BreachKind::UnknownParameter),
            ("order_by=name", BreachKind::BadParameter),
            ("modified_at=ge:2023-03-10", BreachKind::BadParameter),
            ("modified_at=2023-03-10&modified_at=2023-03-11", BreachKind::BadParameter),
            ("modified_at=gte:2023-03-10T00:00:00+02:00", BreachKind::BadParameter),
        ] {
            assert_eq!(parse(raw), Err(kind), "{raw}");
        }
    }
}
