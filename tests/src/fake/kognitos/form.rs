//! Forms with a file (RFC 7578), read strictly.

use std::ops::Range;

use crate::fake::content::Content;

/// What an upload's form holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// The field `filename`.
    pub(crate) name: String,
    /// Where the field `content` is in the body.
    pub(crate) content: Range<u64>,
}

/// Bytes in which everything in front of the content has to be.
const HEAD: u64 = 16 << 10;

/// Reads a form of the fields `filename` and `content`, in this order, and nothing else. Fails with what is wrong.
pub(crate) fn parse(content_type: &str, body: &Content) -> Result<Form, String> {
    let boundary = boundary(content_type)?;
    let tail = format!("\r\n--{boundary}--\r\n");
    let end = body.size().checked_sub(tail.len() as u64).ok_or("the form is too short")?;
    if body.slice(end..u64::MAX).bytes() != tail.as_bytes() {
        return Err("the form doesn't end with its boundary".into());
    }
    let head = body.slice(0..HEAD.min(end)).bytes();
    let mut rest = Rest { bytes: &head, at: 0 };
    rest.expect(&format!("--{boundary}\r\n"))?;
    let (disposition, _) = rest.headers()?;
    if parameter(&disposition, "name").as_deref() != Some("filename") {
        return Err(format!("the first field isn't filename: {disposition}"));
    }
    let name = rest.until(&format!("\r\n--{boundary}\r\n"))?;
    let (disposition, kind) = rest.headers()?;
    if parameter(&disposition, "name").as_deref() != Some("content") {
        return Err(format!("the second field isn't content: {disposition}"));
    }
    if parameter(&disposition, "filename").is_none_or(|name| name.is_empty()) {
        return Err("content isn't sent as a file".into());
    }
    if kind.is_none() {
        return Err("content has no Content-Type".into());
    }
    let name = String::from_utf8(name.to_vec()).map_err(|_| "filename isn't UTF-8")?;
    Ok(Form { name, content: rest.at as u64..end.max(rest.at as u64) })
}

fn boundary(content_type: &str) -> Result<String, String> {
    let rest = content_type
        .strip_prefix("multipart/form-data;")
        .ok_or_else(|| format!("Content-Type isn't multipart/form-data: {content_type}"))?;
    let boundary = rest.trim().strip_prefix("boundary=").ok_or("there is no boundary")?.trim_matches('"');
    let fits = (1..=70).contains(&boundary.len())
        && boundary.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(&byte));
    if fits { Ok(boundary.to_owned()) } else { Err(format!("that is no boundary: {boundary}")) }
}

struct Rest<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Rest<'a> {
    fn expect(&mut self, text: &str) -> Result<(), String> {
        let found = self.bytes[self.at..].starts_with(text.as_bytes());
        self.at += text.len();
        found.then_some(()).ok_or_else(|| format!("{text:?} is missing"))
    }

    /// What stands before a text; goes on behind it.
    fn until(&mut self, text: &str) -> Result<&'a [u8], String> {
        let rest = &self.bytes[self.at..];
        let length = rest
            .windows(text.len())
            .position(|window| window == text.as_bytes())
            .ok_or_else(|| format!("{text:?} is missing"))?;
        self.at += length + text.len();
        Ok(&rest[..length])
    }

    /// The disposition and the type of a part.
    fn headers(&mut self) -> Result<(String, Option<String>), String> {
        let text = std::str::from_utf8(self.until("\r\n\r\n")?).map_err(|_| "a header isn't UTF-8")?;
        let header = |name: &str| {
            text.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
        };
        let disposition = header("Content-Disposition").ok_or("a part has no Content-Disposition")?;
        if !disposition.starts_with("form-data; ") {
            return Err(format!("a part isn't form-data: {disposition}"));
        }
        Ok((disposition, header("Content-Type")))
    }
}

fn parameter(disposition: &str, key: &str) -> Option<String> {
    let (_, rest) = disposition.split_once(&format!("; {key}=\""))?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn body(text: &str) -> Content {
        Bytes::from(text.replace('\n', "\r\n")).into()
    }

    const GOOD: &str = "--b\nContent-Disposition: form-data; name=\"filename\"\n\nþ a.txt\n--b\n\
                        Content-Disposition: form-data; name=\"content\"; filename=\"þ a.txt\"\n\
                        Content-Type: application/octet-stream\n\n12\n345\n--b--\n";

    #[test]
    fn reads_name_and_content() {
        let body = body(GOOD);
        let form = parse("multipart/form-data; boundary=b", &body).unwrap();
        assert_eq!(
            (form.name.as_str(), body.slice(form.content).bytes().as_ref()),
            ("þ a.txt", &b"12\r\n345"[..])
        );
        let empty = GOOD.replace("12\n345", "");
        let form = parse("multipart/form-data; boundary=b", &self::body(&empty)).unwrap();
        assert!(form.content.is_empty());
    }

    #[test]
    fn refuses_whatever_else_comes() {
        for (kind, text) in [
            ("application/json", GOOD.to_owned()),
            ("multipart/form-data", GOOD.to_owned()),
            ("multipart/form-data; boundary=c", GOOD.to_owned()),
            ("multipart/form-data; boundary=b", GOOD.replace("--b--", "--b")),
            ("multipart/form-data; boundary=b", GOOD.replace("\"content\"", "\"file\"")),
            ("multipart/form-data; boundary=b", GOOD.replace("name=\"filename\"", "name=\"title\"")),
            ("multipart/form-data; boundary=b", GOOD.replace("; filename=\"þ a.txt\"", "")),
            ("multipart/form-data; boundary=b", String::new()),
        ] {
            assert!(parse(kind, &body(&text)).is_err(), "{kind} {text}");
        }
    }
}
