//! A whole model as one document: an array of entities, each as its own document has it.

use toml::Value;

use super::{Entity, keys, read, write};
use crate::definitions::document::{self, Fault, Places};
use crate::values::shown::Shown;

/// The entities as one TOML document, in their order.
#[must_use]
pub fn to_toml<'a>(entities: impl IntoIterator<Item = &'a Entity>) -> String {
    let parts: Vec<String> =
        entities.into_iter().map(|entity| format!("[[entities]]\n{}", write::written(entity, "entities."))).collect();
    parts.join("\n")
}

/// Reads such a document.
///
/// # Errors
/// Every fault of every entity, in the order of the lines.
pub fn parse(text: &str) -> Result<Vec<Entity>, Vec<Fault>> {
    // Places are looked for only where something is wrong.
    if let Some(table) = read::quickly(text)
        && let Ok(entities) = entities(&table, &Places::default())
    {
        return Ok(entities);
    }
    let (table, places) = document::read_toml(text).map_err(|fault| vec![fault])?;
    entities(&table, &places)
}

fn entities(table: &toml::Table, places: &Places) -> Result<Vec<Entity>, Vec<Fault>> {
    let (mut found, mut faults): (Vec<Entity>, Vec<Fault>) = (Vec::new(), Vec::new());
    for key in table.keys().filter(|key| *key != "entities") {
        let top = [keys::Key { name: "entities", shape: keys::Shape::Tables(keys::ENTITY) }];
        faults.push(Fault::at(&document::join("", key), places, keys::no_such_key(&top, key)));
    }
    let list = table.get("entities").and_then(Value::as_array);
    if list.is_none_or(Vec::is_empty) {
        faults.push(Fault::at("entities", places, "a model has entities, each with the heading [[entities]]"));
    }
    for (at, entry) in list.into_iter().flatten().enumerate() {
        let above = format!("entities.{}", at + 1);
        let Some(entity) = entry.as_table() else {
            faults.push(Fault::at(&above, places, "a table is expected"));
            continue;
        };
        match read::whole(entity, &Places::default()) {
            Ok(entity) if found.iter().any(|other| other.name == entity.name) => {
                let message = format!("{} stands in it twice", Shown::of(&entity.name));
                faults.push(Fault::at(&format!("{above}.name"), places, message));
            }
            Ok(entity) => found.push(entity),
            Err(of_entity) => faults.extend(of_entity.into_iter().map(|fault| {
                let key = format!("{above}.{}", fault.key);
                Fault::at(&key, places, fault.message)
            })),
        }
    }
    faults.sort_by_key(|fault| fault.place);
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}
