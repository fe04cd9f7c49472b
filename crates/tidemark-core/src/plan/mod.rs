//! The planner: from the nodes that differ to what is to be done about them. A pure function of its arguments.
//!
//! It works on a tree of items, one for each given path, in this order:
//! moves are recognised and the tree becomes the one after them; each item gets a verdict by
//! itself; files that stand against folders are settled; what a side can't take is blocked; folders that something
//! still needs are kept or made again; guards look at the deletions; and what is left is put into a safe order.

mod blocked;
mod clash;
pub mod copy_name;
mod decide;
mod folders;
mod guards;
mod halves;
mod moves;
pub mod operation;
mod order;
pub mod policy;
mod rebase;
mod recognise;
mod room;
mod tree;
mod twins;
mod words;

#[cfg(test)]
mod tests;

use crate::node::Node;
use operation::Plan;
use policy::Policy;
use tree::Tree;

/// Plans what follows from the nodes of a pair that are dirty ([`Node::is_dirty`]). Clean ones are needed only
/// where a side doesn't tell their name from that of a given one.
///
/// Never fails, never looks at the world, and gives the same plan for the same nodes in any order.
pub fn plan(nodes: Vec<Node>, policy: &Policy) -> Plan {
    let mut tree = Tree::new(nodes);
    let moves = moves::follow(&mut tree, policy);
    halves::mark(&mut tree, policy);
    decide::each(&mut tree, policy);
    clash::settle(&mut tree, policy);
    blocked::check(&mut tree, policy);
    folders::keep(&mut tree);
    blocked::check(&mut tree, policy);
    for _ in 0..2 {
        halves::untie(&mut tree);
        folders::keep(&mut tree);
    }
    let mut plan = order::listed(&tree, moves);
    guards::check(&mut plan, &policy.guards);
    plan
}
