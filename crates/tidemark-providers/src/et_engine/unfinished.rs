//! Files that stand for unfinished uploads: the service keeps `name.<upload id>` beside `name` until the upload is
//! complete, and lists it like any other file.
//!
//! An upload id is 20 letters and digits by chance. A name of that form is the service's own: it is left out of listings,
//! nothing is sent to it, and nothing of the form is ever deleted but what a session of ours says that we began. So that a
//! file which only looks like it (`dump.20240101120000123456`, `app.d587bbd6e38337f5accd`) is synced like any other, the
//! form asks for capitals and small letters both: of a million ids 38 have not both, and show up as files until they are
//! complete. Asked for alone, a file of the form is there: what is left out is never taken for deleted.

/// Characters of an upload id.
const ID_CHARS: usize = 20;
/// Bytes that the service puts behind a name while it is uploaded.
pub(super) const SUFFIX_BYTES: usize = ID_CHARS + 1;

/// True for the name of an unfinished upload.
pub(super) fn is_unfinished(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(of, id)| !of.is_empty() && is_upload_id(id))
}

/// True for an id of the form that the service gives.
pub(super) fn is_upload_id(id: &str) -> bool {
    id.len() == ID_CHARS
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && id.bytes().any(|byte| byte.is_ascii_uppercase())
        && id.bytes().any(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::is_unfinished;

    #[test]
    fn the_form_is_told_from_names_of_people() {
        for name in ["a.bin.aB3dEfGhIjKlMnOpQrSt", ".x.AAAAAAAAAAAAAAAAAAAa"] {
            assert!(is_unfinished(name), "{name}");
        }
        for name in [
            "a.bin",
            ".aB3dEfGhIjKlMnOpQrSt",
            "aB3dEfGhIjKlMnOpQrSt",
            "a.aB3dEfGhIjKlMnOpQrS",
            "a.aB3dEfGhIjKlMnOpQrStU",
            "a.aB3dEfGhIj-lMnOpQrSt",
            "a.aB3dEfGhIjKlMnOpQrSt.js",
            "app.d587bbd6e38337f5accd",
            "dump.20240101120000123456",
            "a.ABCDEFGHIJKLMNOPQRST",
        ] {
            assert!(!is_unfinished(name), "{name}");
        }
    }
}
