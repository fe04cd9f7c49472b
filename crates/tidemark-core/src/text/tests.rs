use proptest::prelude::*;

use super::*;

fn bytes_of(encoding: Encoding, bom: bool, raw: &str) -> Vec<u8> {
    Text { encoding, bom, raw: raw.to_owned() }.encoded(raw).unwrap()
}

#[test]
fn each_encoding_is_known_by_its_bytes() {
    for (bytes, encoding, bom, eol) in [
        (&b"a\nb\n"[..], Encoding::Utf8, false, Eol::Lf),
        (b"", Encoding::Utf8, false, Eol::None),
        (b"\xef\xbb\xbfa\r\nb", Encoding::Utf8, true, Eol::Crlf),
        (b"\xff\xfea\0\r\0\n\0", Encoding::Utf16Le, true, Eol::Crlf),
        (b"\xfe\xff\0a\0\n", Encoding::Utf16Be, true, Eol::Lf),
        (b"a\0b\0c\0\n\0", Encoding::Utf16Le, false, Eol::Lf),
        (b"\0a\0b\0c", Encoding::Utf16Be, false, Eol::None),
        (b"caf\xe9\n\r\n", Encoding::Latin1, false, Eol::Mixed),
        (b"a\rb\r", Encoding::Utf8, false, Eol::Mixed),
    ] {
        let text = Text::read(bytes).unwrap();
        assert_eq!((text.encoding, text.bom, text.eol()), (encoding, bom, eol), "{bytes:?}");
        assert_eq!(text.rewritten(&text.shown(), None).unwrap(), bytes);
    }
    for bytes in
        [&b"\x89PNG\x0d\x0a\x1a\x0a\0\0"[..], b"a\0b", b"\xff\xfea", b"\xe9\x01", b"\xff\xd8\xff\xe0"]
    {
        let text = Text::read(bytes);
        assert!(text.is_none() || bytes == b"\xff\xd8\xff\xe0", "{bytes:?} is {text:?}");
    }
}

#[test]
fn what_the_encoding_does_not_have_is_refused_by_name() {
    let text = Text::read(b"caf\xe9\n").unwrap();
    assert_eq!(text.rewritten("café\nté\n", None).unwrap(), b"caf\xe9\nt\xe9\n");
    let refused = text.rewritten("café\n3 €\n", None).unwrap_err();
    assert_eq!(refused.to_string(), "line 2 has the character \"€\", which latin-1 can't write");
}

#[test]
fn lines_that_came_from_the_other_side_end_as_lines_do_here() {
    let mine = Text::read(b"a\r\nb\r\nc").unwrap();
    let theirs = Text::read(b"a\nb\nnew\nc").unwrap();
    assert_eq!(mine.rewritten("a\nb\nnew\nc", Some(&theirs)).unwrap(), b"a\r\nb\r\nnew\r\nc");
    let mixed = Text::read(b"a\nb\r\nc\nd\n").unwrap();
    let theirs = Text::read(b"a\nb\nnew\r\nc\nd\n").unwrap();
    assert_eq!(
        mixed.rewritten("a\nb\nnew\nc\nmore\nd\n", Some(&theirs)).unwrap(),
        b"a\nb\r\nnew\r\nc\nmore\nd\n"
    );
    let empty = Text::read(b"").unwrap();
    assert_eq!(empty.rewritten("x\ny\n", Some(&Text::read(b"x\r\n").unwrap())).unwrap(), b"x\r\ny\r\n");
}

#[test]
fn lines_that_are_alike_keep_their_own_ends() {
    let text = Text::read(b"\n\n\n\r\n").unwrap();
    assert_eq!(text.rewritten("EDIT\n\n\n\n", None).unwrap(), b"EDIT\n\n\n\r\n");
}

fn encoding() -> impl Strategy<Value = (Encoding, bool)> {
    prop_oneof![
        Just((Encoding::Utf8, false)),
        Just((Encoding::Utf8, true)),
        Just((Encoding::Utf16Le, true)),
        Just((Encoding::Utf16Be, true)),
    ]
}

fn raw() -> impl Strategy<Value = (Vec<String>, String)> {
    let end = prop_oneof![3 => Just("\n"), 3 => Just("\r\n")];
    let lines = prop::collection::vec(("[abé🎉 ]{0,3}", end), 0..8);
    (lines, "[ab]{0,2}")
        .prop_map(|(lines, last)| (lines.into_iter().map(|(line, end)| line + end).collect(), last))
}

proptest! {
    #[test]
    fn what_nobody_edited_is_the_same_bytes((encoding, bom) in encoding(), (lines, last) in raw()) {
        let bytes = bytes_of(encoding, bom, &(lines.concat() + &last));
        let text = Text::read(&bytes).unwrap();
        prop_assert_eq!((text.encoding, text.bom), (encoding, bom));
        prop_assert_eq!(text.final_newline(), last.is_empty() && !lines.is_empty());
        prop_assert_eq!(text.rewritten(&text.shown(), None).unwrap(), bytes);
    }

    #[test]
    fn an_edited_line_leaves_the_bytes_around_it_alone(
        (encoding, bom) in encoding(), (lines, last) in raw(), at in 0_usize..8, insert in any::<bool>(),
    ) {
        let at = at % (lines.len() + 1);
        let bytes = bytes_of(encoding, bom, &(lines.concat() + &last));
        let text = Text::read(&bytes).unwrap();
        let mut shown: Vec<String> = lines.iter().map(|line| line.replace("\r\n", "\n")).collect();
        let mut kept: Vec<String> = lines.clone();
        if insert || at == lines.len() {
            shown.insert(at, "EDIT\n".to_owned());
            kept.insert(at, String::new());
        } else {
            shown[at] = "EDIT\n".to_owned();
            kept[at] = String::new();
        }
        let written = text.rewritten(&(shown.concat() + &last), None).unwrap();
        let before = bytes_of(encoding, bom, &kept[..at].concat());
        let after = bytes_of(encoding, false, &(kept[at..].concat() + &last));
        prop_assert!(written.starts_with(&before) && written.ends_with(&after), "{:?}", written);
        let middle = &written[before.len()..written.len() - after.len()];
        let ends = ["EDIT\n", "EDIT\r\n"].map(|edit| bytes_of(encoding, false, edit));
        prop_assert!(ends.iter().any(|end| end == middle), "{:?}", middle);
    }
}
