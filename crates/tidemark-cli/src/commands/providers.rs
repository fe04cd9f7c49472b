//! `tidemark providers`: what each provider can do.

use serde_json::{Value, json};
use tidemark_engine::Result;
use tidemark_providers::Capabilities;
use tidemark_providers::registry;
use tidemark_providers::settings::ProviderSpec;

use crate::app::App;
use crate::exit::Exit;
use crate::output::Style;
use crate::shown;
use crate::table::Table;

pub(crate) fn run(app: &App) -> Result<Exit> {
    let document = json!({ "providers": registry::providers().iter().map(document).collect::<Vec<_>>() });
    app.output.result(&document, || {
        let mut table = Table::new(&[
            "PROVIDER",
            "FOLDERS",
            "MOVES",
            "VERSIONS",
            "CHANGES",
            "RESUMES",
            "EMPTY FILES",
            "LARGEST",
        ]);
        for spec in registry::providers() {
            table.row(row(spec));
        }
        let details: String = registry::providers().iter().map(|spec| details(app, spec)).collect();
        format!("{}\n{}", table.text(), details.trim_end())
    });
    Ok(Exit::InSync)
}

fn row(spec: &ProviderSpec) -> [String; 8] {
    let can = (spec.capabilities)();
    let moves = match (can.moves_files, can.moves_folders) {
        (true, true) => "files, folders",
        (true, false) => "files",
        (false, true) => "folders",
        (false, false) => "no",
    };
    let versions = match (can.versions, can.restore) {
        (true, true) => "kept, restored",
        (true, false) => "kept",
        (false, true) => "restored",
        (false, false) => "no",
    };
    let resumes = match (can.resumable_upload, can.ranged_download) {
        (true, true) => "up, down",
        (true, false) => "up",
        (false, true) => "down",
        (false, false) => "no",
    };
    [
        spec.name.to_owned(),
        shown::code(&can.folders),
        moves.to_owned(),
        versions.to_owned(),
        if can.change_feed { "feed" } else { "listing" }.to_owned(),
        resumes.to_owned(),
        if can.empty_files { "yes" } else { "no" }.to_owned(),
        can.max_size.map_or_else(|| "any".to_owned(), shown::size),
    ]
}

fn details(app: &App, spec: &ProviderSpec) -> String {
    let settings: Vec<String> = spec
        .settings
        .iter()
        .map(|setting| {
            format!("{}{} ({})", setting.key, if setting.required { "" } else { ", optional" }, setting.what)
        })
        .collect();
    format!(
        "{}: {}\n  settings  {}\n  secret    {}\n  REMOTE    {}\n\n",
        app.output.style(spec.name, Style::Bold),
        spec.title,
        settings.join("; "),
        spec.secret.unwrap_or("none"),
        spec.remote
    )
}

fn document(spec: &ProviderSpec) -> Value {
    let settings: Vec<Value> = spec
        .settings
        .iter()
        .map(|setting| json!({ "key": setting.key, "what": setting.what, "required": setting.required }))
        .collect();
    json!({
        "name": spec.name,
        "title": spec.title,
        "settings": settings,
        "secret": spec.secret,
        "remote": spec.remote,
        "capabilities": abilities(&(spec.capabilities)()),
    })
}

fn abilities(can: &Capabilities) -> Value {
    json!({
        "listing": can.listing,
        "page_size": can.page_size,
        "change_feed": can.change_feed,
        "deleted_listing": can.deleted_listing,
        "stable_ids": can.stable_ids,
        "revision": can.revision,
        "digest": can.digest,
        "conditional_write": can.conditional_write,
        "mutable_content": can.mutable_content,
        "moves_files": can.moves_files,
        "moves_folders": can.moves_folders,
        "folders": can.folders,
        "empty_files": can.empty_files,
        "versions": can.versions,
        "restore": can.restore,
        "resumable_upload": can.resumable_upload,
        "ranged_download": can.ranged_download,
        "signed_links": can.signed_links,
        "eventual_consistency_seconds": can.eventual_consistency.map(|time| time.as_secs_f64()),
        "write_only_items": can.write_only_items,
        "max_size": can.max_size,
        "parallelism": can.parallelism,
    })
}
