//! Lists and single items.

use hyper::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use super::answering::{Refused, Service};
use super::breach::BreachKind;
use super::objects::{self, nothing_there};
use super::route::Route;
use super::settings::RootKind;
use super::state::{File, State};
use crate::fake::Asked;
use crate::fake::answer::Answer;

impl Service {
    pub(crate) fn list_files(&self, asked: &Asked<'_>, route: &Route) -> Result<Answer, Refused> {
        let parent = self.parent_of(asked, route)?;
        let title = route.query.one("title");
        let start = route.query.one("title__startswith").unwrap_or_default();
        let state = self.state();
        let parent = parent.map(|parent| state.resolved(parent));
        let fits = |file: &&File| {
            !file.deleted
                && parent.is_none_or(|parent| file.parent == parent)
                && title.is_none_or(|title| file.title == title)
                && file.title.starts_with(start)
        };
        let files: Vec<_> = state.files.iter().filter(fits).map(|file| self.listed(&state, file)).collect();
        drop(state);
        self.page(asked, route, files)
    }

    pub(crate) fn list_project_files(&self, asked: &Asked<'_>, route: &Route) -> Result<Answer, Refused> {
        let state = self.state();
        if !self.is_project(&state, route.id) {
            return Err(nothing_there());
        }
        let shallow = self.front.rules.lists_projects_shallowly;
        let fits = |file: &&File| state.file_path(file).is_some_and(|path| !(shallow && path.contains('/')));
        let inside = state.files.iter().filter(fits);
        let files: Vec<_> = inside.map(|file| self.listed(&state, file)).collect();
        drop(state);
        self.page(asked, route, files)
    }

    pub(crate) fn list_folders(&self, asked: &Asked<'_>, route: &Route) -> Result<Answer, Refused> {
        let parent = self.parent_of(asked, route)?.filter(|_| !self.front.rules.ignores_folder_filter);
        let state = self.state();
        let parent = parent.map(|parent| state.resolved(parent));
        let fits = state
            .folders
            .iter()
            .filter(|folder| !folder.deleted && parent.is_none_or(|parent| folder.parent == parent));
        let folders: Vec<_> = fits.map(objects::folder).collect();
        drop(state);
        self.page(asked, route, folders)
    }

    pub(crate) fn get_file(&self, route: &Route) -> Result<Answer, Refused> {
        let state = self.state();
        let file = state.file(route.id).filter(|file| self.can_be_seen(&state, file));
        let file = file.ok_or_else(nothing_there)?;
        Ok(json(&objects::file(&state, file, self.front.rules.root)))
    }

    pub(crate) fn get_folder(&self, route: &Route) -> Result<Answer, Refused> {
        let state = self.state();
        let is_root = self.front.rules.root == RootKind::Folder && route.id == state.root;
        if is_root {
            return Ok(json(&serde_json::json!({ "id": route.id, "title": "Root", "type": "Folder" })));
        }
        let folder = state.folder(route.id).filter(|folder| !folder.deleted).ok_or_else(nothing_there)?;
        Ok(json(&objects::folder(folder)))
    }

    pub(crate) fn get_project(&self, route: &Route) -> Result<Answer, Refused> {
        match self.is_project(&self.state(), route.id) {
            true => Ok(json(&objects::project(route.id))),
            false => Err(nothing_there()),
        }
    }

    /// Deleted files can be asked for where the trash is shown.
    pub(crate) fn can_be_seen(&self, state: &State, file: &File) -> bool {
        let lost = file.parent != state.inner && !state.is_container(file.parent);
        !lost && (!file.deleted || self.front.rules.shows_trash)
    }

    fn is_project(&self, state: &State, id: Uuid) -> bool {
        matches!(self.front.rules.root, RootKind::Project | RootKind::PlainProject) && id == state.root
    }

    fn listed(&self, state: &State, file: &File) -> Value {
        let whole = objects::file(state, file, self.front.rules.root);
        if self.front.rules.lists_little { objects::little(whole) } else { whole }
    }

    fn parent_of(&self, asked: &Asked<'_>, route: &Route) -> Result<Option<Uuid>, Refused> {
        let Some(parent) = route.query.one("parent") else { return Ok(None) };
        let id =
            parent.parse().map_err(|_| self.breach(asked, BreachKind::BadId, format!("parent={parent}")))?;
        Ok(Some(id))
    }

    fn page(&self, asked: &Asked<'_>, route: &Route, objects: Vec<Value>) -> Result<Answer, Refused> {
        let number = |key: &str| route.query.one(key).map(str::parse::<usize>);
        let limit = match number("limit") {
            Some(Ok(limit)) if limit > 0 => limit.min(self.front.rules.most_per_page),
            Some(_) => return Err(self.breach(asked, BreachKind::BadParameter, "limit")),
            None => return Err(self.breach(asked, BreachKind::NoLimit, "no limit")),
        };
        let offset = match number("offset") {
            Some(Ok(offset)) => offset,
            None => 0,
            Some(Err(_)) => return Err(self.breach(asked, BreachKind::BadParameter, "offset")),
        };
        Ok(json(&objects::page(objects, limit, offset, asked.head.uri.path())))
    }
}

fn json(value: &Value) -> Answer {
    Answer::with(StatusCode::OK, "application/json", value.to_string())
}
