//! Disks that are full. They are small file systems in memory; where none can be mounted, these tests say so and pass.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::scene::{Scene, noise};

/// A small file system, for as long as it lives.
struct Volume(PathBuf);

impl Volume {
    #[expect(clippy::print_stdout, reason = "a story that can't be played says so")]
    fn at(place: &Path, size: &str) -> Option<Self> {
        let options = format!("size={size}");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(place).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(place.to_owned())),
            refused => {
                println!("nothing can be mounted here, so this isn't tested: {refused:?}");
                None
            }
        }
    }

    fn grows_to(&self, size: &str) {
        let options = format!("remount,size={size}");
        assert!(Command::new("mount").args(["-o", &options]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[test]
fn f16_a_full_disk_takes_what_fits_and_says_so() {
    for scene in Scene::of_each() {
        let Some(volume) = Volume::at(&scene.path(""), "6m") else { return };
        for number in 0..4 {
            scene.put(&format!("{number}"), noise(number, 3 << 20));
        }
        scene.put("small.txt", "small");
        let said = scene.sync().ends(5).explains(&["Free some space"]);
        let problems = said.pair["problems"].as_array().unwrap();
        assert!(problems.iter().all(|problem| problem["code"] == "disk-full"), "{problems:#?}");
        let there = scene.there();
        assert!(scene.here().iter().all(|(path, content)| there[path] == *content), "a file is whole");
        volume.grows_to("64m");
        scene.sync().ends(0);
        scene.is_in_step();
    }
}

#[test]
fn f16_a_new_version_that_does_not_fit_leaves_the_old_one() {
    for scene in Scene::of_each() {
        let Some(volume) = Volume::at(&scene.path(""), "4m") else { return };
        scene.write("a", "the old one");
        scene.sync().ends(0);
        scene.put("a", noise(1, 8 << 20));
        scene.sync().ends(5).did(&[]).problems(&[("a", "disk-full")]).explains(&["\"a\"", "Free some space"]);
        assert_eq!(scene.here()["a"], b"the old one");
        volume.grows_to("64m");
        scene.sync().ends(0).did(&[("downloaded", 1)]);
        scene.is_in_step();
    }
}

#[test]
fn f16_a_full_disk_at_the_service_keeps_the_files_here() {
    let scene = Scene::of_folders();
    let Some(volume) = Volume::at(&scene.nas(""), "4m") else { return };
    scene.write("large", noise(1, 8 << 20));
    for _ in 0..2 {
        let said = scene.sync().ends(5).did(&[]).problems(&[("large", "quota-exceeded")]);
        said.explains(&["\"large\"", "Free some space at the service", "safe here"]);
    }
    assert!(scene.there().is_empty());
    volume.grows_to("64m");
    scene.sync().ends(0).did(&[("uploaded", 1)]);
    scene.is_in_step();
}

#[test]
fn f16_small_files_fit_beside_a_large_one_that_does_not() {
    let scene = Scene::of_folders();
    let Some(_volume) = Volume::at(&scene.nas(""), "4m") else { return };
    scene.write("large", noise(1, 8 << 20));
    for number in 0..20 {
        scene.write(&format!("small {number}"), "small");
    }
    scene.sync().ends(5).did(&[("uploaded", 20)]).problems(&[("large", "quota-exceeded")]);
    assert_eq!(scene.there().len(), 20);
}

#[test]
fn f16_no_room_for_the_state_fails_and_harms_no_file() {
    let scene = Scene::new();
    let Some(volume) = Volume::at(&scene.person.path("home/pairs"), "256k") else { return };
    for number in 0..500 {
        scene.write(&format!("{number} {}", "long name ".repeat(15)), format!("content {number}"));
    }
    let here = scene.here();
    for _ in 0..2 {
        scene
            .sync()
            .ends(1)
            .failed("state", &["full", "tidemark's own folder", "free some space", "your files are safe"]);
        assert!(scene.here() == here, "a file was touched");
    }
    volume.grows_to("64m");
    scene.sync().ends(0);
    scene.is_in_step();
    assert_eq!(scene.there().len(), 500);
}
