//! Lists in answers, of so many entries that memory isn't filled with them: an entry of two bytes takes dozens here.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A list of at most `MOST` entries; with more of them the answer isn't read.
#[derive(Debug, PartialEq, Eq)]
pub struct AtMost<const MOST: usize, T>(pub Vec<T>);

struct Entries<const MOST: usize, T>(PhantomData<T>);

impl<'de, const MOST: usize, T: Deserialize<'de>> Visitor<'de> for Entries<MOST, T> {
    type Value = AtMost<MOST, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MOST} entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = sequence.next_element()? {
            if entries.len() == MOST {
                return Err(serde::de::Error::invalid_length(MOST + 1, &self));
            }
            entries.push(entry);
        }
        Ok(AtMost(entries))
    }
}

impl<'de, const MOST: usize, T: Deserialize<'de>> Deserialize<'de> for AtMost<MOST, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_an_end() {
        let read = |json| serde_json::from_str::<AtMost<3, u8>>(json).map_err(|error| error.to_string());
        assert!(read("[]").unwrap().0.is_empty());
        assert_eq!(read("[1,2,3]").unwrap().0, [1, 2, 3]);
        assert!(read("[1,2,3,4]").unwrap_err().contains("a list of at most 3 entries"));
        assert!(read("null").is_err() && read("[1").is_err());
    }
}
