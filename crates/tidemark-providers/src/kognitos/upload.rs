//! Uploads: one form, one new file. Nothing that was there before is touched.

use tidemark_core::node::{ContentHash, Remote};
use tidemark_core::path::RelPath;

use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::multipart::{FilePart, Form};
use crate::http::outgoing::{self, READ};
use crate::kognitos::api::Created;
use crate::kognitos::seen::SeenFile;
use crate::kognitos::{Kognitos, named, remote};
use crate::provider::{Upload, Uploaded};

/// Sends a content; see [`crate::Provider::upload`].
pub(super) async fn upload(service: &Kognitos, upload: &Upload<'_>) -> Result<Uploaded> {
    let size = upload.content.size();
    let sending = Sending { service, size, what: format!("sending {}", named(&upload.to.path)) };
    let _permit = service.api.http.memory(size.min(READ as u64)).await;
    let (pieces, ending) = outgoing::pieces(upload.content.open().await?, size);
    let name = label(&upload.to.path);
    let media_type = "application/octet-stream";
    let file = FilePart { field: "content", name: &name, media_type, size, pieces };
    let form = Form::new().field("filename", &name).file(file)?;
    let answered = service.api.upload(form, &sending.what).await;
    match (ending.take(), answered) {
        (Some(Ok(hash)), Ok(created)) => sending.confirm(created, hash).await,
        (Some(Err(error)), Err(_)) | (_, Err(error)) => Err(error),
        (_, Ok(created)) => {
            Err(sending.discard(&created.id, "the service answered before everything was sent").await)
        }
    }
}

/// The name that the file has there: it is shown to people, and nothing goes by it.
fn label(path: &RelPath) -> String {
    let name = path.as_str().rsplit('/').next().unwrap_or_default();
    name.replace(char::is_control, "_")
}

struct Sending<'a> {
    service: &'a Kognitos,
    size: u64,
    what: String,
}

impl Sending<'_> {
    /// Checks that as much arrived as was sent: there is nothing else to verify it by.
    async fn confirm(&self, created: Created, hash: ContentHash) -> Result<Uploaded> {
        let Created { id, metadata } = created;
        let mut file = SeenFile { size: metadata.size_bytes, created_ns: metadata.create_time };
        if file.size.is_none() {
            file = match self.service.look(&id, &self.what).await {
                Ok(Some(file)) => file,
                Ok(None) => return Err(self.discard(&id, "the service doesn't have what it took").await),
                Err(error) => {
                    let why = format!("how much arrived can't be asked ({})", error.sentence());
                    return Err(self.discard(&id, &why).await);
                }
            };
        }
        if let Some(arrived) = file.size.filter(|arrived| *arrived != self.size) {
            let why = format!("{} bytes were sent and {arrived} arrived", self.size);
            return Err(self.discard(&id, &why).await);
        }
        file.size = Some(self.size);
        self.service.seen.put(&id, file);
        Ok(Uploaded { remote: Remote { hash: Some(hash), ..remote(&id, &file) }, overtaken: None })
    }

    /// Deletes a file that isn't what was sent; what is to be said of it.
    async fn discard(&self, id: &str, why: &str) -> ProviderError {
        self.service.seen.forget(id);
        match self.service.api.delete(id, &self.what).await {
            Ok(()) => ProviderError::passing(
                ErrorKind::DigestMismatch,
                format!("{}: {why}; it was deleted there and is sent again", self.what),
            ),
            Err(error) => ProviderError::passing(
                ErrorKind::Unavailable,
                format!("{}: {why}, and the file {id} that it made couldn't be deleted", self.what),
            )
            .because(error),
        }
    }
}
