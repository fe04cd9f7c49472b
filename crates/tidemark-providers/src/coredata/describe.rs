//! Renaming and moving files. The service takes a file's whole description, so what it had goes back with it: title,
//! dynatype, tags and contacts. A title that was the old name without its extension follows the name.

use serde_json::{Value, json};
use tidemark_core::node::{Remote, Revision};
use tidemark_core::path::RelPath;

use crate::coredata::api::{ListOf, refused};
use crate::coredata::error::Absence;
use crate::coredata::id::{ItemId, Known};
use crate::coredata::wire::File;
use crate::coredata::{CoreData, names};
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::fault::nonsense;
use crate::http::shown::shown;
use crate::provider::RemoteRef;

/// Renames or moves a file; see [`crate::Provider::relocate`].
pub(super) async fn relocate(
    service: &CoreData,
    item: &RemoteRef,
    to: &RelPath,
    if_revision: &Revision,
) -> Result<Remote> {
    let what = format!("moving {} to {}", service.named(&item.path), service.named(to));
    let id = match item.id.as_ref().and_then(Known::of) {
        Some(Known::File(id)) => id,
        Some(Known::Folder(_)) => {
            let why = format!("{what}: CoreData's API moves no folders");
            return Err(ProviderError::permanent(ErrorKind::Unsupported, why));
        }
        None => match service.file_by_path(&item.path, &what).await? {
            Some(file) => file.id,
            None => return Err(gone(&what)),
        },
    };
    let file = match service.api.file(&id, &what).await {
        Ok(file) => file,
        Err(Absence::Gone(_)) => return Err(gone(&what)),
        Err(Absence::Other(error)) => return Err(error),
    };
    if !is_expected(service, &file, if_revision) {
        return Err(mismatch(&what));
    }
    let folder = to.parent().unwrap_or_else(RelPath::root);
    if file.filename.as_deref() == Some(to.name()) && service.is_at(&file, to, &what).await? {
        // An earlier attempt did it, and its answer was lost.
        return remote(&file, &what);
    }
    if !service.is_at(&file, &item.path, &what).await? {
        return Err(mismatch(&what));
    }
    let Some(target) = service.folder_id(&folder, &what).await? else {
        return Err(service.no_folder(&folder, &what));
    };
    let parent = match &file.parent {
        Some(parent) if item.path.parent_str() == to.parent_str() => parent.clone(),
        _ => target,
    };
    if is_taken(service, &parent, to.name(), &what).await? {
        let why = format!("{what}: a file of that name is there already");
        return Err(ProviderError::permanent(ErrorKind::AlreadyExists, why));
    }
    let description =
        description(&file, to.name(), &parent).map_err(|why| refused(format!("{what}: {why}")))?;
    service.api.describe_file(&id, &description, &what).await?;
    let moved = service.api.file(&id, &what).await.map_err(Absence::into_error)?;
    if moved.filename.as_deref() != Some(to.name()) || !service.is_in(&moved, &folder, &what).await? {
        let name = shown(moved.filename.as_deref().unwrap_or_default(), 200);
        return Err(nonsense(&what, format!("the service has it as \"{name}\" now")));
    }
    if moved.digest != file.digest {
        return Err(mismatch(&what));
    }
    service.facts.learn(&moved);
    remote(&moved, &what)
}

/// True at the expected revision, and where only the description has changed since: by the digest.
fn is_expected(service: &CoreData, file: &File, expected: &Revision) -> bool {
    if file.is_in_trash() {
        return false;
    }
    let known = service.facts.get(&file.id).filter(|fact| fact.remote.revision == *expected);
    file.revision().as_ref() == Some(expected)
        || known.is_some_and(|fact| fact.md5.is_some() && fact.md5 == file.digest)
}

async fn is_taken(service: &CoreData, parent: &ItemId, name: &str, what: &str) -> Result<bool> {
    let of = ListOf::Files { parent, title: Some(names::stem(name)) };
    let page = service.api.list(of, 0, what).await.map_err(Absence::into_error)?;
    let mut files = page.objects.iter().filter_map(|raw| serde_json::from_str::<File>(raw.get()).ok());
    Ok(files.any(|file| {
        file.filename.as_deref() == Some(name)
            && !file.is_in_trash()
            && file.parent.as_ref().is_none_or(|other| other == parent)
    }))
}

/// The whole description, with a new name and place. Fails with a reason where something of it would be lost.
fn description(file: &File, name: &str, parent: &ItemId) -> std::result::Result<Value, String> {
    let old_name = file.filename.as_deref().unwrap_or_default();
    let title = match file.title.as_deref() {
        Some(title) if title != names::stem(old_name) => title,
        _ => names::stem(name),
    };
    let mut description = json!({ "filename": name, "title": title, "parent": parent.as_str() });
    if let Some(dynatype) = &file.dynatype {
        description["dynatype"] = Value::from(dynatype.title.as_str());
    }
    for (key, value, field) in [("tags", &file.tags, "title"), ("contacts", &file.contacts, "id")] {
        let labels = labels(value.as_ref(), field).ok_or_else(|| {
            format!("its {key} can't be read, and the service would drop them; move it in CoreData")
        })?;
        if let Some(bad) = labels.iter().find(|label| label.contains(',') || label.trim() != label.as_str()) {
            return Err(format!(
                "the service can't be told to keep its {} \"{}\", which has a comma or a space at its end; \
                 move it in CoreData",
                key.trim_end_matches('s'),
                shown(bad, 100)
            ));
        }
        if !labels.is_empty() {
            description[key] = Value::from(labels.join(", "));
        }
    }
    Ok(description)
}

/// Texts, or objects with that field; `None` where they are something else.
fn labels(value: Option<&Value>, field: &str) -> Option<Vec<String>> {
    match value {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(items)) => {
            let label = |item: &Value| item.as_str().or_else(|| item.get(field)?.as_str()).map(str::to_owned);
            items.iter().map(label).collect()
        }
        Some(_) => None,
    }
}

fn remote(file: &File, what: &str) -> Result<Remote> {
    file.remote().ok_or_else(|| nonsense(what, "the service gave no snapshot id"))
}

fn gone(what: &str) -> ProviderError {
    ProviderError::permanent(ErrorKind::NotFound, format!("{what}: it was deleted there meanwhile"))
}

fn mismatch(what: &str) -> ProviderError {
    let why = format!("{what}: it was changed or moved there meanwhile");
    ProviderError::permanent(ErrorKind::RevisionMismatch, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(fields: &str, name: &str) -> std::result::Result<Value, String> {
        let id = "e139a8ac-7368-11ee-b992-57663b1559fb";
        let text = format!(r#"{{"id":"{id}","filename":"sample.pdf",{fields}}}"#);
        description(&serde_json::from_str(&text).unwrap(), name, &ItemId::parse(id).unwrap())
    }

    #[test]
    fn everything_that_describes_a_file_is_sent_again() {
        let fields = r#""title":"Board meeting","dynatype":{"title":"Memo"},"tags":["a","one long tag"],
            "contacts":[{"id":"d3383d1a-d0e8-11e6-b3f8-339d6545b0f5"}]"#;
        let sent = described(fields, "new.pdf").unwrap();
        assert_eq!(sent["title"], "Board meeting");
        assert_eq!(sent["dynatype"], "Memo");
        assert_eq!(sent["tags"], "a, one long tag");
        assert_eq!(sent["contacts"], "d3383d1a-d0e8-11e6-b3f8-339d6545b0f5");
    }

    #[test]
    fn a_title_that_was_the_name_follows_it() {
        let sent = described(r#""title":"sample","tags":[]"#, "new.pdf").unwrap();
        assert_eq!(sent["title"], "new");
        assert_eq!(sent.get("tags"), None);
    }

    #[test]
    fn what_would_be_lost_is_refused() {
        for fields in
            [r#""tags":["a, b"]"#, r#""tags":[" a"]"#, r#""tags":"a""#, r#""tags":[7]"#, r#""contacts":{}"#]
        {
            assert!(described(fields, "new.pdf").is_err(), "{fields}");
        }
    }
}
