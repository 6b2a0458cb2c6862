//! Whom an ID in a reference or a look-up means: the one record of another object that has it as its native ID, after the
//! merges that the source itself made were followed to their end. Spellings of an ID meet as in `values::identifier`; IDs
//! of Salesforce that differ by case are two. What cannot be said for certain is a fault: nothing picks the first of two.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};
use twox_hash::XxHash3_64;

use super::kept;
use crate::mapping::MappingError;
use crate::mapping::recipe::{Outcome, Recipe};
use crate::model::keys;
use crate::sources::load::merges;
use crate::sources::store::catalog::{self, Stretches};
use crate::sources::store::latest::Latest;
use crate::sources::store::{TABLE_COLUMNS, data_table};
use crate::sources::{ColumnRole, ObjectId};
use crate::values::{identifier, salesforce};
use crate::workspace::sql::quote_name;

/// The function of recipes that give the durable key of the record that an ID means.
pub const REFERENCE: &str = "reference";
/// The function of recipes that give a value of the record that an ID means.
pub const LOOK_UP: &str = "look up";

/// More merges than this in one chain are taken for a circle.
const LONGEST_CHAIN: usize = 10_000;

/// Whether the outcomes of a recipe depend on other records than the one that its input stands in.
#[must_use]
pub fn is_reference(recipe: &Recipe) -> bool {
    matches!(recipe.function.as_str(), REFERENCE | LOOK_UP)
}

/// What the parameters of such a recipe say.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct Parameters {
    /// Whose durable keys are given.
    pub entity: String,
    pub source: String,
    pub object: String,
    /// The column that is looked up.
    pub column: String,
}

impl Parameters {
    /// # Errors
    /// If the parameters are no JSON object.
    pub fn of(recipe: &Recipe) -> Result<Self, MappingError> {
        serde_json::from_str(&recipe.parameters).map_err(|_| MappingError::Refused {
            message: format!("The parameters of the recipe {} do not hold.", recipe.function),
            hint: "Write the rule of the field again.".to_owned(),
        })
    }

    /// The object that is referred to, where it is loaded.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn object(&self, conn: &Connection) -> rusqlite::Result<Option<ObjectId>> {
        Ok(catalog::find_object(conn, &self.source, &self.object)?.map(ObjectId))
    }
}

/// The objects of a source whose rows tell of merges of one of its objects.
fn tellers(conn: &Connection, source: &str, object: &str) -> rusqlite::Result<Vec<i64>> {
    let mut names = vec![object.to_owned()];
    let told = catalog::merges_told(conn)?;
    let tells = told.into_iter().filter(|told| told.source == source && told.of.as_deref() == Some(object));
    names.extend(tells.map(|told| told.teller));
    names.dedup();
    let objects = catalog::objects_of(conn, source)?;
    Ok(names.iter().filter_map(|name| objects.iter().find(|(_, of)| of == name)).map(|(id, _)| *id).collect())
}

/// The state of everything that decides the outcomes of a reference beside its input.
///
/// # Errors
/// If the database cannot be read.
pub fn stamp(conn: &Connection, parameters: &Parameters) -> rusqlite::Result<String> {
    let Some(object) = parameters.object(conn)? else { return Ok("not loaded".to_owned()) };
    let (source, _, name) = catalog::object_names(conn, object.0)?;
    let columns = catalog::columns_of(conn, object.0)?;
    let native = columns.iter().position(|column| column.role == ColumnRole::NativeId);
    let mut text = format!("1 {} {native:?}", parameters.entity);
    let mut statement = conn.prepare_cached(
        "SELECT id, first_rec, last_rec, content, order_at, order_id FROM load
         WHERE object = ?1 AND state = 'complete' ORDER BY order_at, order_id, id",
    )?;
    for of in tellers(conn, &source, &name)? {
        text.push_str(&format!("\n{of}"));
        let mut rows = statement.query([of])?;
        while let Some(row) = rows.next()? {
            let numbers: [i64; 4] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
            text.push_str(&format!(" {numbers:?}{}{}", row.get::<_, String>(4)?, row.get::<_, i64>(5)?));
        }
    }
    Ok(super::digest(&text))
}

/// Whom the IDs of an object mean.
#[derive(Debug)]
pub struct Directory {
    parameters: Parameters,
    /// As people call it.
    name: String,
    /// Where a native ID and a looked-up value stand; `None`: no ID means anything.
    place: Option<Place>,
    /// Hash of the folded native ID, and the latest row that has it; sorted.
    natives: Vec<(u64, i64)>,
    /// By the folded ID of the loser: (loser, winner), the one that counts first.
    merges: HashMap<String, Vec<(String, String)>, foldhash::fast::FixedState>,
}

#[derive(Debug)]
struct Place {
    native_sql: String,
    record_sql: String,
    /// The looked-up value, and whether it stands among those beyond the columns of the table, at which place.
    value_sql: Option<(String, Option<usize>)>,
}

fn hash_of(id: &str) -> u64 {
    XxHash3_64::oneshot(merges::folded(id.trim()).as_bytes())
}

/// Whether two spellings are one ID.
fn same_id(a: &str, b: &str) -> bool {
    fn surely_salesforce(id: &str) -> bool {
        salesforce::is_18(id)
            || salesforce::is_15_shape(id)
                && id.bytes().any(|b| b.is_ascii_uppercase())
                && id.bytes().any(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    }
    let (a, b) = (a.trim(), b.trim());
    if (surely_salesforce(a) || surely_salesforce(b))
        && let (Some(a), Some(b)) = (salesforce::to_15(a), salesforce::to_15(b))
    {
        return a == b;
    }
    identifier::fold_id(a) == identifier::fold_id(b)
}

impl Directory {
    /// Reads the IDs of the object that a recipe names: 16 bytes of memory for each of its records.
    ///
    /// # Errors
    /// If the recipe does not hold or the database cannot be read.
    pub fn read(conn: &Connection, recipe: &Recipe) -> Result<Arc<Self>, MappingError> {
        let parameters = Parameters::of(recipe)?;
        let mut directory = Self {
            name: parameters.object.clone(),
            place: None,
            natives: Vec::new(),
            merges: HashMap::default(),
            parameters,
        };
        let Some(object) = directory.parameters.object(conn)? else { return Ok(Arc::new(directory)) };
        let (source, _, name) = catalog::object_names(conn, object.0)?;
        let columns = catalog::columns_of(conn, object.0)?;
        let native = columns.iter().position(|column| column.role == ColumnRole::NativeId);
        let Some(native) = native.filter(|at| *at < TABLE_COLUMNS) else { return Ok(Arc::new(directory)) };
        let (table, view) = (data_table(object.0), quote_name(&kept::view_of(conn, object.0)?));
        let value_sql = if recipe.function == LOOK_UP {
            let wanted = &directory.parameters.column;
            let Some(at) = columns.iter().position(|column| column.name == *wanted) else {
                return Err(MappingError::Refused {
                    message: format!("{name} has no column {}.", crate::values::shown::Shown::of(wanted).to_plain()),
                    hint: "Choose another column to look up.".to_owned(),
                });
            };
            let beyond = at.checked_sub(TABLE_COLUMNS);
            let column = beyond.map_or_else(|| format!("c{at}"), |_| "more".to_owned());
            Some((format!("SELECT {column} FROM {table} WHERE rec = ?1"), beyond))
        } else {
            None
        };
        directory.place = Some(Place {
            native_sql: format!("SELECT c{native} FROM {table} WHERE rec = ?1"),
            record_sql: format!("SELECT record FROM {view} WHERE rec = ?1"),
            value_sql,
        });
        directory.read_natives(conn, object, &table, native)?;
        directory.read_merges(conn, &source, &name)?;
        directory.name = name;
        Ok(Arc::new(directory))
    }

    fn read_natives(
        &mut self,
        conn: &Connection,
        object: ObjectId,
        table: &str,
        native: usize,
    ) -> rusqlite::Result<()> {
        let stretches = Stretches::read(conn)?;
        let latest = Latest::of(conn, &stretches, object)?;
        self.natives = Vec::with_capacity(usize::try_from(latest.len()).unwrap_or(0));
        let mut statement =
            conn.prepare(&format!("SELECT rec, c{native} FROM {table} WHERE rec BETWEEN ?1 AND ?2 ORDER BY rec"))?;
        for (first, last, _) in stretches.of_object(object) {
            let mut rows = statement.query([first, last])?;
            while let Some(row) = rows.next()? {
                let rec: i64 = row.get(0)?;
                let id = row.get_ref(1)?.as_str_or_null().unwrap_or(None).map(str::trim).filter(|id| !id.is_empty());
                if let Some(id) = id.filter(|_| latest.has(rec)) {
                    self.natives.push((hash_of(id), rec));
                }
            }
        }
        self.natives.sort_unstable();
        Ok(())
    }

    fn read_merges(&mut self, conn: &Connection, source: &str, object: &str) -> rusqlite::Result<()> {
        let mut statement = conn.prepare(
            "SELECT m.loser_folded, m.loser, m.winner FROM source_merge m JOIN load l ON l.id = m.load AND l.state = 'complete'
             WHERE m.object = ?1 ORDER BY m.at IS NULL, m.id DESC",
        )?;
        for teller in tellers(conn, source, object)? {
            let mut rows = statement.query([teller])?;
            while let Some(row) = rows.next()? {
                let told = self.merges.entry(row.get(0)?).or_default();
                let pair: (String, String) = (row.get(1)?, row.get(2)?);
                if !told.contains(&pair) {
                    told.push(pair);
                }
            }
        }
        Ok(())
    }

    /// The ID that another was merged into by its source; as it is where it was not. `Err`: why there is none.
    fn survivor(&self, id: &str) -> Result<String, String> {
        let mut at = id.trim().to_owned();
        let mut met = vec![at.clone()];
        loop {
            let told = self.merges.get(&merges::folded(&at));
            let Some((_, winner)) = told.and_then(|told| told.iter().find(|(loser, _)| same_id(loser, &at))) else {
                return Ok(at);
            };
            if met.len() > LONGEST_CHAIN || met.iter().any(|before| same_id(before, winner)) {
                return Err("merged in a circle".to_owned());
            }
            at = winner.trim().to_owned();
            met.push(at.clone());
        }
    }

    /// The latest rows whose native ID this is.
    fn rows_of(&self, conn: &Connection, place: &Place, id: &str) -> rusqlite::Result<Vec<i64>> {
        let hash = hash_of(id);
        let from = self.natives.partition_point(|(other, _)| *other < hash);
        let mut statement = conn.prepare_cached(&place.native_sql)?;
        let mut found = Vec::new();
        for (_, rec) in self.natives[from..].iter().take_while(|(other, _)| *other == hash) {
            let native: Option<String> = statement.query_row([rec], |row| row.get(0)).optional()?.flatten();
            if native.is_some_and(|native| same_id(&native, id)) {
                found.push(*rec);
            }
        }
        Ok(found)
    }

    /// What an ID comes to.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn resolve(&self, conn: &Connection, input: &str) -> rusqlite::Result<Outcome> {
        self.resolve_with(conn, input, &|record, _| keys::of_record(conn, &self.parameters.entity, record))
    }

    /// The same before durable keys were given: with those that there will be.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn foresee(&self, conn: &Connection, input: &str) -> rusqlite::Result<Outcome> {
        let object = self.parameters.object(conn)?;
        self.resolve_with(conn, input, &|_, rec| match object {
            Some(object) => keys::foreseen(conn, &self.parameters.entity, object, rec),
            None => Ok(None),
        })
    }

    /// `key_of` gives the durable key of a record, by its record key and row.
    fn resolve_with(
        &self,
        conn: &Connection,
        input: &str,
        key_of: &dyn Fn(&str, i64) -> rusqlite::Result<Option<String>>,
    ) -> rusqlite::Result<Outcome> {
        let Some(place) = &self.place else {
            let why = if self.parameters.object(conn)?.is_some() { "has no native ID" } else { "is not loaded" };
            return Ok(Outcome::Fault(format!("{} {why}", self.name)));
        };
        let survivor = match self.survivor(input) {
            Ok(survivor) => survivor,
            Err(why) => return Ok(Outcome::Fault(why)),
        };
        let rows = self.rows_of(conn, place, &survivor)?;
        let rec = match rows.as_slice() {
            [one] => *one,
            [] if same_id(&survivor, input) => return Ok(Outcome::Fault(format!("no {} has this ID", self.name))),
            [] => return Ok(Outcome::Fault(format!("merged into an ID that no {} has", self.name))),
            _ => return Ok(Outcome::Fault("two records share this ID".to_owned())),
        };
        if let Some((sql, beyond)) = &place.value_sql {
            let text: Option<String> =
                conn.prepare_cached(sql)?.query_row([rec], |row| row.get(0)).optional()?.flatten();
            let value = match beyond {
                None => text,
                Some(at) => {
                    let rest: Vec<Option<String>> =
                        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
                    rest.into_iter().nth(*at).flatten()
                }
            };
            let value = value.as_deref().map(str::trim).filter(|value| !value.is_empty());
            return Ok(value.map_or(Outcome::Nothing, |value| Outcome::Value(value.to_owned())));
        }
        let record: Option<String> =
            conn.prepare_cached(&place.record_sql)?.query_row([rec], |row| row.get(0)).optional()?;
        let key = match record {
            Some(record) => key_of(&record, rec)?,
            None => None,
        };
        Ok(key.map_or_else(|| Outcome::Fault(format!("its {} has no key", self.name)), Outcome::Value))
    }
}
