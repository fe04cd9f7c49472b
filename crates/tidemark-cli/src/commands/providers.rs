//! `tidemark providers`: what each provider can do.

use serde_json::{Value, json};
use tidemark_engine::Result;
use tidemark_engine::consequences::consequences;
use tidemark_providers::Capabilities;
use tidemark_providers::capabilities::Listing;
use tidemark_providers::registry;
use tidemark_providers::settings::{ProviderSpec, SettingSpec};

use crate::app::App;
use crate::exit::Exit;
use crate::output::Style;
use crate::paragraph::paragraph;
use crate::shown;
use crate::table::Table;

pub(crate) fn run(app: &App) -> Result<Exit> {
    let document = json!({ "providers": registry::providers().iter().map(document).collect::<Vec<_>>() });
    app.output.result(&document, || {
        let mut table = Table::new(&[
            "PROVIDER", "FOLDERS", "MOVES", "VERSIONS", "CHANGES", "RESUMES", "EMPTY", "LARGEST",
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
    let changes = match can.listing {
        Listing::None => "unseen",
        _ if can.change_feed => "feed",
        Listing::Full | Listing::PerDirectory | Listing::InlineContent => "listing",
    };
    let resumes = match (can.resumable_upload, can.ranged_download) {
        (true, true) => "up, down",
        (true, false) => "up",
        (false, true) => "down",
        (false, false) => "no",
    };
    let yes = |able| if able { "yes" } else { "no" }.to_owned();
    [
        spec.name.to_owned(),
        shown::code(&can.folders),
        moves.to_owned(),
        yes(can.versions),
        changes.to_owned(),
        resumes.to_owned(),
        yes(can.empty_files),
        can.max_size.map_or_else(|| "any".to_owned(), shown::size),
    ]
}

fn details(app: &App, spec: &ProviderSpec) -> String {
    let mut text = format!("{}: {}\n", app.output.style(spec.name, Style::Bold), spec.title);
    text.push_str(&paragraph("  settings  ", &list(spec.settings)));
    if !spec.pair_settings.is_empty() {
        text.push_str(&paragraph("  pair      ", &list(spec.pair_settings)));
    }
    text.push_str(&paragraph("  secret    ", spec.secret.unwrap_or("none")));
    text.push_str(&paragraph("  REMOTE    ", spec.remote));
    let mut first = "  follows   - ";
    for sentence in consequences(&(spec.capabilities)()) {
        text.push_str(&paragraph(first, &sentence));
        first = "            - ";
    }
    text.push('\n');
    text
}

fn list(settings: &[SettingSpec]) -> String {
    let one = |setting: &SettingSpec| {
        format!("{}{} ({})", setting.key, if setting.required { "" } else { ", optional" }, setting.what)
    };
    settings.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn document(spec: &ProviderSpec) -> Value {
    let can = (spec.capabilities)();
    let settings = |settings: &[SettingSpec]| -> Vec<Value> {
        let one = |setting: &SettingSpec| json!({ "key": setting.key, "what": setting.what, "required": setting.required });
        settings.iter().map(one).collect()
    };
    json!({
        "name": spec.name,
        "title": spec.title,
        "settings": settings(spec.settings),
        "pair_settings": settings(spec.pair_settings),
        "secret": spec.secret,
        "remote": spec.remote,
        "capabilities": abilities(&can),
        "consequences": consequences(&can),
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
        "weak_revision": can.weak_revision,
        "digest": can.digest,
        "hash_on_request": can.hash_on_request,
        "conditional_write": can.conditional_write,
        "mutable_content": can.mutable_content,
        "moves_files": can.moves_files,
        "moves_folders": can.moves_folders,
        "folders": can.folders,
        "empty_files": can.empty_files,
        "versions": can.versions,
        "restore": can.restore,
        "repeatable_upload": can.repeatable_upload,
        "resumable_upload": can.resumable_upload,
        "ranged_download": can.ranged_download,
        "signed_links": can.signed_links,
        "eventual_consistency_seconds": can.eventual_consistency.map(|time| time.as_secs_f64()),
        "write_only_items": can.write_only_items,
        "max_size": can.max_size,
        "parallelism": can.parallelism,
    })
}
