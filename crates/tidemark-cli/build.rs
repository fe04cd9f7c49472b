//! The web UI is part of the binary: another one means another binary.

fn main() {
    println!("cargo::rerun-if-changed=../../ui/dist");
}
