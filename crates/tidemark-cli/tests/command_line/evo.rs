//! A service for people to sync with: the fake Evo, with helpers that read like what happens there.

use tidemark_tests::fake::evo::FakeEvo;

use crate::person::Person;

/// An Evo that runs as long as this lives.
pub(crate) struct Service {
    pub(crate) evo: FakeEvo,
}

impl Service {
    pub(crate) fn starts() -> Self {
        Self { evo: FakeEvo::with().start().unwrap() }
    }

    /// Gives a person an account `work` and a pair `docs` of their folder `docs` with all that is here.
    pub(crate) fn welcomes(&self, person: &Person) {
        person.makes_folder("docs");
        self.opens_account(person, "work", self.evo.token());
        person.types("pair add docs $DIR/docs work").succeeded();
    }

    /// Gives a person an account of that name with that token.
    pub(crate) fn opens_account(&self, person: &Person, name: &str, token: &str) {
        let (evo, organisation, workspace) = (&self.evo, self.evo.organisation_id(), self.evo.workspace_id());
        let settings = format!(
            "--set base_url={} --set organisation_id={organisation} --set workspace_id={workspace}",
            evo.base_url()
        );
        person
            .types_with(&format!("account add evo {name} {settings} --secret-stdin"), token, &[])
            .succeeded();
    }

    /// The content of a file here.
    pub(crate) fn holds(&self, path: &str) -> Option<String> {
        self.evo.content(path).map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// Somebody else writes a file here.
    pub(crate) fn gets(&self, path: &str, text: &str) {
        self.evo.put_file(path, text.to_owned());
    }
}
