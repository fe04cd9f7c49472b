//! What the root is: asked by its UUID at each address that it may have, then along the path below.

use crate::coredata::CoreData;
use crate::coredata::api::ListOf;
use crate::coredata::error::{Absence, Asked};
use crate::coredata::id::ItemId;
use crate::coredata::root::inner;
use crate::coredata::wire::{File, Folder, Listed};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::shown::shown;

/// What the root turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Base {
    /// Its id: that of the folder below, where REMOTE names one.
    pub(super) id: ItemId,
    /// It is a project as a whole: its files are in one list.
    pub(super) is_project: bool,
    /// What is in it may name another parent: not so for a folder that was found in another one.
    pub(super) may_have_alias: bool,
    /// The service gives it an address of its own, where it says when it is gone.
    pub(super) has_address: bool,
    /// What people call it.
    pub(super) title: String,
}

impl CoreData {
    /// What the root is, asked for anew.
    pub(super) async fn base_anew(&self) -> Result<Base> {
        let base = self.ask_for_base().await?;
        if self.root.base().is_some_and(|before| before.has_address && !base.has_address) {
            let why = format!("\"{}\" isn't there any more", shown(&base.title, 200));
            return Err(ProviderError::permanent(ErrorKind::NotFound, why));
        }
        self.root.set_base(&base);
        Ok(base)
    }

    /// What the root is; asked for once.
    pub(super) async fn base(&self) -> Result<Base> {
        if let Some(base) = self.root.base() {
            return Ok(base);
        }
        let base = self.ask_for_base().await?;
        self.root.set_base(&base);
        Ok(base)
    }

    async fn ask_for_base(&self) -> Result<Base> {
        let remote = self.root.needed()?;
        let mut base = self.ask_for_root(&remote.id).await?;
        for name in remote.below.components() {
            let what = format!("looking for the folder \"{}\"", shown(remote.below.as_str(), 200));
            let folders = self.folders_inside(&base, &what).await.map_err(Absence::into_error)?;
            let Some(found) = folders.into_iter().find(|folder| folder.name == name) else {
                return Err(ProviderError::permanent(
                    ErrorKind::NotFound,
                    format!("{what}: \"{}\" has no folder \"{}\"", shown(&base.title, 200), shown(name, 200)),
                ));
            };
            base = Base {
                id: found.item.id,
                is_project: false,
                may_have_alias: false,
                has_address: true,
                title: found.name,
            };
        }
        Ok(base)
    }

    async fn ask_for_root(&self, id: &ItemId) -> Result<Base> {
        let what = format!("asking {} what {id} is", self.api.http.base().host());
        let addressed = |title: Option<String>| Base {
            id: id.clone(),
            is_project: false,
            may_have_alias: true,
            has_address: true,
            title: title.unwrap_or_else(|| id.to_string()),
        };
        match self.api.project(id, &what).await {
            Ok(project) if !project.is_in_trash() => {
                return Ok(Base { is_project: true, ..addressed(project.title) });
            }
            Ok(_) => return Err(in_trash(&what)),
            Err(Absence::Other(error)) if error.kind != ErrorKind::Refused => return Err(error),
            Err(_) => {}
        }
        match self.api.folder(id, &what).await {
            Ok(folder) if !folder.is_in_trash() => {
                return Ok(addressed(folder.title));
            }
            Ok(_) => return Err(in_trash(&what)),
            Err(Absence::Other(error)) if error.kind != ErrorKind::Refused => return Err(error),
            Err(_) => {}
        }
        // A filespace has no address of its own that the vendor shows: it is one where something lies in it. Lists of what
        // isn't there any more are as empty as those of one with nothing in it.
        let files = ListOf::Files { parent: id, title: None };
        let shown = match self.shows(files, id, File::is_in_trash, &what).await {
            Ok(false) => self.shows(ListOf::Folders { parent: id }, id, Folder::is_in_trash, &what).await,
            shown => shown,
        };
        match shown {
            Ok(true) => Ok(Base { has_address: false, ..addressed(None) }),
            Ok(false) => Err(nothing_shown(&what)),
            Err(Absence::Gone(error)) => Err(no_such_root(error)),
            Err(Absence::Other(error)) if error.kind == ErrorKind::Refused => Err(no_such_root(error)),
            Err(Absence::Other(error)) => Err(error),
        }
    }

    /// True when a list brings something that lies there, rather than everything that there is.
    async fn shows<T: Listed>(
        &self,
        of: ListOf<'_>,
        id: &ItemId,
        is_in_trash: fn(&T) -> bool,
        what: &str,
    ) -> Asked<bool> {
        let page = self.api.list(of, 0, what).await?;
        let objects = page.objects.iter().filter_map(|raw| serde_json::from_str(raw.get()).ok());
        let there: Vec<T> = objects.filter(|object| !is_in_trash(object)).collect();
        let is_here = |object: &T| object.parent().is_none_or(|parent| parent == id);
        Ok(there.iter().any(is_here) || inner(id, &there).is_some())
    }
}

fn in_trash(what: &str) -> ProviderError {
    ProviderError::permanent(ErrorKind::NotFound, format!("{what}: it is in CoreData's trash"))
}

fn no_such_root(error: ProviderError) -> ProviderError {
    let context = format!(
        "{}; it is no project, folder or filespace that this account can see. Is the UUID right?",
        error.context
    );
    ProviderError { kind: ErrorKind::NotFound, context, ..error }
}

fn nothing_shown(what: &str) -> ProviderError {
    let context = format!(
        "{what}: nothing is there any more, or this account can't see it. Is the UUID right? If it is that of a filespace \
         with nothing in it, which looks the same, put one file into it in CoreData first"
    );
    ProviderError::permanent(ErrorKind::NotFound, context)
}
