//! Downloads: small contents from the service itself, large ones over a signed link, whose storage may send parts.

use tidemark_core::node::Remote;

use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::download::{Download, PART, Source};
use crate::kognitos::{Kognitos, error, remote};
use crate::provider::Sink;

/// Fetches the file's content; its length is verified where the service says it.
pub(super) async fn download(service: &Kognitos, id: &str, what: &str, into: &dyn Sink) -> Result<Remote> {
    let file = match service.seen.get(id) {
        Some(file) => Some(file),
        None => service.look(id, what).await?,
    };
    let Some(file) = file else {
        let why = "the service has no such file any more";
        return Err(ProviderError::permanent(ErrorKind::NotFound, format!("{what}: {why}")));
    };
    let remote = remote(id, &file);
    let missing = into.begin(&remote).await?;
    if missing.iter().all(|range| range.start >= range.end) {
        return Ok(remote);
    }
    let path = service.api.content_path(id);
    let mut download = Download {
        http: &service.api.http,
        from: Source::Api(&path),
        size: file.size,
        what,
        refused: error::api,
    };
    let link;
    if file.size.is_some_and(|size| size > PART) {
        match service.api.download_link(id, what).await {
            Ok(found) => {
                link = found;
                download = Download { from: Source::Link(&link), refused: error::storage, ..download };
            }
            Err(error) if !gives_none(error.kind) => return Err(error),
            Err(_) => {}
        }
    }
    download.run(missing, into).await?;
    Ok(remote)
}

/// True when the service gives no link that can be followed: the content itself may still be had.
fn gives_none(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::Refused | ErrorKind::Protocol)
}
