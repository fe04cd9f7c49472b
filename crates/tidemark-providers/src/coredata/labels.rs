//! What new files are labelled with: settings of a pair.

use crate::coredata::id::ItemId;
use crate::error::{ErrorKind, ProviderError, Result};
use crate::http::multipart::Form;
use crate::http::shown::shown;
use crate::settings::AccountSettings;

/// Labels of new files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Labels {
    dynatype: Option<String>,
    tags: Option<String>,
    contacts: Option<String>,
}

impl Labels {
    /// Reads `dynatype`, `tags` and `contacts`. Fails with `Settings`.
    pub(super) fn of_settings(settings: &AccountSettings) -> Result<Self> {
        let value =
            |key: &str| settings.values.get(key).map(|text| text.trim()).filter(|text| !text.is_empty());
        let wrong = |why: String| Err(ProviderError::permanent(ErrorKind::Settings, why));
        let contacts = value("contacts");
        if let Some(bad) =
            contacts.iter().flat_map(|ids| ids.split(',')).find(|id| ItemId::parse(id.trim()).is_none())
        {
            return wrong(format!("\"{}\" in the setting \"contacts\" isn't a UUID", shown(bad.trim(), 60)));
        }
        let dynatype = value("dynatype");
        if contacts.is_some() && dynatype.is_none_or(|name| name == "File") {
            return wrong(
                "CoreData links contacts only with a dynatype other than File; set \"dynatype\" too".into(),
            );
        }
        Ok(Self {
            dynatype: dynatype.map(str::to_owned),
            tags: value("tags").map(str::to_owned),
            contacts: contacts.map(str::to_owned),
        })
    }

    /// Adds them to a form.
    pub(super) fn put_into(&self, form: Form) -> Form {
        let fields = [("dynatype", &self.dynatype), ("tags", &self.tags), ("contacts", &self.contacts)];
        fields.into_iter().fold(form, |form, (name, value)| match value {
            Some(value) => form.field(name, value),
            None => form,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: &[(&str, &str)]) -> Result<Labels> {
        let values = values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Labels::of_settings(&AccountSettings { values, ..AccountSettings::default() })
    }

    #[test]
    fn contacts_take_a_dynatype_that_has_them() {
        let id = "d3383d1a-d0e8-11e6-b3f8-339d6545b0f5";
        assert!(labels(&[("contacts", id), ("dynatype", "LetterIn"), ("tags", "a, b")]).is_ok());
        assert_eq!(labels(&[("dynatype", " "), ("tags", "")]).unwrap(), Labels::default());
        for bad in [
            &[("contacts", id)][..],
            &[("contacts", id), ("dynatype", "File")],
            &[("contacts", "Jón"), ("dynatype", "Memo")],
        ] {
            assert_eq!(labels(bad).unwrap_err().kind, ErrorKind::Settings);
        }
    }
}
