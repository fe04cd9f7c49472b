//! Forms as `multipart/form-data`, read strictly.

use bytes::Bytes;

/// The fields of a form, in order.
#[derive(Debug, Default)]
pub(crate) struct Form {
    fields: Vec<(String, Bytes)>,
}

impl Form {
    /// Reads a body. Fails, saying why, on anything that isn't exactly a form.
    pub(crate) fn parse(content_type: &str, body: &Bytes) -> Result<Self, String> {
        let boundary = content_type
            .strip_prefix("multipart/form-data; boundary=")
            .ok_or_else(|| format!("{content_type:?} is no form"))?;
        let dashes = format!("--{boundary}");
        let mut at = expect(body, 0, &dashes)?;
        let mut form = Form::default();
        loop {
            if body.slice(at..).as_ref() == b"--\r\n" {
                return Ok(form);
            }
            at = expect(body, at, "\r\n")?;
            let head_end = find(body, at, b"\r\n\r\n").ok_or("a part has no head")?;
            let head = String::from_utf8(body[at..head_end].to_vec()).map_err(|_| "a head isn't UTF-8")?;
            let name = head
                .lines()
                .find_map(|line| {
                    line.strip_prefix("Content-Disposition: form-data; name=\"")?.split('"').next()
                })
                .ok_or("a part has no name")?;
            let end =
                find(body, head_end + 4, format!("\r\n{dashes}").as_bytes()).ok_or("a part has no end")?;
            form.fields.push((name.to_owned(), body.slice(head_end + 4..end)));
            at = end + 2 + dashes.len();
        }
    }

    /// A field's bytes; none when it is absent or there twice.
    pub(crate) fn bytes(&self, name: &str) -> Option<Bytes> {
        let mut found = self.fields.iter().filter(|(field, _)| field == name);
        let (_, value) = found.next()?;
        found.next().is_none().then(|| value.clone())
    }

    /// A field's text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        String::from_utf8(self.bytes(name)?.to_vec()).ok()
    }

    /// The first field that isn't among those.
    pub(crate) fn stranger(&self, known: &[&str]) -> Option<&str> {
        self.fields.iter().map(|(name, _)| name.as_str()).find(|name| !known.contains(name))
    }
}

fn expect(body: &Bytes, at: usize, text: &str) -> Result<usize, String> {
    match body.get(at..at + text.len()) {
        Some(found) if found == text.as_bytes() => Ok(at + text.len()),
        _ => Err(format!("{text:?} is missing at byte {at}")),
    }
}

fn find(body: &Bytes, from: usize, what: &[u8]) -> Option<usize> {
    let rest = body.get(from..)?;
    rest.windows(what.len()).position(|window| window == what).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"--b\r\nContent-Disposition: form-data; name=\"content\"; filename=\"x\"\r\n\
        Content-Type: text/plain\r\n\r\n\r\n--\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n\xc3\xa9\r\n--b--\r\n";

    #[test]
    fn reads_its_parts_byte_for_byte() {
        let form = Form::parse("multipart/form-data; boundary=b", &Bytes::from_static(BODY)).unwrap();
        assert_eq!(form.bytes("content").unwrap().as_ref(), b"\r\n--\r\n");
        assert_eq!(form.text("title").as_deref(), Some("é"));
        assert_eq!(form.stranger(&["content"]), Some("title"));
    }

    #[test]
    fn refuses_what_is_cut() {
        for end in [0, 3, 40, BODY.len() - 4, BODY.len() - 1] {
            let cut = Bytes::from_static(&BODY[..end]);
            assert!(Form::parse("multipart/form-data; boundary=b", &cut).is_err(), "{end}");
        }
        assert!(Form::parse("application/json", &Bytes::from_static(BODY)).is_err());
    }
}
