//! Query strings, read strictly.

use percent_encoding::percent_decode_str;

/// A decoded query string, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Decodes `a=b&c=d`; `+` is a space, as Azure and most frameworks read it. Fails on broken escapes.
    pub(crate) fn parse(raw: &str) -> Result<Self, String> {
        raw.split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                Ok((decode(&key.replace('+', " "))?, decode(&value.replace('+', " "))?))
            })
            .collect::<Result<_, _>>()
            .map(Query)
    }

    /// The only value of `key`; none when it is absent or there twice.
    pub(crate) fn one(&self, key: &str) -> Option<&str> {
        let mut values = self.all(key);
        values.next().filter(|_| values.next().is_none())
    }

    /// Every value of `key`.
    pub(crate) fn all<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(k, _)| k == key).map(|(_, value)| value.as_str())
    }

    /// Every key, as often as it is there.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_str())
    }

    /// Every key with its value.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The first key that isn't among those allowed, or that is there twice though it isn't in `repeatable`.
    pub(crate) fn misfit(&self, allowed: &[&str], repeatable: &[&str]) -> Option<&str> {
        self.keys()
            .find(|key| !repeatable.contains(key) && (!allowed.contains(key) || self.all(key).count() > 1))
    }
}

/// Percent-decodes; fails on a `%` without two hexadecimal digits and on what isn't UTF-8.
pub(crate) fn decode(raw: &str) -> Result<String, String> {
    let broken = raw.split('%').skip(1).any(|after| {
        !after.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    if broken {
        return Err(format!("broken percent-encoding in {raw:?}"));
    }
    percent_decode_str(raw).decode_utf8().map(Into::into).map_err(|_| format!("{raw:?} is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_and_keeps_order() {
        let query = Query::parse("a=1&b=x%20y+z&a=2&c").unwrap();
        assert_eq!(query.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(query.one("b"), Some("x y z"));
        assert_eq!((query.one("a"), query.one("c")), (None, Some("")));
    }

    #[test]
    fn refuses_broken_escapes() {
        assert!(Query::parse("a=%2").is_err());
        assert!(Query::parse("a=%zz").is_err());
        assert!(Query::parse("a=%ff").is_err());
    }

    #[test]
    fn names_what_does_not_belong() {
        let query = Query::parse("limit=1&at=1&at=2").unwrap();
        assert_eq!(query.misfit(&["limit"], &["at"]), None);
        assert_eq!(query.misfit(&["limit", "at"], &[]), Some("at"));
        assert_eq!(query.misfit(&[], &["at"]), Some("limit"));
    }
}
