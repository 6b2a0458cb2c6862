//! How far the records of two sources can be linked: by an ID that one keeps of the other, by e-mail, by domain. Pure.

use std::collections::BTreeMap;

use super::collect::Tally;
use super::subject::Subject;
use super::{Link, LinkBy, Relation};
use crate::sources::ObjectId;

/// What an object can be linked by.
#[derive(Debug)]
pub struct Side<'a> {
    pub object: ObjectId,
    pub source: &'a str,
    pub email: Option<(usize, &'a Tally)>,
    pub domain: Option<(usize, &'a Tally)>,
    /// The domains are those of web sites, not of addresses.
    pub is_site: bool,
}

/// For every pair of sources the two objects whose records meet best, by e-mail and by domain.
#[must_use]
pub fn by_value(sides: &[Side<'_>]) -> Vec<Link> {
    // Organizations are linked by their sites before people are by their addresses.
    let mut best: BTreeMap<(usize, usize, LinkBy), (bool, u64, Link)> = BTreeMap::new();
    let order: Vec<&str> = sides.iter().fold(Vec::new(), |mut order, side| {
        if !order.contains(&side.source) {
            order.push(side.source);
        }
        order
    });
    let place = |source: &str| order.iter().position(|known| *known == source).unwrap_or(0);
    for left in sides {
        for right in sides {
            let pair = (place(left.source), place(right.source));
            if pair.0 >= pair.1 {
                continue;
            }
            for (by, ours, theirs) in
                [(LinkBy::Email, left.email, right.email), (LinkBy::Domain, left.domain, right.domain)]
            {
                let (Some((left_column, ours)), Some((right_column, theirs))) = (ours, theirs) else { continue };
                let (left_met, right_met) = ours.met(theirs);
                if left_met == 0 {
                    continue;
                }
                let link = Link {
                    by,
                    left: left.object,
                    left_column,
                    right: right.object,
                    right_column,
                    left_filled: ours.total(),
                    left_met,
                    right_filled: theirs.total(),
                    right_met,
                };
                let rank = (by == LinkBy::Domain && left.is_site && right.is_site, left_met + right_met);
                match best.get_mut(&(pair.0, pair.1, by)) {
                    Some(known) if (known.0, known.1) >= rank => {}
                    Some(known) => *known = (rank.0, rank.1, link),
                    None => {
                        best.insert((pair.0, pair.1, by), (rank.0, rank.1, link));
                    }
                }
            }
        }
    }
    best.into_values().map(|(.., link)| link).collect()
}

/// The relations that lead from one source to another, the best for each pair of objects.
#[must_use]
pub fn by_id(relations: &[Relation], subjects: &[Subject]) -> Vec<Link> {
    let of = |object: ObjectId| subjects.iter().find(|subject| subject.id == object);
    let mut best: BTreeMap<(ObjectId, ObjectId), Link> = BTreeMap::new();
    for relation in relations {
        let (Some(to), Some(to_column)) = (relation.to, relation.to_column) else { continue };
        let (Some(left), Some(right)) = (of(relation.from), of(to)) else { continue };
        if left.source == right.source || relation.met == 0 {
            continue;
        }
        let link = Link {
            by: LinkBy::Id,
            left: relation.from,
            left_column: relation.column,
            right: to,
            right_column: to_column,
            left_filled: relation.filled,
            left_met: relation.met,
            right_filled: right.rows,
            right_met: relation.reached,
        };
        let pair = (relation.from.min(to), relation.from.max(to));
        match best.get_mut(&pair) {
            Some(known) if known.left_met >= link.left_met => {}
            Some(known) => *known = link,
            None => {
                best.insert(pair, link);
            }
        }
    }
    best.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_pair_of_objects_stands_for_two_sources() {
        let tally = |keys: &[u64]| {
            let mut tally = Tally::default();
            keys.iter().for_each(|key| tally.add(*key));
            tally.settle();
            tally
        };
        let (a, b, c) = (tally(&[1, 2, 2, 3]), tally(&[1]), tally(&[2, 3, 4]));
        let side = |object, source, tally| Side {
            object: ObjectId(object),
            source,
            email: Some((0, tally)),
            domain: None,
            is_site: false,
        };
        let links = by_value(&[side(1, "CRM", &a), side(2, "Shop", &b), side(3, "Shop", &c), side(4, "CRM", &b)]);
        assert_eq!(links.len(), 1);
        let link = &links[0];
        assert_eq!((link.left, link.right), (ObjectId(1), ObjectId(3)));
        assert_eq!((link.left_filled, link.left_met, link.right_filled, link.right_met), (4, 3, 3, 2));
    }
}
