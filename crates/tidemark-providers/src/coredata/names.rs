//! Names of files and folders as this computer sees them. The service lets several have one name: all but the oldest get
//! a suffix from their ids, ` (1a2b3c4d)` before the extension, which is the same whenever it is asked for.

use std::collections::HashSet;

use crate::coredata::id::ItemId;

/// Gives each item its name, in the order given: oldest first. A name in `taken` isn't given, and each given one is put
/// there.
pub(super) fn told_apart<'a>(
    items: impl Iterator<Item = (&'a ItemId, &'a str)> + Clone,
    taken: &mut HashSet<String>,
) -> Vec<String> {
    let first: Vec<bool> = items.clone().map(|(_, name)| taken.insert(name.to_owned())).collect();
    let names = items.zip(first).map(|((id, name), first)| match first {
        true => name.to_owned(),
        false => {
            let short = suffixed(name, id.short());
            if taken.insert(short.clone()) {
                return short;
            }
            let long = suffixed(name, id.as_str());
            taken.insert(long.clone());
            long
        }
    });
    names.collect()
}

/// True when an item of the service's `name` may be at `shown` here.
pub(super) fn may_be(shown: &str, name: &str, id: &ItemId) -> bool {
    shown == name || shown == suffixed(name, id.short()) || shown == suffixed(name, id.as_str())
}

/// A file's name without its extension: what the service calls its title.
pub(super) fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

fn suffixed(name: &str, suffix: &str) -> String {
    let (stem, extension) = name.split_at(stem(name).len());
    format!("{stem} ({suffix}){extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(short: &str) -> ItemId {
        ItemId::parse(&format!("{short}-7368-11ee-b992-57663b1559fb")).unwrap()
    }

    fn names(items: &[(&str, &str)], taken: &[&str]) -> Vec<String> {
        let items: Vec<_> = items.iter().map(|(short, name)| (id(short), *name)).collect();
        let mut taken = taken.iter().map(|name| (*name).to_owned()).collect();
        told_apart(items.iter().map(|(id, name)| (id, *name)), &mut taken)
    }

    #[test]
    fn all_but_the_oldest_are_suffixed_before_their_extension() {
        assert_eq!(
            names(&[("00000001", "a.b.txt"), ("00000002", "a.b.txt"), ("00000003", "c")], &["c"]),
            ["a.b.txt", "a.b (00000002).txt", "c (00000003)"]
        );
    }

    #[test]
    fn a_real_name_goes_before_a_suffixed_one() {
        let real = "a (00000002)";
        let suffixed = format!("a ({})", id("00000002"));
        assert_eq!(
            names(&[("00000001", "a"), ("00000002", "a"), ("00000003", real)], &[]),
            ["a", &suffixed, real]
        );
        assert!(may_be(&suffixed, "a", &id("00000002")) && !may_be(&suffixed, "a", &id("00000003")));
    }

    #[test]
    fn a_stem_is_never_empty() {
        for (name, expected) in
            [("a.txt", "a"), (".bashrc", ".bashrc"), ("a.tar.gz", "a.tar"), ("a", "a"), ("a.", "a")]
        {
            assert_eq!(stem(name), expected);
        }
        assert_eq!(suffixed(".bashrc", "1"), ".bashrc (1)");
    }
}
