//! The shape of a relation of an object to itself: levels from the roots down, and cycles, exact and without recursion.
//! Pure.

use super::Hierarchy;

/// No parent in the object.
pub const NONE: u32 = u32::MAX;

/// The shape of the forest in which `parents[n]` is the parent of record `n`, and the records in cycles of more than one.
/// Records that hang below a cycle have no level: `levels` and `in_cycles` do not add up to all where there are some.
#[must_use]
pub fn shape(parents: &[u32]) -> (Hierarchy, Vec<u32>) {
    const UNSEEN: u32 = u32::MAX;
    const ON_THE_WAY: u32 = u32::MAX - 1;
    const BELOW_A_CYCLE: u32 = u32::MAX - 2;
    let mut shape = Hierarchy::default();
    let mut level = vec![UNSEEN; parents.len()];
    let mut cyclic = Vec::new();
    let mut way: Vec<u32> = Vec::new();
    for start in 0..parents.len() {
        let mut at = start;
        way.clear();
        // Up to a root, to a record whose level is known, or back to one on this way.
        let mut known = loop {
            match level[at] {
                UNSEEN => {}
                ON_THE_WAY => {
                    let from = way.iter().position(|&n| n as usize == at).unwrap_or(0);
                    let members = way.split_off(from);
                    shape.cycles += 1;
                    shape.in_cycles += members.len() as u64;
                    for &member in &members {
                        level[member as usize] = BELOW_A_CYCLE;
                    }
                    cyclic.extend(members);
                    break BELOW_A_CYCLE;
                }
                known => break known,
            }
            level[at] = ON_THE_WAY;
            way.push(at as u32);
            let parent = parents[at];
            if parent == NONE || parent as usize >= parents.len() || parent as usize == at {
                shape.to_itself += u64::from(parent as usize == at);
                break UNSEEN;
            }
            at = parent as usize;
        };
        while let Some(n) = way.pop() {
            known = match known {
                UNSEEN => 0,
                BELOW_A_CYCLE => BELOW_A_CYCLE,
                above => above + 1,
            };
            level[n as usize] = known;
            if known != BELOW_A_CYCLE {
                let at = known as usize;
                if shape.levels.len() <= at {
                    shape.levels.resize(at + 1, 0);
                }
                shape.levels[at] += 1;
            }
        }
    }
    shape.roots = shape.levels.first().copied().unwrap_or(0);
    cyclic.sort_unstable();
    (shape, cyclic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn levels_are_counted_from_the_roots_and_cycles_stand_apart() {
        // 0 ← 1 ← 2, 3 alone, 4 ↔ 5, 6 below 4, 7 to itself.
        let (shape, cyclic) = shape(&[NONE, 0, 1, NONE, 5, 4, 4, 7]);
        assert_eq!(shape.levels, [3, 1, 1]);
        assert_eq!((shape.roots, shape.to_itself, shape.cycles, shape.in_cycles), (3, 1, 1, 2));
        assert_eq!(cyclic, [4, 5]);
    }

    #[test]
    fn a_chain_of_a_million_needs_no_stack() {
        let parents: Vec<u32> = (0..1_000_000u32).map(|n| if n == 0 { NONE } else { n - 1 }).collect();
        assert_eq!(shape(&parents).0.levels.len(), 1_000_000);
    }

    proptest! {
        #![proptest_config(crate::values::steady_cases())]

        #[test]
        fn it_agrees_with_walking_up_from_every_record(parents in proptest::collection::vec(0u32..12, 0..12)) {
            let size = parents.len() as u32;
            let parents: Vec<u32> = parents.iter().map(|p| if *p >= size { NONE } else { *p }).collect();
            let (shape, cyclic) = shape(&parents);
            let mut levels: Vec<u64> = Vec::new();
            let mut in_cycles = Vec::new();
            for start in 0..size {
                let (mut at, mut up, mut steps) = (start, 0usize, 0);
                while parents[at as usize] != NONE && parents[at as usize] != at && steps <= size {
                    at = parents[at as usize];
                    up += 1;
                    steps += 1;
                    if at == start {
                        in_cycles.push(start);
                        break;
                    }
                }
                if steps <= size && parents[at as usize] == NONE || parents[at as usize] == at {
                    levels.resize(levels.len().max(up + 1), 0);
                    levels[up] += 1;
                }
            }
            prop_assert_eq!(shape.levels, levels);
            prop_assert_eq!(shape.in_cycles, in_cycles.len() as u64);
            prop_assert_eq!(cyclic, in_cycles);
        }
    }
}
