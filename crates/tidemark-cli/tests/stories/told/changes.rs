//! What people do with their files, on either side.

use crate::scene::Scene;

impl Scene {
    /// A few files, and both sides in step.
    pub(crate) fn in_step(self) -> Self {
        for (path, content) in [("a/x.txt", "x1"), ("a/y.txt", "y one"), ("b.txt", "b1"), ("c/d/z.txt", "z1")]
        {
            self.write(path, content);
        }
        self.sync().ends(0).did(&[("uploaded", 4)]);
        self.is_in_step();
        self
    }
}

pub(crate) fn edits_deletions_and_renames_made_here(scene: Scene) {
    let scene = scene.in_step();
    scene.write("a/x.txt", "x two");
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    assert_eq!(scene.texts("a/x.txt")[1].as_deref(), Some("x two"));
    scene.remove("b.txt");
    scene.sync().ends(0).did(&[("deleted_remote", 1)]);
    assert_eq!(scene.texts("b.txt"), [None, None]);
    scene.is_in_step();
    if !scene.able.versions {
        let kept = ["a/x.txt", "b.txt"].map(|path| scene.at_path(path));
        assert_eq!(scene.kept(), kept, "what the service doesn't keep is kept here");
    }
    let kept = scene.kept().len();
    scene.rename("a/y.txt", "c/Þ y #2.txt");
    match scene.able.moves_files {
        true => scene.sync().ends(0).did(&[("moved_remote", 1)]),
        false => scene.sync().ends(0).did(&[("uploaded", 1), ("deleted_remote", 1)]),
    };
    assert_eq!(scene.texts("c/Þ y #2.txt")[1].as_deref(), Some("y one"));
    assert_eq!(scene.kept().len(), kept, "a rename loses nothing");
    scene.write("new/deep/n.txt", "n1");
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    scene.is_in_step();
}

pub(crate) fn edits_deletions_and_renames_made_there(scene: Scene) {
    let scene = scene.in_step();
    scene.delete("b.txt");
    scene.sync().ends(0).did(&[("deleted_local", 1)]);
    assert_eq!(scene.kept(), [scene.at_path("b.txt")]);
    if scene.is_shared() {
        scene.put("a/x.txt", "x two");
        scene.put("new/deep/n.txt", "n1");
        scene.sync().ends(0).did(&[("downloaded", 2)]);
        assert_eq!(scene.texts("a/x.txt")[0].as_deref(), Some("x two"));
        scene.is_in_step();
    }
    let [from, to] = ["a/y.txt", "c/y there.txt"].map(|path| scene.at_path(path));
    if scene.place.rename(&from, &to) {
        match scene.able.stable_ids {
            true => scene.sync().ends(0).did(&[("moved_local", 1)]),
            false => scene.sync().ends(0),
        };
        assert_eq!(scene.texts("c/y there.txt")[0].as_deref(), Some("y one"));
        assert_eq!(scene.texts("a/y.txt"), [None, None]);
    }
    scene.is_in_step();
}
