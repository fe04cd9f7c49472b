//! CoreData's files carry tags, contacts and a dynatype, which are other people's.

use std::rc::Rc;

use tidemark_tests::fake::coredata::{Effect, Endpoint, FakeCoreData, Fault, FileView};

use crate::places::CoreData;
use crate::scene::Scene;

fn file(place: &CoreData, path: &str) -> FileView {
    place.0.file(&CoreData::full(path)).unwrap()
}

#[test]
fn what_others_said_of_a_file_stays_over_edit_rename_and_move() {
    let place = Rc::new(CoreData::start());
    let scene = Scene::before(place.clone()).in_step();
    place.0.describe(&CoreData::full("a/y.txt"), "A title", "Report", &["one", "two"], &["anna"]);
    scene.sync().ends(0).did(&[]);
    scene.rename("a/y.txt", "a/renamed.txt");
    scene.sync().ends(0).did(&[("moved_remote", 1)]);
    scene.rename("a/renamed.txt", "new/folder/moved.txt");
    scene.sync().ends(0).did(&[("moved_remote", 1)]);
    scene.write("new/folder/moved.txt", "another content");
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    let described = file(&place, "new/folder/moved.txt");
    assert_eq!(
        (described.dynatype.as_str(), described.tags, described.contacts),
        ("Report", vec!["one".to_owned(), "two".to_owned()], vec!["anna".to_owned()],)
    );
    scene.is_in_step();
}

#[test]
fn what_a_pair_says_of_new_files_is_said_of_them() {
    let place = Rc::new(CoreData::start());
    let scene = Scene::before(place.clone());
    scene.types("pair set docs tags=alpha,beta dynatype=Memo").succeeded();
    scene.types("pair show docs").succeeded().said("alpha,beta").said("Memo");
    scene.write("new.txt", "new");
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    let new = file(&place, "new.txt");
    assert_eq!((new.dynatype.as_str(), new.tags), ("Memo", vec!["alpha".to_owned(), "beta".to_owned()]));
    scene.is_in_step();
}

#[test]
fn a_tenant_without_new_folders_is_told_which_to_make() {
    let scene = Scene::at(CoreData::of(FakeCoreData::with().makes_no_folders(405)));
    scene.write("top.txt", "top");
    scene.write("folder/inside.txt", "inside");
    let said = scene.sync().ends(5).did(&[("uploaded", 1)]);
    let problems = said.pair["problems"].as_array().unwrap();
    assert!(
        problems.iter().any(|problem| problem["message"].as_str().unwrap().contains("folder")),
        "{:#}",
        said.pair
    );
    scene.sync().ends(5).did(&[]);
}

#[test]
fn a_pair_without_a_place_is_refused_as_it_is_added() {
    let scene = Scene::at(CoreData::start());
    scene.person.makes_folder("others");
    let said = scene.types("pair add others $DIR/others work").ended_with(2);
    said.complained("CoreData needs a remote: the UUID of a project, folder or filespace");
    scene.types("pair show others").ended_with(2);
}

#[test]
fn a_root_that_is_gone_deletes_nothing_here() {
    let place = Rc::new(CoreData::start());
    let scene = Scene::before(place.clone());
    scene.person.makes_folder("whole");
    place.0.put_file("one.txt", "one");
    scene.types(&format!("pair add whole $DIR/whole work:{}", place.0.root_id())).succeeded();
    scene.types("sync whole").succeeded();
    assert_eq!(scene.person.reads("whole/one.txt"), "one");
    // Neither a project nor a folder, and nothing in it: what the service says of a UUID that it doesn't know.
    let gone = Effect::Status { code: 404, retry_after: None };
    place.0.inject(Fault::new(gone).at([Endpoint::GetProject, Endpoint::GetFolder]));
    let headers = [("content-type".to_owned(), "application/json".to_owned())].into();
    let body = r#"{"meta":{"limit":500,"next":null,"offset":0,"total_count":0},"objects":[]}"#.to_owned();
    let nothing = Effect::Answer { code: 200, headers, body };
    place.0.inject(Fault::new(nothing).at([Endpoint::ListFiles, Endpoint::ListFolders]));
    for command in ["plan whole", "sync whole"] {
        let said = scene.types(command);
        assert_ne!(said.code, 0, "{command}");
        said.complained("nothing is there any more, or this account can't see it");
    }
    assert_eq!(scene.person.reads("whole/one.txt"), "one");
    place.0.heal();
    scene.types("sync whole").succeeded();
}
