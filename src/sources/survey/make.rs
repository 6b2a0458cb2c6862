//! The survey from beginning to end: samples, IDs, what points where, then each object once through all detectors.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use rusqlite::Connection;

use super::collect::{RecList, Tally};
use super::detect::Kind;
use super::hierarchy::{self, NONE};
use super::keys::{self, Bits, KeySet, Spelling};
use super::pass::{End, Pass, Pointing};
use super::people::{self, Addresses};
use super::relate::{self, Decided, Meetings, Target};
use super::rules::{Rules, plain_header};
use super::subject::Subject;
use super::{Hierarchy, Kept, Link, Relation, copies, links, report, wholes};
use crate::job::Job;
use crate::sources::store::catalog::{self, Stretches};
use crate::sources::store::survey::{self as store, Latest};
use crate::sources::{Inventory, ObjectId, SourcesError};

/// Values of a sample, over all columns of an object.
const SAMPLED: u64 = 200_000;
/// Rows of a sample.
const SAMPLED_ROWS: u64 = 2_048;
/// Rows between two looks at whether to stop.
const AT_ONCE: u64 = 4_096;

/// Everything that was made.
#[derive(Debug)]
pub struct Made {
    pub relations: Vec<Relation>,
    pub links: Vec<Link>,
    pub kept: Vec<Kept>,
    /// Orphans of relations that are no finding: by an ID of a third system, where nobody promised to know them all.
    pub orphans: Vec<(i64, RecList)>,
}

/// What stays of an object after its reading, for links and for what concerns several objects.
struct Read {
    addresses: Tally,
    domains: Tally,
    domain_column: Option<usize>,
    /// The domains are those of web sites, not of addresses.
    is_site: bool,
    email: Option<usize>,
    sketch: Vec<u64>,
}

/// Makes the survey over what is complete now.
///
/// # Errors
/// If the database cannot be read, or the job was cancelled.
pub fn make(conn: &Connection, rules: &Rules, job: &Job) -> Result<Made, SourcesError> {
    // One state of the workspace, however long it takes.
    let _snapshot = conn.unchecked_transaction()?;
    let inventory = catalog::inventory(conn)?;
    let stretches = Stretches::read(conn)?;
    let (mut subjects, mut latest, mut losers) = (Vec::new(), Vec::new(), Vec::new());
    job.begin("looking at samples", 0);
    for source in &inventory.sources {
        for object in &source.objects {
            job.check()?;
            let rows = Latest::of(conn, &stretches, object.id)?;
            let columns = object.columns.len().max(1);
            let most = (SAMPLED / columns as u64).clamp(64, SAMPLED_ROWS);
            let sample = store::sample(conn, object.id, &rows, object.columns.len(), most)?;
            subjects.push(Subject::new(object, source.kind, sample, rows.len(), rules));
            latest.push(rows);
            let mut away = HashSet::new();
            store::merges::<SourcesError>(conn, object.id, |_, loser, _| {
                away.insert(keys::key(loser, Spelling::Exact));
                Ok(())
            })?;
            losers.push(away);
        }
    }
    hand_over_merges(conn, &inventory, &mut losers)?;
    let all_rows: u64 = subjects.iter().map(|subject| subject.rows).sum();
    let wishes = relate::wishes(&subjects, rules);
    let targets = relate::targets(&subjects, rules);
    let (meetings, mut sets) = gather_ids(conn, &subjects, &latest, &wishes, &targets, all_rows, job)?;
    let decided = relate::decide(&subjects, &wishes, &targets, &meetings, rules);
    drop((meetings, wishes));
    let needed: BTreeSet<(usize, Spelling)> =
        decided.iter().flat_map(|d| d.targets.iter().map(|target| (*target, d.spelling))).collect();
    sets.retain(|place, _| needed.contains(place));
    for (target, spelling) in needed {
        if let Entry::Vacant(place) = sets.entry((target, spelling)) {
            place.insert(gather_set(conn, &subjects, &latest, &targets[target], spelling, job)?);
        }
    }
    let own = wholes::own_domains(&subjects, rules);
    let mut made = Made { relations: Vec::new(), links: Vec::new(), kept: Vec::new(), orphans: Vec::new() };
    let mut read = Vec::new();
    let mut in_charge: BTreeMap<usize, Vec<(Bits, Spelling, usize)>> = BTreeMap::new();
    job.begin("surveying", all_rows);
    for at in 0..subjects.len() {
        let subject = &subjects[at];
        // Those of the company's own object are no strangers in it.
        let own: &[String] = if own.1.contains(&at) { &[] } else { &own.0 };
        let mut pass = Pass::new(subject, rules, own, &losers[at]);
        if pass.email.is_some() {
            pass.addresses.expect(subject.rows);
        }
        pass.pointing = pointing_of(at, &decided, &targets, &sets, &losers);
        pass.account = account_of(subject, &subjects, &pass, &decided, &targets);
        let columns: Vec<usize> = (0..subject.columns.len()).collect();
        let mut rows = 0u64;
        store::scan::<SourcesError>(conn, subject.id, &latest[at], &columns, |rec, cells| {
            rows += 1;
            if rows.is_multiple_of(AT_ONCE) {
                job.check()?;
                job.advance(AT_ONCE);
                job.count_rows(AT_ONCE, 0);
            }
            let values: Vec<Option<&str>> = (0..columns.len()).map(|at| cells.get(at)).collect();
            pass.record(rec, cells.hash(), &values);
            Ok(())
        })?;
        job.advance(rows % AT_ONCE);
        job.count_rows(rows % AT_ONCE, 0);
        read.push(finish(conn, &mut pass, own, rules, &mut made, job)?);
        relations_of(
            conn,
            &mut pass,
            &subjects,
            &latest[at],
            &decided,
            &targets,
            &mut made,
            &mut in_charge,
            rules,
            job,
        )?;
        made.kept.extend(wholes::merged_in_source(conn, subject, &latest[at])?);
        made.kept.extend(wholes::repeated_ids(conn, subject, &latest[at])?);
        made.kept.extend(wholes::cut_files(conn, subject, &inventory, &latest[at], rules)?);
    }
    for (target, bits) in in_charge {
        made.kept.extend(wholes::inactive_users(
            conn,
            &subjects,
            &latest,
            &targets[target],
            &bits,
            &sets,
            target,
            rules,
        )?);
    }
    job.begin("comparing objects", 0);
    let sketches: Vec<Vec<u64>> = read.iter_mut().map(|read| std::mem::take(&mut read.sketch)).collect();
    made.kept.extend(copies::find(conn, &subjects, &latest, &sketches, rules, job)?);
    let keepers: Vec<links::Side<'_>> = subjects
        .iter()
        .zip(&read)
        .map(|(subject, read)| links::Side {
            object: subject.id,
            source: &subject.source,
            email: read.email.map(|column| (column, &read.addresses)),
            domain: read.domain_column.map(|column| (column, &read.domains)),
            is_site: read.is_site,
        })
        .collect();
    made.links = links::by_value(&keepers);
    made.links.extend(links::by_id(&made.relations, &subjects));
    made.links.sort_by_key(|link| (link.left, link.right, link.by));
    let order: Vec<ObjectId> = subjects.iter().map(|subject| subject.id).collect();
    report::number(&mut made.kept, &order);
    Ok(made)
}

/// Gives what logs of merges tell to the objects whose records were merged. `losers`: one set an object, in order.
fn hand_over_merges(conn: &Connection, inventory: &Inventory, losers: &mut [HashSet<u64>]) -> Result<(), SourcesError> {
    let objects = || inventory.sources.iter().flat_map(|source| &source.objects);
    let place =
        |source: &str, name: &str| objects().position(|object| object.source_name == source && object.name == name);
    let told = catalog::merges_told(conn)?;
    for told in &told {
        let teller = place(&told.source, &told.teller);
        let of = told.of.as_ref().and_then(|of| place(&told.source, of));
        if let (Some(teller), Some(of)) = (teller, of)
            && let Some(away) = losers.get(teller).cloned()
            && let Some(losers) = losers.get_mut(of)
        {
            losers.extend(away);
        }
    }
    // The rows of a log were not merged themselves.
    for teller in told.iter().filter_map(|told| place(&told.source, &told.teller)) {
        if let Some(losers) = losers.get_mut(teller) {
            losers.clear();
        }
    }
    Ok(())
}

/// The sets of IDs that are pointed to, by target and spelling.
pub type Sets = BTreeMap<(usize, Spelling), KeySet>;

/// One reading of the ID columns alone: which of the values looked for stand where, and the native IDs of all objects.
fn gather_ids(
    conn: &Connection,
    subjects: &[Subject],
    latest: &[Latest],
    wishes: &[relate::Wish],
    targets: &[Target],
    all_rows: u64,
    job: &Job,
) -> Result<(Meetings, Sets), SourcesError> {
    let mut meetings = Meetings::new(wishes);
    let mut sets = Sets::new();
    job.begin("reading IDs", all_rows);
    for (at, subject) in subjects.iter().enumerate() {
        let here: Vec<(usize, &Target)> =
            targets.iter().enumerate().filter(|(_, target)| target.subject == at).collect();
        if here.is_empty() {
            job.advance(subject.rows);
            continue;
        }
        let columns: Vec<usize> = here.iter().map(|(_, target)| target.column).collect();
        let mut natives: Vec<u64> = Vec::new();
        if here.iter().any(|(_, target)| target.native) {
            natives.reserve_exact(usize::try_from(subject.rows).unwrap_or(0));
        }
        let mut rows = 0u64;
        store::scan::<SourcesError>(conn, subject.id, &latest[at], &columns, |_, cells| {
            rows += 1;
            if rows.is_multiple_of(AT_ONCE) {
                job.check()?;
                job.advance(AT_ONCE);
            }
            for (place, (number, target)) in here.iter().enumerate() {
                let Some(id) = cells.get(place).filter(|id| !id.trim().is_empty()) else { continue };
                let exact = keys::key(id, Spelling::Exact);
                meetings.meet(*number as u32, exact, keys::key(id, Spelling::Folded));
                if target.native {
                    natives.push(exact);
                }
            }
            Ok(())
        })?;
        if let Some((number, _)) = here.iter().find(|(_, target)| target.native) {
            sets.insert((*number, Spelling::Exact), KeySet::new(natives));
        }
    }
    Ok((meetings, sets))
}

fn gather_set(
    conn: &Connection,
    subjects: &[Subject],
    latest: &[Latest],
    target: &Target,
    spelling: Spelling,
    job: &Job,
) -> Result<KeySet, SourcesError> {
    let mut ids = Vec::new();
    store::scan::<SourcesError>(
        conn,
        subjects[target.subject].id,
        &latest[target.subject],
        &[target.column],
        |_, cells| {
            if let Some(id) = cells.get(0).filter(|id| !id.trim().is_empty()) {
                ids.push(keys::key(id, spelling));
            }
            if ids.len() % 4_096 == 1 { Ok(job.check()?) } else { Ok(()) }
        },
    )?;
    Ok(KeySet::new(ids))
}

fn pointing_of<'a>(
    subject: usize,
    decided: &[Decided],
    targets: &[Target],
    sets: &'a Sets,
    losers: &'a [HashSet<u64>],
) -> Vec<Pointing<'a>> {
    let mut all = Vec::new();
    for (number, d) in decided.iter().enumerate().filter(|(_, d)| d.subject == subject) {
        let ends: Vec<End<'a>> = d
            .targets
            .iter()
            .filter_map(|target| {
                let keys = sets.get(&(*target, d.spelling))?;
                let losers = &losers[targets[*target].subject];
                Some(End { keys, losers, met: 0, merged: 0, reached: Bits::new(keys.size()) })
            })
            .collect();
        let itself =
            d.targets.first().is_some_and(|target| targets[*target].subject == subject && targets[*target].native);
        let parents = itself.then(|| vec![NONE; ends.first().map_or(0, |end| end.keys.size())]);
        all.push(Pointing {
            decided: number,
            column: d.column,
            parted: d.parted,
            spelling: d.spelling,
            ends,
            orphans: Default::default(),
            parents,
        });
    }
    all
}

/// The column that names the account of a person: called after an object of organizations of the same source.
fn account_of(
    subject: &Subject,
    subjects: &[Subject],
    pass: &Pass<'_>,
    decided: &[Decided],
    targets: &[Target],
) -> Option<usize> {
    if !subject.people || subject.staff && !subject.organizations && subject.core != "user" {
        return None;
    }
    pass.pointing.iter().position(|pointing| {
        let header = plain_header(subject.column_name(pointing.column));
        decided[pointing.decided].targets.first().is_some_and(|target| {
            let to = &subjects[targets[*target].subject];
            let called = header.strip_suffix("ids").or(header.strip_suffix("id")).unwrap_or(&header);
            to.organizations
                && to.source == subject.source
                && (called == to.core || called.strip_prefix("associated").is_some_and(|rest| rest == to.core))
        })
    })
}

/// What the reading of an object found, and what of it is needed later.
fn finish(
    conn: &Connection,
    pass: &mut Pass<'_>,
    own: &[String],
    rules: &Rules,
    made: &mut Made,
    job: &Job,
) -> Result<Read, SourcesError> {
    let subject = pass.subject;
    let mut addresses: Addresses = std::mem::take(&mut pass.addresses);
    let tally = addresses.tally();
    let shared = match pass.email.filter(|_| subject.people) {
        Some(column) => people::judge(conn, subject, column, addresses, rules, job)?,
        None => people::Shared::default(),
    };
    made.kept.extend(report::findings_of(pass, &shared, own, rules));
    let mut domains = std::mem::take(&mut pass.domains);
    domains.settle();
    Ok(Read {
        addresses: tally,
        domains,
        domain_column: subject.site(rules).or(pass.email),
        is_site: subject.site(rules).is_some(),
        email: pass.email,
        sketch: pass.take_sketch(),
    })
}

#[allow(clippy::too_many_arguments)]
fn relations_of(
    conn: &Connection,
    pass: &mut Pass<'_>,
    subjects: &[Subject],
    latest: &Latest,
    decided: &[Decided],
    targets: &[Target],
    made: &mut Made,
    in_charge: &mut BTreeMap<usize, Vec<(Bits, Spelling, usize)>>,
    rules: &Rules,
    job: &Job,
) -> Result<(), SourcesError> {
    let subject = pass.subject;
    for mut pointing in std::mem::take(&mut pass.pointing) {
        let d = &decided[pointing.decided];
        let mut because = d.because.clone();
        let relation = |id: usize, to: Option<&Target>, to_name: String| Relation {
            id: id as i64 + 1,
            from: subject.id,
            column: d.column,
            column_name: subject.column_name(d.column).to_owned(),
            to: to.map(|target| subjects[target.subject].id),
            to_name,
            to_column: to.map(|target| target.column),
            filled: 0,
            met: 0,
            merged_away: 0,
            orphans: 0,
            reached: 0,
            hierarchy: None,
            because: String::new(),
        };
        let orphans = pointing.orphans.recs.len();
        if d.targets.is_empty() {
            if orphans > 0 {
                let mut relation = relation(made.relations.len(), None, d.to_name.clone());
                (relation.filled, relation.orphans, relation.because) = (orphans, orphans, because);
                made.relations.push(relation);
            }
            continue;
        }
        let shape: Option<(Hierarchy, Vec<u32>)> = pointing.parents.take().map(|parents| hierarchy::shape(&parents));
        let mut cycle_recs = RecList::default();
        if let Some((_, members)) = shape.as_ref().filter(|(_, members)| !members.is_empty()) {
            cycle_recs = recs_of_keys(conn, subject, latest, pointing.ends.first(), members, d.spelling, job)?;
        }
        let mut first = None;
        for (place, (end, target)) in pointing.ends.into_iter().zip(&d.targets).enumerate() {
            let to = &subjects[targets[*target].subject];
            let mut relation = relation(made.relations.len(), Some(&targets[*target]), to.title());
            relation.met = end.met;
            relation.merged_away = end.merged;
            relation.reached = end.reached.count();
            relation.orphans = if place == 0 { orphans } else { 0 };
            relation.filled = relation.met + relation.orphans;
            relation.hierarchy = shape.as_ref().filter(|_| place == 0).map(|(shape, _)| shape.clone());
            relation.because = std::mem::take(&mut because);
            if place > 0 {
                relation.because = format!("the same column holds IDs of {} too", to.name);
            }
            if relation.filled == 0 {
                continue;
            }
            first = first.or(Some(relation.id));
            if wholes::is_charge(subject.column_name(d.column), rules) && to.people {
                in_charge.entry(*target).or_default().push((end.reached, d.spelling, d.column));
            }
            made.relations.push(relation);
        }
        let name = subject.column_name(d.column);
        let native = d.targets.iter().any(|target| targets[*target].native);
        if let Some(id) = first.filter(|_| orphans > 0 && !native) {
            made.orphans.push((id, std::mem::take(&mut pointing.orphans.recs)));
        } else if orphans > 0
            && let Some(id) = first
        {
            let to = if d.targets.len() > 1 {
                "none of the objects it points to".to_owned()
            } else {
                format!("no record of {}", d.to_name)
            };
            let rule = format!(
                "{name} is filled and names {to}; {} that was merged away counts as met.",
                if d.targets.len() > 1 { "one" } else { "an ID" }
            );
            let found = std::mem::take(&mut pointing.orphans);
            let values = found.values.top();
            let mut kept = report::finding(subject, Kind::BrokenRelation, Some(d.column), found.recs, values, rule);
            kept.relation = Some(id);
            made.kept.push(kept);
        }
        if !cycle_recs.is_empty() {
            let rule = format!("{name} leads in a circle: a record is above itself.");
            made.kept.push(report::finding(
                subject,
                Kind::BrokenRelation,
                Some(d.column),
                cycle_recs,
                Vec::new(),
                rule,
            ));
        }
    }
    Ok(())
}

/// The records with these numbers in a set of keys.
fn recs_of_keys(
    conn: &Connection,
    subject: &Subject,
    latest: &Latest,
    end: Option<&End<'_>>,
    numbers: &[u32],
    spelling: Spelling,
    job: &Job,
) -> Result<RecList, SourcesError> {
    let (Some(end), Some(native)) = (end, subject.native()) else { return Ok(RecList::default()) };
    let mut recs = RecList::default();
    let mut rows = 0u64;
    store::scan::<SourcesError>(conn, subject.id, latest, &[native], |rec, cells| {
        rows += 1;
        if rows.is_multiple_of(AT_ONCE) {
            job.check()?;
        }
        let number = cells.get(0).and_then(|id| end.keys.find(keys::key(id, spelling)));
        if number.is_some_and(|number| numbers.binary_search(&number).is_ok()) {
            recs.push(rec);
        }
        Ok(())
    })?;
    Ok(recs)
}
