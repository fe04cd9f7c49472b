//! Names that are legal and odd, and names that are no names.

use tidemark_providers::Capabilities;
use tidemark_providers::capabilities::Folders;

const ODD: [&str; 15] = [
    "plain.txt",
    "with a space.txt",
    "100 % of it.txt",
    "%41%2F%zz.txt",
    "a#b?c&d+e=f.txt",
    "plus+and;semicolon,comma.txt",
    "Það er ágætt – æðislegt.txt",
    "日本語のファイル名.txt",
    "🦀 and 🎉.txt",
    "'quotes' (and) [brackets] {too}.txt",
    "at@colon:dollar$!~.txt",
    "no extension",
    ".hidden",
    "two.dots..txt",
    "UPPER.TXT",
];

/// Names that no service should hold and some do.
pub(crate) const HOSTILE: [&str; 8] = [
    "../outside.txt",
    "/etc/passwd",
    "a//b.txt",
    "a/./b.txt",
    "a/../../b.txt",
    ".tidemark/kept/x",
    "line\nbreak\u{1b}[2J.txt",
    "trailing/",
];

/// The odd names that this service stores.
pub(crate) fn odd(able: &Capabilities) -> Vec<&'static str> {
    ODD.into_iter().filter(|name| able.names.refuses(name).is_none()).collect()
}

/// Odd paths, some of them in odd folders where there are folders.
pub(crate) fn tree(able: &Capabilities) -> Vec<String> {
    let names = odd(able);
    let inner = ["ísland %20#", "island"].into_iter().find(|name| able.names.refuses(name).is_none());
    let nested = match inner {
        Some(inner) if able.folders != Folders::None => format!("docs/{inner}/"),
        _ => String::new(),
    };
    names
        .iter()
        .enumerate()
        .map(|(at, name)| match at % 3 {
            0 => (*name).to_owned(),
            1 => format!("{}{name}", nested.split_inclusive('/').next().unwrap_or_default()),
            _ => format!("{nested}{name}"),
        })
        .collect()
}
