//! A map as one readable SQL SELECT per object and entity. What value functions made of each distinct input stands in the
//! table `value_outcome`, which the SELECT joins, so that any SQLite tool can run it. `field` makes SQL of one rule,
//! `value_map` of a value map, `limits` of what a field allows, `assemble` the whole text.

mod assemble;
mod field;
mod limits;
mod ready;
#[cfg(test)]
pub(in crate::mapping) mod tests;
mod text;
mod value_map;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};

pub use self::text::{capital, input_of};

use self::field::{Fault, FieldSql, plain};
use self::ready::Ready;
use super::recipe::{self, Recipe};
use super::rule::Rule;
use super::{FieldRule, MapKey, MappingError, ObjectMap, expression};
use crate::model::users::{self, UserList};
use crate::model::{self, Entity};
use crate::sources::store::{TABLE_COLUMNS, catalog};
use crate::sources::{ObjectId, store as sources_store};
use crate::workspace::sql::{quote_name, quote_text};

/// A compiled map.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compiled {
    pub key: MapKey,
    /// The SELECT. Its columns: `key` (durable), `record` (record key), `rec`, every field of the entity that has a rule or a
    /// policy, by name, in the entity's order, then `excluded` (the reason, or NULL) and `rejects` (a JSON array of
    /// `{"field","value","rule","reason"}`, or NULL). A field that could not be converted is NULL and is in `rejects`.
    pub sql: String,
    /// The same SELECT for rows with `rec BETWEEN ?1 AND ?2`, in the order of `rec`.
    pub stretch_sql: String,
    /// [`Self::stretch_sql`] with one more column per field after `rejects`, in the order of [`Self::fields`]: an integer, the
    /// sum of [`FILLED`], [`MISSING`] and [`CHANGED`] where they hold.
    pub counting_sql: String,
    /// What the SELECT reads, as `r`: the object's public view, and beside its columns what is worked out of one column once
    /// for all fields. [`Need::input_sql`] stands over it.
    pub from_sql: String,
    /// Names of the fields, in the order of the SELECT's columns from the fourth.
    pub fields: Vec<String>,
    /// What must stand in the table of outcomes before it runs: recipe, and the SQL expression of its input over the
    /// object's row.
    pub needs: Vec<Need>,
}

/// In [`Compiled::counting_sql`]: the columns of the rule hold something.
pub const FILLED: i64 = 1;
/// The field wants a value and the rule made none, without a reject: what the policy is for.
pub const MISSING: i64 = 2;
/// Filled, and the value after is another text than before.
pub const CHANGED: i64 = 4;

/// See [`Compiled::needs`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub recipe: Recipe,
    /// Positions of the columns that the input is made of.
    pub columns: Vec<usize>,
    /// The input as SQL over the row `r` of [`Compiled::from_sql`]: NULL where there is none, never empty. Several columns
    /// are joined by [`super::recipe::BETWEEN`].
    pub input_sql: String,
    /// The field that needs it.
    pub field: String,
}

/// Compiles a map against the model and what is loaded.
///
/// # Errors
/// If an expression does not hold, or the map names a column, field or object that is not there: each named.
pub fn compile(conn: &Connection, map: &ObjectMap) -> Result<Compiled, MappingError> {
    let ground = Ground::of(conn, &map.key)?;
    over(conn, &ground, map, None)
}

/// What a map is compiled over: the entity and the object as they are.
#[derive(Debug, Clone)]
pub struct Ground {
    pub object: ObjectId,
    pub entity: Entity,
    pub users: Vec<UserList>,
    /// The public view of the object's records.
    pub view: String,
    /// Names of its columns.
    pub names: Vec<String>,
    /// Each column as SQL over the row `r`.
    pub columns: Vec<String>,
}

impl Ground {
    /// # Errors
    /// If the entity or the object is not there, or the database cannot be read.
    pub fn of(conn: &Connection, key: &MapKey) -> Result<Self, MappingError> {
        let entity = model::entity(conn, &key.entity)?.map(|standing| standing.entity);
        let object = find_object(conn, &key.source, &key.object)?;
        let mut missing = Vec::new();
        if object.is_none() {
            missing.push(format!("There is no object {}/{}.", key.source, key.object));
        }
        if entity.is_none() {
            missing.push(format!("There is no entity {} in the model.", key.entity));
        }
        let (Some(object), Some(entity)) = (object, entity) else {
            return Err(MappingError::Refused {
                message: missing.join("\n"),
                hint: "`cutover sources` lists the objects, `cutover model` the entities.".to_owned(),
            });
        };
        Self::with(conn, key, object, entity, users::lists(conn)?)
    }

    /// The same with an entity and lists of users that are known already.
    ///
    /// # Errors
    /// As [`Ground::of`].
    pub fn with(
        conn: &Connection,
        key: &MapKey,
        object: ObjectId,
        entity: Entity,
        users: Vec<UserList>,
    ) -> Result<Self, MappingError> {
        let names: Vec<String> = catalog::columns_of(conn, object.0)?.into_iter().map(|column| column.name).collect();
        let view: String =
            conn.prepare_cached("SELECT view FROM object WHERE id = ?1")?.query_row([object.0], |row| row.get(0))?;
        // The view says how it calls its columns: names that it has itself stand there with a number.
        let mut statement = conn.prepare_cached("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?;
        let called: Vec<String> = statement.query_map([&view], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let own =
            called.len().saturating_sub(names.len().min(TABLE_COLUMNS) + usize::from(names.len() > TABLE_COLUMNS));
        let mut columns: Vec<String> = called
            .iter()
            .skip(own)
            .take(names.len().min(TABLE_COLUMNS))
            .map(|name| format!("r.{}", quote_name(name)))
            .collect();
        for beyond in 0..names.len().saturating_sub(TABLE_COLUMNS) {
            columns.push(format!("json_extract(r.\"more columns\", '$[{beyond}]')"));
        }
        if columns.len() != names.len() {
            return Err(MappingError::Refused {
                message: format!("Nothing of {}/{} is loaded.", key.source, key.object),
                hint: "`cutover load` brings its export.".to_owned(),
            });
        }
        Ok(Self { object, entity, users, view, names, columns })
    }
}

impl Ground {
    /// Whether no column has a name that the SELECT gives to what it works out of another.
    fn names_are_free(&self) -> bool {
        let endings =
            [text::TRIMMED, Ready::Address.word(), Ready::Day.word(), Ready::Moment.word(), Ready::Amount.word()];
        self.columns.iter().all(|column| {
            let name = column.trim_end_matches('"').to_ascii_lowercase();
            !endings.iter().any(|ending| name.ends_with(ending))
        })
    }
}

/// The object of those names, exactly as written.
fn find_object(conn: &Connection, source: &str, object: &str) -> rusqlite::Result<Option<ObjectId>> {
    conn.prepare_cached("SELECT o.id FROM object o JOIN source s ON s.id = o.source WHERE s.name = ?1 AND o.name = ?2")?
        .query_row([source, object], |row| row.get(0).map(ObjectId))
        .optional()
}

/// Compiles a map over what was looked up before; with `only`, nothing but that field and the rows that feed the entity.
///
/// # Errors
/// As [`compile`].
pub fn over(conn: &Connection, ground: &Ground, map: &ObjectMap, only: Option<&str>) -> Result<Compiled, MappingError> {
    let mut compiling = Compiling {
        conn,
        ground,
        users: &ground.users,
        outcomes: Vec::new(),
        lists: Vec::new(),
        aliases: BTreeSet::new(),
        needs: Vec::new(),
        read: RefCell::default(),
        ready: Vec::new(),
        is_plain: ground.names_are_free(),
    };
    let mut faults: Vec<(String, Fault)> = Vec::new();
    let mut rules: BTreeMap<&str, &FieldRule> = BTreeMap::new();
    for rule in &map.fields {
        if ground.entity.field(&rule.field).is_none() {
            let near = expression::nearest(&rule.field, ground.entity.fields.iter().map(|field| field.name.as_str()));
            let near = near.map_or_else(String::new, |near| format!("; {near} is near"));
            faults.push((rule.field.clone(), plain(format!("{} has no such field{near}", ground.entity.name))));
        } else if rules.insert(&rule.field, rule).is_some() {
            faults.push((rule.field.clone(), plain("it has two rules".to_owned())));
        }
    }
    let mut left_out = None;
    if !map.only_where.trim().is_empty() {
        match compiling.condition(&map.only_where, "") {
            Ok((condition, ..)) => {
                let reason = match map.otherwise_excluded.trim() {
                    "" => "left out by the map",
                    reason => reason,
                };
                left_out = Some((condition, reason.to_owned()));
            }
            // Whoever looks at one field hears of that field.
            Err(_) if only.is_some() => {}
            Err(fault) => faults.push(("Rows that feed the entity".to_owned(), fault)),
        }
    }
    let mut fields: Vec<FieldSql> = Vec::new();
    let mut checks = Vec::new();
    for field in &ground.entity.fields {
        let rule = rules.get(field.name.as_str()).copied();
        let stands = rule.is_some() || (field.required && !field.derived);
        if !stands || only.is_some_and(|only| only != field.name) {
            continue;
        }
        match compiling.field(field, rule) {
            Ok(sql) => {
                let value = assemble::value_with_policy(&sql);
                checks.push(limits::checks(field, rule.map(|rule| &rule.rule), &value));
                fields.push(sql);
            }
            Err(fault) => faults.push((field.name.clone(), fault)),
        }
    }
    refuse(faults)?;
    for (checks, sql) in checks.iter_mut().zip(&fields) {
        let rule = rules.get(sql.name.as_str()).map(|rule| &rule.rule);
        assemble::forget_what_holds(conn, checks, rule, sql)?;
    }
    Ok(assemble::assemble(map, &compiling, &fields, &checks, left_out))
}

/// All faults in one message; one alone keeps its place.
fn refuse(faults: Vec<(String, Fault)>) -> Result<(), MappingError> {
    let named =
        |(name, (message, ..)): &(String, Fault)| format!("{name}: {}", uncapital(message.trim_end_matches('.')));
    match faults.as_slice() {
        [] => Ok(()),
        [(name, (message, at, hint))] if at.is_some() => Err(MappingError::Expression {
            message: format!("{name}: {}.", uncapital(message.trim_end_matches('.'))),
            at: *at,
            hint: hint.clone(),
        }),
        [fault @ (_, (_, _, hint))] => {
            Err(MappingError::Refused { message: format!("{}.", named(fault)), hint: hint.clone() })
        }
        several => Err(MappingError::Refused {
            message: several.iter().map(|fault| format!("{}.", named(fault))).collect::<Vec<_>>().join("\n"),
            hint: "Nothing was compiled. Each line names the field of the map that is wrong.".to_owned(),
        }),
    }
}

/// With a small letter at the beginning.
pub fn uncapital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

/// The recipe of a rule that SQL alone cannot do. References and look-ups name what they read; how far that was looked at
/// is kept by whoever fills the outcomes.
#[must_use]
pub fn recipe_of(rule: &Rule, users: &[UserList]) -> Recipe {
    recipe::of_rule(rule, users).unwrap_or_else(|| Recipe {
        function: rule.word().to_owned(),
        parameters: serde_json::to_string(rule).unwrap_or_default(),
    })
}

/// The outcome of a recipe for one input, in the SELECT.
#[derive(Debug, Clone)]
struct Outcome {
    recipe: Recipe,
    input: String,
    /// `None`: there are too many to join; it is looked up where it is wanted.
    alias: Option<String>,
}

/// Outcomes that one SELECT joins: SQLite joins up to 64 tables, the view and the keys among them.
const MOST_JOINS: usize = 48;

impl Outcome {
    fn number(&self) -> String {
        format!(
            "(SELECT id FROM value_recipe WHERE function = {} AND parameters = {})",
            quote_text(&self.recipe.function),
            quote_text(&self.recipe.parameters)
        )
    }

    fn column(&self, name: &str) -> String {
        match &self.alias {
            Some(alias) => format!("{alias}.{name}"),
            None => format!(
                "(SELECT {name} FROM value_outcome WHERE recipe = {} AND input = {})",
                self.number(),
                self.input
            ),
        }
    }

    fn output(&self) -> String {
        self.column("output")
    }

    /// Why there is none, or NULL: its fault, or that nobody worked it out yet.
    fn why_not(&self, input: &str) -> String {
        let fault = self.column("fault");
        format!(
            "coalesce({fault}, CASE WHEN {} IS NULL AND {input} IS NOT NULL THEN 'not worked out yet' END)",
            self.column("input")
        )
    }
}

/// A map while it is compiled.
struct Compiling<'a> {
    conn: &'a Connection,
    ground: &'a Ground,
    users: &'a [UserList],
    outcomes: Vec<Outcome>,
    /// Value maps that are joined: alias, rows, what they are compared with.
    lists: Vec<(String, Vec<String>, String)>,
    aliases: BTreeSet<String>,
    needs: Vec<Need>,
    /// Positions of the columns that anything reads.
    read: RefCell<BTreeSet<usize>>,
    /// Columns some of whose values need no outcome.
    ready: Vec<(usize, Ready)>,
    /// Whether columns may stand beside those of the view.
    is_plain: bool,
}

impl<'a> Compiling<'a> {
    fn names(&self) -> &'a [String] {
        &self.ground.names
    }

    fn column(&self, at: usize) -> String {
        let Some(column) = self.ground.columns.get(at) else { return "NULL".to_owned() };
        self.read.borrow_mut().insert(at);
        if self.is_plain { column.clone() } else { format!("({column})") }
    }

    fn positions(&self, names: &[String]) -> Result<Vec<usize>, Fault> {
        let mut found = Vec::with_capacity(names.len());
        let mut wrong = Vec::new();
        for name in names {
            match self.ground.names.iter().position(|column| column == name) {
                Some(at) => found.push(at),
                None => {
                    let near = expression::nearest(name, self.ground.names.iter().map(String::as_str));
                    let near = near.map_or_else(String::new, |near| format!("; {near} is near"));
                    wrong.push(format!("there is no column “{name}”{near}"));
                }
            }
        }
        if wrong.is_empty() { Ok(found) } else { Err(plain(wrong.join(", and "))) }
    }

    fn object_is_there(&self, source: &str, object: &str, column: Option<&str>) -> Result<(), Fault> {
        let found = find_object(self.conn, source, object).map_err(|error| plain(error.to_string()))?;
        let Some(found) = found else { return Err(plain(format!("there is no object {source}/{object}"))) };
        let Some(column) = column else { return Ok(()) };
        let columns =
            sources_store::catalog::columns_of(self.conn, found.0).map_err(|error| plain(error.to_string()))?;
        if columns.iter().any(|known| known.name == column) {
            return Ok(());
        }
        let near = expression::nearest(column, columns.iter().map(|known| known.name.as_str()));
        let near = near.map_or_else(String::new, |near| format!("; {near} is near"));
        Err(plain(format!("{source}/{object} has no column “{column}”{near}")))
    }

    /// An alias that no other has, letters of any case being the same.
    fn free_alias(&mut self, wanted: &str) -> String {
        let mut alias = wanted.to_owned();
        let mut number = 2;
        while !self.aliases.insert(alias.to_lowercase()) {
            alias = format!("{wanted} {number}");
            number += 1;
        }
        alias
    }

    /// The outcome of a recipe for an input: joined once, whoever wants it.
    fn outcome(&mut self, recipe: Recipe, columns: &[usize], input: &str, field: &str) -> Outcome {
        if let Some(known) = self.outcomes.iter().find(|known| known.recipe == recipe && known.input == input) {
            return known.clone();
        }
        let joined = self.outcomes.iter().filter(|known| known.alias.is_some()).count() + self.lists.len();
        let alias = (joined < MOST_JOINS).then(|| {
            let plain: String = field.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            let wanted = if plain.is_empty() { "row_made".to_owned() } else { format!("{plain}_made") };
            quote_plainly(&self.free_alias(&wanted))
        });
        self.needs.push(Need {
            recipe: recipe.clone(),
            columns: columns.to_vec(),
            input_sql: input.to_owned(),
            field: field.to_owned(),
        });
        self.outcomes.push(Outcome { recipe, input: input.to_owned(), alias });
        self.outcomes.last().cloned().unwrap_or_else(|| unreachable!("it was just put there"))
    }
}

/// A name without quotes where it needs none.
fn quote_plainly(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && name.contains('_');
    if plain { name.to_owned() } else { quote_name(name) }
}
