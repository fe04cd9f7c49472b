//! Commands on accounts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tidemark_providers::settings::{Choice, Secret};
use tokio::sync::oneshot;
use ts_rs::TS;

use super::{Call, Command};
use crate::accounts::{AccountCheck, AccountView};
use crate::control::Tidemark;
use crate::error::{EngineError, ErrorCode, Result};
use crate::hub::Notice;

/// All accounts.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct Accounts {}

impl Command for Accounts {
    const NAME: &'static str = "accounts";
    type Reply = Vec<AccountView>;

    async fn run(self, on: &Tidemark, _: Call) -> Result<Self::Reply> {
        on.account_list()
    }
}

/// Asks the service whether an account could be opened with these settings; stores nothing.
#[derive(Serialize, Deserialize, TS)]
pub struct AccountTry {
    /// Name of the provider.
    pub provider: String,
    /// Settings by key.
    pub settings: BTreeMap<String, String>,
    /// Its secret.
    pub secret: Option<String>,
}

impl Command for AccountTry {
    const NAME: &'static str = "account-try";
    type Reply = AccountCheck;

    async fn run(self, on: &Tidemark, _: Call) -> Result<AccountCheck> {
        on.account_try(&self.provider, self.settings, self.secret.map(Secret::new)).await
    }
}

/// Adds an account; one that is there with the same settings gets the new secret.
#[derive(Serialize, Deserialize, TS)]
pub struct AccountAdd {
    /// Name of the provider.
    pub provider: String,
    /// Its name.
    pub name: String,
    /// Settings by key.
    pub settings: BTreeMap<String, String>,
    /// Its secret.
    pub secret: Option<String>,
}

impl Command for AccountAdd {
    const NAME: &'static str = "account-add";
    type Reply = AccountView;

    async fn run(self, on: &Tidemark, _: Call) -> Result<AccountView> {
        let added =
            on.account_add(&self.provider, &self.name, self.settings, self.secret.map(Secret::new))?;
        on.account_changed(&self.name).await?;
        Ok(added)
    }
}

/// Asks the service whether credential and root of an account are good.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct AccountCheckNow {
    /// Its name.
    pub name: String,
}

impl Command for AccountCheckNow {
    const NAME: &'static str = "account-check";
    type Reply = AccountCheck;

    async fn run(self, on: &Tidemark, _: Call) -> Result<AccountCheck> {
        on.account_check(&self.name).await
    }
}

/// What settings of an account can be set to, as its service says.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct AccountChoices {
    /// Its name.
    pub name: String,
}

impl Command for AccountChoices {
    const NAME: &'static str = "account-choices";
    type Reply = Option<Vec<Choice>>;

    async fn run(self, on: &Tidemark, _: Call) -> Result<Self::Reply> {
        on.account_choices(&self.name).await
    }
}

/// Begins to sign in to an account with a browser.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct AccountLogin {
    /// Its name.
    pub name: String,
}

/// Where a person signs in.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct AccountLoginLink {
    /// To be opened in a browser of this computer. A notice tells how it ended.
    pub link: String,
}

impl Command for AccountLogin {
    const NAME: &'static str = "account-login";
    type Reply = AccountLoginLink;

    async fn run(self, on: &Tidemark, call: Call) -> Result<AccountLoginLink> {
        let (tell, told) = oneshot::channel();
        let (tidemark, name) = (on.clone(), self.name);
        let attempt = tokio::spawn(async move {
            let browse = |link: &str| drop(tell.send(link.to_owned()));
            let signed_in = tidemark.account_login(&name, browse, call.cancel).await;
            match &signed_in {
                Ok(_) => tidemark.account_changed(&name).await?,
                Err(error) => {
                    tidemark.hub.tell(Notice::Warning { pair: None, text: format!("{error}.") });
                }
            }
            signed_in
        });
        match told.await {
            Ok(link) => Ok(AccountLoginLink { link }),
            Err(_) => match attempt.await {
                Ok(Err(error)) => Err(error),
                _ => Err(EngineError::new(ErrorCode::Failed, "signing in could not be begun")),
            },
        }
    }
}

/// Follows what another process has changed in an account or its secret.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct AccountChanged {
    /// Its name.
    pub name: String,
}

impl Command for AccountChanged {
    const NAME: &'static str = "account-changed";
    type Reply = ();

    async fn run(self, on: &Tidemark, _: Call) -> Result<()> {
        on.account_changed(&self.name).await
    }
}

/// Removes an account and its secret.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct AccountRemove {
    /// Its name.
    pub name: String,
}

impl Command for AccountRemove {
    const NAME: &'static str = "account-remove";
    type Reply = ();

    async fn run(self, on: &Tidemark, _: Call) -> Result<()> {
        on.account_remove(&self.name)?;
        on.hub.tell(Notice::Config);
        Ok(())
    }
}
