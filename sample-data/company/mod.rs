//! Larkfield, a company that never was: who its customers are, and what seven systems say of them. `generate` is the only
//! way in. Everything follows from the seed; nothing from the clock, the machine or the order of a hash map.

mod archive;
mod calendar;
mod cast;
mod companies;
mod dice;
mod hubspot;
mod keys;
mod partners;
mod people;
mod product;
mod renewals;
mod salesforce;
mod salesforce_people;
mod smudge;
mod staff;
mod stripe;
mod table;
mod truth;
mod usage;
mod vocabulary;
mod workbook;
mod world;
mod zendesk;
mod zendesk_people;

use truth::Export;

/// The seed of the sample that is committed.
pub const SEED: u64 = 20_251_117;

/// The whole sample.
pub struct Sample {
    /// Path and bytes of each export, as in the archive.
    pub exports: Vec<(String, Vec<u8>)>,
    /// Name and bytes of each file of the truth.
    pub truth: Vec<(String, Vec<u8>)>,
    /// The exports as one zip.
    pub archive: Vec<u8>,
    /// The table of the planted traps, as the README shows it.
    pub traps: String,
}

/// Makes the sample of `seed`: the same bytes for the same seed, on any machine.
pub fn generate(seed: u64) -> Sample {
    let mut world = world::World::new(seed);
    let mut exports: Vec<Export> = Vec::new();
    exports.extend(salesforce::exports(&mut world));
    exports.extend(salesforce_people::exports(&mut world));
    exports.extend(stripe::exports(&mut world));
    exports.extend(zendesk_people::exports(&mut world));
    exports.extend(zendesk::exports(&mut world));
    exports.extend(hubspot::exports(&mut world));
    exports.extend(product::exports(&mut world));
    exports.extend(usage::exports(&mut world));
    exports.extend(renewals::exports(&mut world));
    exports.extend(partners::exports(&mut world));
    exports.sort_by(|one, other| one.path.cmp(&other.path));
    let truth = world.truth.files(&exports);
    let traps = summary(&world, &exports);
    let members: Vec<(String, Vec<u8>, calendar::Day)> =
        exports.into_iter().map(|export| (export.path, export.bytes, export.as_of)).collect();
    let archive = archive::zip(&members);
    let exports = members.into_iter().map(|(path, bytes, _)| (path, bytes)).collect();
    Sample { archive, exports, truth, traps }
}

fn summary(world: &world::World, exports: &[Export]) -> String {
    let (people, companies) = world.truth.population();
    let records: usize = exports.iter().map(|export| export.rows - export.quarantined).sum();
    let quarantined: usize = exports.iter().map(|export| export.quarantined).sum();
    let rows = records + quarantined;
    let mut text = format!(
        "{rows} rows = {records} records + {quarantined} quarantined, in {} files; {people} people, {companies} companies.\n\n",
        exports.len()
    );
    text.push_str("| file | rows | quarantined |\n| --- | ---: | ---: |\n");
    for export in exports {
        text.push_str(&format!("| `{}` | {} | {} |\n", export.path, export.rows, export.quarantined));
    }
    text.push_str("\n| trap | planted | where |\n| --- | ---: | --- |\n");
    for (name, count, places) in world.truth.counts() {
        text.push_str(&format!("| {name} | {count} | {places} |\n"));
    }
    text
}
