//! New files.
//!
//! The service takes two files of one name, so a request isn't simply sent again: that it is about to be sent is noted
//! first, and where what came of it isn't known, the next attempt looks for a file of that name and digest. Once the
//! file is there, one look at its name tells whether somebody else made one before: then ours, which nobody has touched,
//! is taken back.

use tidemark_core::node::Remote;
use tidemark_core::path::RelPath;

use crate::coredata::api::ListOf;
use crate::coredata::digest::Read;
use crate::coredata::error::Absence;
use crate::coredata::facts::Fact;
use crate::coredata::id::ItemId;
use crate::coredata::send::{Carrier, Prepared, SMALL, Session, Spoiled};
use crate::coredata::wire::{File, Listed as _};
use crate::coredata::{CoreData, media_type, names, replace};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::fault::nonsense;
use crate::http::multipart::{FilePart, Form};
use crate::provider::{Upload, Uploaded};

/// Makes a new file; see [`crate::Provider::upload`].
pub(super) async fn create(service: &CoreData, upload: &Upload<'_>) -> Result<Uploaded> {
    let path = &upload.to.path;
    let what = format!("sending {}", service.named(path));
    let folder = path.parent().unwrap_or_else(RelPath::root);
    let Some(parent) = service.folder_id(&folder, &what).await? else {
        return Err(service.no_folder(&folder, &what));
    };
    let creation = Creation { service, upload, folder, parent, name: path.name(), what };
    let mut session = Session::load(upload.session).await?;
    if let Some(spoiled) = session.spoiled.clone()
        && let Some(id) = ItemId::parse(&spoiled.id)
    {
        return replace::put(service, upload, id, &spoiled.snapshot, session).await;
    }
    if upload.content.size() > SMALL && !session.asked {
        creation.look_before().await?;
    }
    let prepared = service.prepare(upload, &mut session, &creation.what).await?;
    let read = prepared.read;
    if session.asked
        && let Some(file) = creation.find_earlier(&read).await?
    {
        return creation.finish(&file, &read).await;
    }
    session.asked = true;
    session.save(upload.session).await?;
    match creation.send(prepared, &mut session).await {
        Ok(id) => creation.settle(&id, &read, &mut session).await,
        Err(error) => {
            if is_certain(&error) {
                session.asked = false;
                session.save(upload.session).await?;
            }
            Err(error)
        }
    }
}

struct Creation<'a> {
    service: &'a CoreData,
    upload: &'a Upload<'a>,
    folder: RelPath,
    parent: ItemId,
    name: &'a str,
    what: String,
}

impl Creation<'_> {
    async fn send(&self, prepared: Prepared, session: &mut Session) -> Result<ItemId> {
        let form = Form::new()
            .field("filename", self.name)
            .field("title", names::stem(self.name))
            .field("parent", self.parent.as_str());
        let form = self.service.labels.put_into(form);
        let (sent, sent_before) = match prepared.carrier {
            Carrier::Body(body) => {
                let (name, size) = (self.name, prepared.read.size);
                let media_type = media_type::of(name);
                let file = FilePart { field: "content", name, media_type, size, pieces: body.pieces };
                let asked = self.service.api.create_file(form.file(file)?, &self.what).await;
                (body.sent.or(asked, &self.what), false)
            }
            Carrier::Blob { name, sent_before } => {
                let form = form.field("blob_name", &name).end()?;
                (self.service.api.create_file(form, &self.what).await, sent_before)
            }
        };
        if let Err(error) = &sent
            && is_certain(error)
            && matches!(error.kind, ErrorKind::Refused | ErrorKind::NotFound | ErrorKind::AlreadyExists)
        {
            // The folder may be gone, and what was sent to the storage a while ago too.
            self.service.root.forget(&self.folder);
            session.drop_blob(self.upload.session).await?;
            if sent_before {
                let context = format!("{}; it is sent anew", error.context);
                return Err(ProviderError::passing(ErrorKind::LinkExpired, context));
            }
        }
        sent
    }

    /// Files of our name that are there, as far as their titles tell, oldest first.
    async fn look(&self) -> Result<Vec<File>> {
        let base = self.service.base().await?;
        let alias = self.service.root.alias(&base).filter(|_| self.folder.is_root());
        let parent = alias.unwrap_or_else(|| self.parent.clone());
        let of = ListOf::Files { parent: &parent, title: Some(names::stem(self.name)) };
        let page = self.service.api.list(of, 0, &self.what).await.map_err(Absence::into_error)?;
        let files = page.objects.iter().filter_map(|raw| serde_json::from_str::<File>(raw.get()).ok());
        let mut files = self.service.root.children(&base, &self.folder, &parent, files.collect());
        files.retain(|file| file.filename.as_deref() == Some(self.name) && !file.is_in_trash());
        files.sort_by_key(File::age);
        Ok(files)
    }

    async fn look_before(&self) -> Result<()> {
        if self.look().await?.is_empty() { Ok(()) } else { Err(self.exists()) }
    }

    /// A file of our name and content, from an attempt whose answer was lost; no title or filter is trusted here.
    async fn find_earlier(&self, read: &Read) -> Result<Option<File>> {
        let base = self.service.base().await?;
        let files = self.service.plain_files_of(&base, &self.folder, &self.parent, &self.what).await;
        let mut files = files.map_err(Absence::into_error)?;
        files.retain(|file| file.filename.as_deref() == Some(self.name));
        let mut is_taken = false;
        for file in files {
            let whole = match file.is_whole() && file.digest.is_some() {
                true => Some(file),
                false => self.detail(file.id()).await?,
            };
            match whole {
                Some(file) if holds(&file, read) => return Ok(Some(file)),
                found => is_taken |= found.is_some(),
            }
        }
        if is_taken { Err(self.exists()) } else { Ok(None) }
    }

    /// Looks at what was made, and whether it is the first of its name.
    async fn settle(&self, id: &ItemId, read: &Read, session: &mut Session) -> Result<Uploaded> {
        let base = self.service.base().await?;
        let is_seen_by_list =
            !(base.is_project && self.folder.is_root() && self.service.root.alias(&base).is_none());
        let mut files = if is_seen_by_list { self.look().await? } else { Vec::new() };
        let ours =
            match files.iter().position(|file| file.id == *id && file.is_whole() && file.digest.is_some()) {
                Some(at) => files.remove(at),
                None => match self.detail(id).await? {
                    Some(file) => file,
                    None => return Err(nonsense(&self.what, "what the service has just made isn't there")),
                },
            };
        // Unless somebody has moved it into a folder meanwhile.
        if let Some(parent) = ours.parent.clone().filter(|parent| {
            self.folder.is_root() && *parent != self.parent && !self.service.root.is_folder(parent)
        }) {
            self.service.root.learn_alias(&base, parent);
        }
        if ours.digest.is_some_and(|digest| digest != read.md5) || ours.size != Some(read.size) {
            let snapshot = ours.snapshot_id.unwrap_or_default();
            session.spoiled = Some(Spoiled { id: id.to_string(), snapshot });
            session.drop_blob(self.upload.session).await?;
            let context = format!("{}: other bytes arrived than were sent; it is sent again", self.what);
            return Err(ProviderError::passing(ErrorKind::DigestMismatch, context));
        }
        if ours.filename.as_deref() != Some(self.name) {
            self.take_back(id).await;
            self.upload.session.clear().await?;
            let name = crate::http::shown::shown(ours.filename.as_deref().unwrap_or_default(), 200);
            let context = format!("{}: CoreData makes \"{name}\" of that name", self.what);
            return Err(ProviderError::permanent(ErrorKind::InvalidName, context));
        }
        match files.into_iter().find(|file| file.id != *id && file.age() < ours.age()) {
            None => self.finish(&ours, read).await,
            Some(theirs) => {
                self.take_back(id).await;
                if holds(&theirs, read) {
                    return self.finish(&theirs, read).await;
                }
                self.upload.session.clear().await?;
                Err(self.exists())
            }
        }
    }

    async fn finish(&self, file: &File, read: &Read) -> Result<Uploaded> {
        let Some(remote) = file.remote() else {
            return Err(nonsense(&self.what, "the service gave no snapshot id"));
        };
        self.upload.session.clear().await?;
        self.service.facts.put(file.id.clone(), Fact { remote: remote.clone(), md5: Some(read.md5) });
        Ok(Uploaded { remote: Remote { hash: Some(read.hash), ..remote }, overtaken: None })
    }

    /// Deletes what we have just made. Where that fails it stays, and is listed beside the other one.
    async fn take_back(&self, id: &ItemId) {
        let what = format!("{}: taking it back", self.what);
        if let Err(Absence::Other(error)) = self.service.api.delete_file(id, &what).await {
            tracing::warn!("{}", error.sentence());
        }
    }

    async fn detail(&self, id: &ItemId) -> Result<Option<File>> {
        match self.service.api.file(id, &self.what).await {
            Ok(file) => Ok(Some(file)),
            Err(Absence::Gone(_)) => Ok(None),
            Err(Absence::Other(error)) => Err(error),
        }
    }

    fn exists(&self) -> ProviderError {
        let context = format!("{}: a file of that name is there already", self.what);
        ProviderError::permanent(ErrorKind::AlreadyExists, context)
    }
}

/// True when the service has certainly made nothing of it.
fn is_certain(error: &ProviderError) -> bool {
    matches!(
        error.kind,
        ErrorKind::Unauthorized
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::AlreadyExists
            | ErrorKind::TooLarge
            | ErrorKind::QuotaExceeded
            | ErrorKind::Refused
            | ErrorKind::RateLimited
            | ErrorKind::LocalChanged
    )
}

/// True when the service says that this is the content.
fn holds(file: &File, read: &Read) -> bool {
    file.digest == Some(read.md5) && file.size == Some(read.size)
}
