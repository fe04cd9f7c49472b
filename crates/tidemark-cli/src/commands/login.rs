//! `tidemark account login`: signing in with a browser.

use serde_json::json;
use tidemark_engine::{EngineError, ErrorCode, Result};

use crate::app::App;
use crate::browser;
use crate::exit::Exit;
use crate::interrupt;

pub(crate) fn run(app: &App, name: &str) -> Result<Exit> {
    let answer = interrupt::run(|cancel| app.tidemark.account_login(name, |link| show(app, link), cancel));
    let mut account = answer.map_err(|error| match error.code {
        ErrorCode::Cancelled => {
            EngineError::new(ErrorCode::Cancelled, format!("Stopped; the account \"{name}\" is as it was"))
        }
        _ => error,
    })?;
    app.tell_of_account(name)?;
    if let Some(warning) = account.warning.take() {
        app.output.warning(&warning);
    }
    app.output.done(&json!({ "account": account }), || {
        format!("Signed in to \"{name}\". Ask the service about it with `tidemark account check {name}`.")
    });
    Ok(Exit::InSync)
}

fn show(app: &App, link: &str) {
    let opened = browser::open(link);
    let before = match opened {
        true => "The browser opens to sign you in. If it doesn't, open this link on this computer:",
        false => "To sign in, open this link in a browser on this computer:",
    };
    app.output.ask(&format!("{before}\n\n{link}\n\nWaiting for the browser (Ctrl-C stops)…"));
}
