//! `tidemark account`: accounts at services.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use serde_json::json;
use tidemark_engine::accounts::AccountView;
use tidemark_engine::secrets::SecretPlace;
use tidemark_engine::{EngineError, ErrorCode, Result};
use tidemark_providers::registry;
use tidemark_providers::settings::{AccountSettings, Choice};

use crate::app::App;
use crate::commands::login;
use crate::exit::Exit;
use crate::interrupt;
use crate::secret_input::SecretArgs;
use crate::shown;
use crate::table::Table;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add an account; `tidemark providers` lists providers and their settings
    Add(Add),
    /// List all accounts
    List,
    /// Show an account, its settings, and what the service says they can be
    Show {
        /// The account
        name: String,
    },
    /// Make at the service what a setting can name, such as a filesystem
    Create {
        /// The account
        name: String,
        /// What people will call it
        title: String,
    },
    /// Give another user of the service access to what the account is set to, such as a filesystem
    Share {
        /// The account
        name: String,
        /// The user: the id that the service has for them
        user: String,
    },
    /// Ask the service whether the account is good
    Check {
        /// The account
        name: String,
    },
    /// Sign in to an account with a browser
    Login {
        /// The account
        name: String,
    },
    /// Remove an account that no pair uses, and its secret
    Remove {
        /// The account
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// Which service
    provider: String,
    /// How you call the account
    name: String,
    /// A setting of the provider; can be given several times
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = key_value)]
    settings: Vec<(String, String)>,
    #[command(flatten)]
    secret: SecretArgs,
}

pub(crate) fn run(app: &App, command: Command) -> Result<Exit> {
    match command {
        Command::Add(args) => add(app, args),
        Command::List => list(app),
        Command::Show { name } => show(app, &name),
        Command::Create { name, title } => create(app, &name, &title),
        Command::Share { name, user } => share(app, &name, &user),
        Command::Check { name } => check(app, &name),
        Command::Login { name } => login::run(app, &name),
        Command::Remove { name } => remove(app, &name),
    }
}

/// Takes `KEY=VALUE` apart. The text isn't repeated when it is wrong: it may be a secret in the wrong place.
pub(crate) fn key_value(text: &str) -> std::result::Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.to_owned())),
        _ => Err("it takes the form KEY=VALUE".to_owned()),
    }
}

fn add(app: &App, args: Add) -> Result<Exit> {
    let mut settings = BTreeMap::new();
    for (key, value) in args.settings {
        if settings.contains_key(&key) {
            return Err(EngineError::usage(format!("The setting \"{}\" is given twice", key.escape_debug())));
        }
        settings.insert(key, value);
    }
    let signs_in = signs_in(&args.provider, &settings);
    let what = registry::find(&args.provider).and_then(|spec| spec.secret).filter(|_| !signs_in);
    let secret = args.secret.take(what)?;
    let mut account = app.tidemark.account_add(&args.provider, &args.name, settings, secret)?;
    app.tell_of_account(&account.name)?;
    if let Some(warning) = account.warning.take() {
        app.output.warning(&warning);
    }
    app.output.done(&json!({ "account": account }), || {
        let name = &account.name;
        if signs_in && account.secret.is_none() {
            return format!("Added the account \"{name}\". Sign in to it with `tidemark account login {name}`.");
        }
        format!("Added the account \"{name}\". Ask the service about it with `tidemark account check {name}`; keep a folder in step with `tidemark pair add NAME FOLDER {name}`.")
    });
    Ok(Exit::InSync)
}

fn list(app: &App) -> Result<Exit> {
    let accounts = app.tidemark.account_list()?;
    app.output.result(&json!({ "accounts": accounts }), || {
        if accounts.is_empty() {
            return "There is no account yet. Add one with `tidemark account add PROVIDER NAME`; `tidemark providers` lists the providers.".to_owned();
        }
        let mut table = Table::new(&["NAME", "PROVIDER", "SECRET", "PAIRS"]);
        for account in &accounts {
            table.row([account.name.clone(), account.provider.clone(), place(account), pairs(account)]);
        }
        table.text()
    });
    Ok(Exit::InSync)
}

fn show(app: &App, name: &str) -> Result<Exit> {
    let account = app.tidemark.account_show(name)?;
    let choices = interrupt::run(|_| app.tidemark.account_choices(name));
    let (choices, problem) = match choices {
        Ok(choices) => (choices, None),
        Err(error) if error.code == ErrorCode::Cancelled => return Err(error),
        Err(error) => (None, Some(error)),
    };
    app.output.result(&json!({ "account": account, "choices": choices, "choices_error": problem }), || {
        let mut table = Table::new(&["SETTING", "VALUE"]);
        table.row(["name".into(), account.name.clone()]);
        table.row(["provider".into(), account.provider.clone()]);
        for (key, value) in &account.settings {
            table.row([key.clone(), value.clone()]);
        }
        table.row(["secret".into(), place(&account)]);
        table.row(["pairs".into(), pairs(&account)]);
        format!(
            "{}{}",
            table.text(),
            choices.as_deref().map(|choices| choose_from(&account, choices)).unwrap_or_default()
        )
    });
    if let Some(problem) = problem {
        app.output.note(&format!("What else the settings could be isn't known: {}", problem.message));
    }
    Ok(Exit::InSync)
}

/// What the settings can be; a star marks what they are.
fn choose_from(account: &AccountView, choices: &[Choice]) -> String {
    if choices.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["", "CAN BE SET", "TO", "WHICH IS"]);
    for choice in choices {
        let is_set = account.settings.get(&*choice.setting) == Some(&choice.value);
        let mark = if is_set { "*" } else { "" };
        table.row([mark.into(), choice.setting.to_string(), choice.value.clone(), choice.title.clone()]);
    }
    format!("\n{}", table.text())
}

fn create(app: &App, name: &str, title: &str) -> Result<Exit> {
    let created = interrupt::run(|_| app.tidemark.account_create(name, title))?;
    app.output.done(&json!({ "created": created }), || {
        let Choice { setting, value, title } = &created;
        format!(
            "Made \"{}\". To use it, add an account with `--set {setting}={value}` beside the other settings of \"{name}\".",
            shown::name(title)
        )
    });
    Ok(Exit::InSync)
}

fn share(app: &App, name: &str, user: &str) -> Result<Exit> {
    interrupt::run(|_| app.tidemark.account_share(name, user))?;
    app.output.done(&json!({ "shared": { "account": name, "user": user } }), || {
        format!("Shared what the account \"{name}\" is set to with {}.", shown::name(user))
    });
    Ok(Exit::InSync)
}

fn check(app: &App, name: &str) -> Result<Exit> {
    let check = interrupt::run(|_| app.tidemark.account_check(name))?;
    app.output.done(&json!({ "check": check }), || {
        let may = if check.writable { "" } else { " It may only read." };
        format!("The account \"{name}\" is good: {}.{may}", check.summary)
    });
    Ok(Exit::InSync)
}

fn signs_in(provider: &str, settings: &BTreeMap<String, String>) -> bool {
    let settings = AccountSettings { values: settings.clone(), ..AccountSettings::default() };
    registry::find(provider).and_then(|spec| spec.sign_in).is_some_and(|sign_in| sign_in(&settings).is_ok())
}

fn remove(app: &App, name: &str) -> Result<Exit> {
    app.tidemark.account_remove(name)?;
    app.tell_of_account(name)?;
    app.output.done(&json!({ "removed": name }), || {
        format!("Removed the account \"{name}\" and its secret. What is at the service stays there.")
    });
    Ok(Exit::InSync)
}

fn place(account: &AccountView) -> String {
    match account.secret {
        Some(SecretPlace::Keychain) => "in the keychain",
        Some(SecretPlace::File) => "in secrets.toml",
        None => "none",
    }
    .to_owned()
}

fn pairs(account: &AccountView) -> String {
    if account.pairs.is_empty() { "none".to_owned() } else { account.pairs.join(", ") }
}
