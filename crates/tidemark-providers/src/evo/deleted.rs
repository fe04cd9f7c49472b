//! Finding a deleted file by its path: the service answers for those by id only.

use crate::error::Result;
use crate::evo::api::Api;
use crate::evo::listing::PAGE;
use crate::evo::wire::{File, PathStyle};
use crate::http::address::encoded;

/// The id of the file that was deleted last at a whole path, among the last 5000 deleted ones of its name.
pub(super) async fn deleted_id(api: &Api, path: &str, what: &str) -> Result<Option<String>> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let query =
        format!("limit={PAGE}&offset=0&deleted=true&order_by=desc:deleted_at&file_name={}", encoded(name));
    let (page, _) = api.list(&query, what).await?;
    let files: Vec<File> =
        page.files.0.iter().filter_map(|raw| serde_json::from_str(raw.get()).ok()).collect();
    let style = PathStyle::of(files.iter());
    let here = files.into_iter().filter(|file| file.deleted_at.is_some() && file.full_path(style) == path);
    Ok(here.max_by_key(|file| file.deleted_at).map(|file| file.file_id))
}
