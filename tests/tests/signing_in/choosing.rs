//! Organisations, hubs and workspaces to choose from.

use tidemark_providers::settings::Choice;

use crate::kept::Kept;
use crate::scene::{Scene, evo};

async fn choices(scene: &Scene, changes: &[(&str, &str)]) -> Vec<Choice> {
    let kept = Kept::new(Some(&scene.identity.signed_in()));
    evo().choices.unwrap()(&scene.settings(&kept, changes)).await.unwrap()
}

fn values<'a>(choices: &'a [Choice], setting: &str) -> Vec<&'a str> {
    choices.iter().filter(|choice| choice.setting == setting).map(|choice| &*choice.value).collect()
}

#[tokio::test]
async fn discovery_tells_of_hubs_and_they_of_workspaces() {
    let scene = Scene::new();
    let (organisation, hub) = (scene.evo.organisation_id().to_string(), scene.evo.base_url());
    let strange = "0c000000-0000-4000-8000-000000000000";
    scene.identity.offers(&organisation, "Jarðvísindi", hub);
    scene.identity.offers(strange, "Not ours", hub);
    let found =
        choices(&scene, &[("discovery", scene.identity.base_url()), ("organisation_id", "unknown")]).await;
    assert_eq!(values(&found, "organisation_id"), [&*organisation, strange]);
    assert_eq!(values(&found, "base_url"), [hub]);
    let workspaces = values(&found, "workspace_id");
    assert_eq!(workspaces.len(), 61);
    assert_eq!(workspaces[60], scene.evo.workspace_id().to_string());
    assert_eq!(found.last().unwrap().title, "Þingvellir 2026 (of Jarðvísindi)");
    assert_eq!(scene.times_asked_for_tokens(), 1);
    scene.no_breaches();
}

#[tokio::test]
async fn another_hub_than_the_vendors_is_asked_alone() {
    let scene = Scene::new();
    let found = choices(&scene, &[]).await;
    assert_eq!((values(&found, "workspace_id").len(), found.len()), (61, 61));
    scene.no_breaches();
}
