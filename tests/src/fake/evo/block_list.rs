//! The body of Put Block List.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Where a block of the list is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// Among the staged blocks, then among those of the blob.
    Latest,
    /// Among the staged blocks.
    Uncommitted,
    /// Among those of the blob.
    Committed,
}

/// The blocks, in order, by decoded id; none when it isn't a block list.
pub(crate) fn parse(xml: &[u8]) -> Option<Vec<(Lookup, Vec<u8>)>> {
    let mut reader = Reader::from_str(std::str::from_utf8(xml).ok()?);
    reader.config_mut().trim_text(true);
    let mut blocks = Vec::new();
    let mut open = Vec::new();
    let mut complete = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => open.push(tag.name().as_ref().to_owned()),
            Event::Empty(tag) => complete |= open.is_empty() && tag.name().as_ref() == "BlockList",
            Event::End(_) => {
                open.pop();
                complete |= open.is_empty();
            }
            Event::Text(text) => {
                let [list, kind] = open.as_slice() else { return None };
                if list != "BlockList" {
                    return None;
                }
                blocks.push((lookup(kind)?, id(text.as_bytes())?));
            }
            Event::Eof => return complete.then_some(blocks),
            Event::Decl(_) | Event::Comment(_) => {}
            _ => return None,
        }
    }
}

/// A block's id, decoded; it may have up to 64 bytes.
pub(crate) fn id(base64: &[u8]) -> Option<Vec<u8>> {
    STANDARD.decode(base64).ok().filter(|id| !id.is_empty())
}

fn lookup(element: &str) -> Option<Lookup> {
    match element {
        "Latest" => Some(Lookup::Latest),
        "Uncommitted" => Some(Lookup::Uncommitted),
        "Committed" => Some(Lookup::Committed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_blocks_in_order() {
        let xml = b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<BlockList>\n  <Latest>YQ==</Latest>\n\
            <Committed>Yg==</Committed><Uncommitted>Yw==</Uncommitted></BlockList>";
        let read = parse(xml).unwrap();
        assert_eq!(
            read,
            [
                (Lookup::Latest, b"a".to_vec()),
                (Lookup::Committed, b"b".to_vec()),
                (Lookup::Uncommitted, b"c".to_vec())
            ]
        );
    }

    #[test]
    fn an_empty_list_is_a_list() {
        assert_eq!(parse(b"<BlockList></BlockList>"), Some(vec![]));
        assert_eq!(parse(b"<BlockList />"), Some(vec![]));
    }

    #[test]
    fn refuses_what_is_none() {
        for xml in [
            "",
            "x",
            "<BlockList>",
            "<BlockList><Newest>YQ==</Newest></BlockList>",
            "{}",
            "<BlockList><Latest>?</Latest></BlockList>",
            "<Blocks><Latest>YQ==</Latest></Blocks>",
        ] {
            assert_eq!(parse(xml.as_bytes()), None, "{xml}");
        }
    }
}
