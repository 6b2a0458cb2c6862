//! Which system and which object a file is of: by its header first, then by the names of file, folder and archive. Looks
//! at names and the header only. Headers that few objects have weigh more than those that many have.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use super::form::{Form, Preset, PresetObject, ResultFile};
use crate::sources::columns;

/// Where a file was found.
#[derive(Debug, Clone, Default)]
pub struct Place<'a> {
    /// Names of its folder and archive, the nearest first.
    pub folders: Vec<&'a str>,
    /// What its name makes of its object: without date and ending.
    pub name: &'a str,
    /// Its name as it is.
    pub file: &'a str,
}

/// The first rows of a file.
pub type Sample<'a> = &'a [Vec<Option<String>>];

/// What a file was recognised as. A proposal.
#[derive(Debug, Clone)]
pub struct Recognised<'p> {
    pub preset: &'p Preset,
    /// `None`: an object of the system that the preset does not list.
    pub object: Option<&'p PresetObject>,
    /// The header by which it is known; `None`: only names say so.
    pub form: Option<&'p Form>,
    /// Part of the weight of the characteristic headers that is there, 0 to 1; names alone give at most 0.4.
    pub score: f64,
    /// The header says so, nothing else fits as well, and no name contradicts.
    pub certain: bool,
    /// Which part of the object's export it is.
    pub segment: Option<&'p str>,
    /// It is no export but what a tool wrote about its work.
    pub result: Option<&'p ResultFile>,
    /// Why, as a sentence without its stop.
    pub evidence: String,
}

impl Recognised<'_> {
    /// What `object.preset` holds.
    #[must_use]
    pub fn name(&self) -> String {
        self.preset.name_of(self.object)
    }

    /// What the object is called where its file's name says nothing: `Contact`, `Opportunity success`.
    #[must_use]
    pub fn object_name(&self) -> Option<String> {
        let object = self.object?;
        Some(match self.result {
            Some(result) => format!("{} {}", object.name, result.name),
            None => object.name.clone(),
        })
    }
}

/// A header as it is compared: letters and digits alone, in lower case, without the `property_` of connectors.
#[must_use]
pub fn fold_header(header: &str) -> String {
    let header = header.trim_start_matches('\u{feff}');
    let header = header.strip_prefix("property_").or_else(|| header.strip_prefix("properties.")).unwrap_or(header);
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a name of a folder, archive or file has a word that names the system.
#[must_use]
pub(super) fn says_system(preset: &Preset, name: &str) -> bool {
    let words = columns::header_words(name);
    let whole = fold_header(name);
    std::iter::once(&preset.name).chain(&preset.words).any(|word| says_word(&words, &whole, word))
}

fn says_word(words: &[String], whole: &str, word: &str) -> bool {
    let folded = fold_header(word);
    words.contains(&folded)
        // Several words stand side by side: `product database`, `data loader`.
        || columns::header_words(word).len() > 1
            && words.windows(columns::header_words(word).len()).any(|some| some.concat() == folded)
        || folded.len() > 5 && whole.contains(&folded)
}

/// One header by which something is known.
struct Entry {
    preset: usize,
    /// `None`: the system alone.
    object: Option<usize>,
    form: usize,
    headers: Vec<String>,
    must: Vec<String>,
    without: Vec<String>,
    needed: usize,
    weight: f64,
}

/// Presets made ready for looking up headers.
struct Index {
    entries: Vec<Entry>,
    /// Entries that list a header as characteristic.
    by_header: HashMap<String, Vec<usize>>,
    weights: HashMap<String, f64>,
    /// Objects (preset, object) by the words of their names.
    by_name: HashMap<String, Vec<(usize, usize)>>,
    /// Words of each preset, folded, with how many words each is.
    systems: Vec<Vec<(String, usize)>>,
}

impl Index {
    fn of(presets: &[Preset]) -> Self {
        let mut entries = Vec::new();
        let mut by_name: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        let mut objects = 0usize;
        let mut owners: BTreeMap<String, HashSet<(usize, Option<usize>)>> = BTreeMap::new();
        let mut systems = Vec::new();
        for (at, preset) in presets.iter().enumerate() {
            let words = std::iter::once(&preset.name).chain(&preset.words);
            systems.push(words.map(|word| (fold_header(word), columns::header_words(word).len())).collect());
            let listed = preset.objects.iter().enumerate().map(|(n, object)| (Some(n), object.forms.as_slice()));
            for (object, forms) in std::iter::once((None, preset.forms.as_slice())).chain(listed) {
                objects += 1;
                for (n, form) in forms.iter().enumerate() {
                    let headers: Vec<String> = form.header.iter().map(|h| fold_header(h)).collect();
                    for header in &headers {
                        owners.entry(header.clone()).or_default().insert((at, object));
                    }
                    entries.push(Entry {
                        preset: at,
                        object,
                        form: n,
                        headers,
                        must: form.must.iter().map(|h| fold_header(h)).collect(),
                        without: form.without.iter().map(|h| fold_header(h)).collect(),
                        needed: form.needed(),
                        weight: 0.0,
                    });
                }
            }
            for (n, object) in preset.objects.iter().enumerate() {
                for name in std::iter::once(&object.name).chain(&object.names) {
                    let list = by_name.entry(columns::thing(name)).or_default();
                    if !list.contains(&(at, n)) {
                        list.push((at, n));
                    }
                }
            }
        }
        let all = objects.max(1) as f64;
        let weights: HashMap<String, f64> = owners
            .into_iter()
            .map(|(header, owners)| (header, (1.0 + all / owners.len() as f64).ln() / (1.0 + all).ln()))
            .collect();
        let mut by_header: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, entry) in entries.iter_mut().enumerate() {
            entry.weight = entry.headers.iter().map(|h| weights.get(h).copied().unwrap_or(0.0)).sum();
            for header in &entry.headers {
                by_header.entry(header.clone()).or_default().push(at);
            }
        }
        Self { entries, by_header, weights, by_name, systems }
    }

    /// Which systems a name speaks of.
    fn systems_in(&self, name: &str) -> Vec<usize> {
        let words = columns::header_words(name);
        let whole = fold_header(name);
        let says = |(folded, count): &(String, usize)| {
            words.contains(folded)
                || *count > 1 && words.windows(*count).any(|some| some.concat() == *folded)
                || folded.len() > 5 && whole.contains(folded.as_str())
        };
        (0..self.systems.len()).filter(|at| self.systems[*at].iter().any(says)).collect()
    }
}

/// Recognises a file among the presets in use.
#[must_use]
pub fn recognise(place: &Place<'_>, header: &[String]) -> Option<Recognised<'static>> {
    static INDEX: OnceLock<Index> = OnceLock::new();
    let presets = super::all();
    among(presets, INDEX.get_or_init(|| Index::of(presets)), place, header)
}

/// Recognises a file among these presets.
#[must_use]
pub fn recognise_among<'p>(presets: &'p [Preset], place: &Place<'_>, header: &[String]) -> Option<Recognised<'p>> {
    among(presets, &Index::of(presets), place, header)
}

/// How well a header fits.
struct Fit {
    entry: usize,
    found: usize,
    share: f64,
    rank: f64,
    system_named: bool,
    object_named: bool,
    contradicted: bool,
}

fn among<'p>(presets: &'p [Preset], index: &Index, place: &Place<'_>, header: &[String]) -> Option<Recognised<'p>> {
    let folded: HashSet<String> = header.iter().map(|h| fold_header(h)).filter(|h| !h.is_empty()).collect();
    let systems: Vec<usize> = place.folders.iter().flat_map(|name| index.systems_in(name)).collect();
    let in_name = index.systems_in(place.file);
    let named = index.by_name.get(&columns::thing(place.name));
    let mut found: BTreeMap<usize, (usize, f64)> = BTreeMap::new();
    for header in &folded {
        for entry in index.by_header.get(header).into_iter().flatten() {
            found.entry(*entry).or_default().0 += 1;
        }
    }
    for (at, (_, weight)) in &mut found {
        // Summed in the order of the preset, so that the sum is the same each time.
        let there = index.entries[*at].headers.iter().filter(|h| folded.contains(*h));
        *weight = there.map(|h| index.weights.get(h).copied().unwrap_or(0.0)).sum();
    }
    let mut fits: Vec<Fit> = Vec::new();
    for (at, (count, weight)) in found {
        let entry = &index.entries[at];
        let preset = &presets[entry.preset];
        let form = form_of(preset, entry);
        let system_named = systems.contains(&entry.preset) || in_name.contains(&entry.preset);
        let object_named = entry.object.is_some_and(|o| named.is_some_and(|list| list.contains(&(entry.preset, o))));
        let fails = count < entry.needed
            || entry.must.iter().any(|h| !folded.contains(h))
            || entry.without.iter().any(|h| folded.contains(h))
            || form.only_named && !system_named
            || entry.weight <= 0.0;
        if fails {
            continue;
        }
        let share = weight / entry.weight;
        let contradicted = !system_named && !systems.is_empty();
        let mut rank = weight * share;
        rank *= if system_named { 1.5 } else { 1.0 };
        rank *= if object_named { 1.4 } else { 1.0 };
        rank *= if contradicted { 0.4 } else { 1.0 };
        fits.push(Fit { entry: at, found: count, share, rank, system_named, object_named, contradicted });
    }
    // An object that is known goes before the system alone.
    let listed: HashSet<usize> =
        fits.iter().map(|f| &index.entries[f.entry]).filter(|e| e.object.is_some()).map(|e| e.preset).collect();
    fits.retain(|fit| {
        let entry = &index.entries[fit.entry];
        entry.object.is_some() || !listed.contains(&entry.preset)
    });
    fits.sort_by(|a, b| b.rank.total_cmp(&a.rank).then(a.entry.cmp(&b.entry)));
    let Some(best) = fits.first() else { return by_names(presets, index, place, &systems, &folded) };
    let entry = &index.entries[best.entry];
    let preset = &presets[entry.preset];
    let form = form_of(preset, entry);
    let rival = |part: f64| {
        fits.iter().skip(1).find(|fit| {
            let other = &index.entries[fit.entry];
            (other.preset, other.object) != (entry.preset, entry.object) && fit.rank > part * best.rank
        })
    };
    // Reports hold what somebody chose of an object's columns: with some of them, nothing else may come near.
    let strong = best.share >= 0.75 && best.found >= 4
        || best.share >= 0.55 && best.system_named
        || best.share >= 0.4 && best.found >= 6 && rival(0.5).is_none();
    let rival = rival(0.9);
    let mut object = entry.object.and_then(|at| preset.objects.get(at));
    if object.is_none() {
        // The header says the system, the file's name the object.
        object =
            named.into_iter().flatten().find(|(p, _)| *p == entry.preset).and_then(|(_, o)| preset.objects.get(*o));
    }
    let certain = strong && rival.is_none() && !best.contradicted;
    let mut evidence = format!(
        "{}{}{} of {} characteristic headers",
        preset.name,
        object.map(|object| format!(" {}", object.name)).unwrap_or_default(),
        if form.name.is_empty() { format!(": {}", best.found) } else { format!(", {}: {}", form.name, best.found) },
        form.header.len()
    );
    if best.system_named {
        evidence.push_str("; its place names the system");
    }
    if best.object_named {
        evidence.push_str("; its name is the object's");
    }
    if let Some(rival) = rival {
        let other = &index.entries[rival.entry];
        let preset = &presets[other.preset];
        evidence.push_str(&format!(
            "; {} fits nearly as well",
            preset.name_of(other.object.and_then(|at| preset.objects.get(at))).replace('/', " ")
        ));
    }
    if best.contradicted {
        evidence.push_str("; its place names another system");
    }
    Some(Recognised {
        preset,
        object,
        form: Some(form),
        score: best.share,
        certain,
        segment: object.and_then(|object| segment_of(object, place, &folded)),
        result: result_of(preset, object, place, header),
        evidence,
    })
}

fn form_of<'p>(preset: &'p Preset, entry: &Entry) -> &'p Form {
    // The index was made of these presets.
    match entry.object {
        Some(object) => &preset.objects[object].forms[entry.form],
        None => &preset.forms[entry.form],
    }
}

/// Where no header is known: the place names the system, and perhaps the file's name the object.
fn by_names<'p>(
    presets: &'p [Preset],
    index: &Index,
    place: &Place<'_>,
    systems: &[usize],
    folded: &HashSet<String>,
) -> Option<Recognised<'p>> {
    let at = *systems.first()?;
    if systems.iter().any(|other| *other != at) {
        return None;
    }
    let preset = &presets[at];
    let named = index.by_name.get(&columns::thing(place.name));
    let object = named.into_iter().flatten().find(|(p, _)| *p == at).and_then(|(_, o)| preset.objects.get(*o));
    // An object whose header is known and is not there is something else of that name.
    let object = object.filter(|object| {
        object.forms.is_empty()
            || object.forms.iter().any(|form| {
                let there = form.header.iter().filter(|h| folded.contains(&fold_header(h))).count();
                there * 4 >= form.needed()
            })
    });
    let evidence = match object {
        Some(object) => format!("{} {}: only the names of file and place say so", preset.name, object.name),
        None => format!("{}: only the name of its place says so", preset.name),
    };
    Some(Recognised {
        preset,
        object,
        form: None,
        score: if object.is_some() { 0.4 } else { 0.2 },
        certain: false,
        segment: object.and_then(|object| segment_of(object, place, folded)),
        result: None,
        evidence,
    })
}

fn segment_of<'p>(object: &'p PresetObject, place: &Place<'_>, folded: &HashSet<String>) -> Option<&'p str> {
    let by_header =
        object.segments.iter().find(|segment| segment.header.iter().any(|h| folded.contains(&fold_header(h))));
    let words = columns::header_words(place.name);
    by_header
        .or_else(|| {
            object.segments.iter().find(|segment| segment.names.iter().any(|name| words.contains(&fold_header(name))))
        })
        .map(|segment| segment.name.as_str())
}

/// Whether a tool wrote the file about its own work: the tool's column stands last and is none of the object's.
fn result_of<'p>(
    preset: &'p Preset,
    object: Option<&PresetObject>,
    place: &Place<'_>,
    header: &[String],
) -> Option<&'p ResultFile> {
    if preset.results.is_empty() {
        return None;
    }
    let name = place.name.to_lowercase();
    let known = preset.columns_of(object);
    preset.results.iter().find(|result| {
        let wanted: Vec<String> = result.header.iter().map(|h| fold_header(h)).collect();
        let last: Vec<String> = header.iter().rev().take(wanted.len()).rev().map(|h| fold_header(h)).collect();
        let named = result.names.iter().any(|own| name.starts_with(&own.to_lowercase()));
        last == wanted && (named || wanted.iter().all(|h| !known.contains_key(h)))
    })
}
