//! What registering a target promises.

use super::*;
use crate::model::{Field, FieldType, RoleInGrain, Standing};

fn from(name: &str, text: impl AsRef<[u8]>) -> Result<Target, ModelError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    read(&path, "new CRM")
}

/// `name:kind` of every field, with * where it is required.
fn told(entity: &Entity) -> String {
    let word = |kind: FieldType| document::TYPES.iter().find(|(_, known)| *known == kind).map_or("", |(word, _)| word);
    let fields = entity
        .fields
        .iter()
        .map(|field| format!("{}{}:{}", field.name, if field.required { "*" } else { "" }, word(field.kind)));
    format!("{}: {}", entity.name, fields.collect::<Vec<_>>().join(" "))
}

fn all(target: &Target) -> Vec<String> {
    target.entities.iter().map(told).collect()
}

fn lines(result: Result<Target, ModelError>) -> Vec<u64> {
    match result {
        Err(ModelError::Definition(DefinitionError::Document(faults))) => {
            faults.iter().map(|fault| fault.place.map_or(0, |place| place.line)).collect()
        }
        other => panic!("faults were expected: {other:?}"),
    }
}

#[test]
fn an_empty_template_becomes_an_entity_with_its_required_fields() {
    let target =
        from("contacts-import-template.csv", "First Name,Last Name*,Email (required),Phone,Close Date,Status\n")
            .unwrap();
    assert_eq!(
        all(&target),
        ["contacts: First Name:text Last Name*:text Email*:email Phone:phone Close Date:date Status:text"]
    );
    assert_eq!((target.name.as_str(), target.registered_from.as_str()), ("new CRM", "contacts-import-template.csv"));
    assert!(target.entities[0].fields[2].personal && !target.entities[0].fields[5].personal);
    let one = from("one.csv", "Email\n").unwrap();
    assert_eq!(all(&one), ["one: Email:email"]);
}

#[test]
fn rows_of_a_template_are_examples_and_marks() {
    let csv = "Id;Name;Amount;Country;VIP\nrequired;required;optional;;\n7;Ann;12.50;DE;yes\n8;Bob;3.00;PL;no\n";
    let target = from("deals.csv", csv).unwrap();
    assert_eq!(all(&target), ["deals: Id*:id Name*:text Amount:decimal Country:country VIP:boolean"]);
    assert_eq!(target.entities[0].fields[1].example, "Ann");
    assert_eq!(target.entities[0].fields[0].role, RoleInGrain::Identity);
    let target = from("deals.json", "[{\"id\": \"1\", \"closed\": \"2025-11-14\"}]").unwrap();
    assert_eq!(all(&target), ["deals: id:id closed:date"]);
}

#[test]
fn every_sheet_of_a_workbook_is_an_entity() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("import.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    for (sheet, headers) in [("Contacts", &["Email*", "Name"][..]), ("Companies", &["Domain", "Company name*"])] {
        let sheet = book.add_worksheet().set_name(sheet).unwrap();
        for (at, header) in headers.iter().enumerate() {
            sheet.write_string(0, u16::try_from(at).unwrap(), *header).unwrap();
        }
    }
    book.save(&path).unwrap();
    let target = read(&path, "x").unwrap();
    assert_eq!(all(&target), ["Contacts: Email*:email Name:text", "Companies: Domain:domain Company name*:text"]);
}

#[test]
fn a_salesforce_description_tells_types_values_and_references() {
    let json = r#"{"name": "Contact", "label": "Contact", "fields": [
      {"name": "Id", "label": "Contact ID", "type": "id", "nillable": false, "defaultedOnCreate": true, "createable": false},
      {"name": "LastName", "label": "Last Name", "type": "string", "nillable": false, "defaultedOnCreate": false, "length": 80, "createable": true},
      {"name": "AccountId", "label": "Account ID", "type": "reference", "nillable": true, "referenceTo": ["Account"], "createable": true},
      {"name": "MailingAddress", "type": "address", "nillable": true},
      {"name": "Level__c", "label": "Level", "type": "picklist", "nillable": true, "createable": true, "picklistValues": [
        {"value": "Primary", "label": "Primary", "active": true}, {"value": "old", "label": "Old", "active": false}, {"value": "S", "label": "Second", "active": true}]},
      {"name": "HasOptedOutOfEmail", "type": "boolean", "nillable": false, "defaultedOnCreate": true, "createable": true},
      {"name": "Score__c", "type": "double", "scale": 2, "calculated": true, "nillable": true}]}"#;
    let target = from("contact.json", json).unwrap();
    assert_eq!(
        all(&target),
        [
            "Contact: Id:id LastName*:text AccountId:reference Level__c:choice HasOptedOutOfEmail:boolean Score__c:decimal"
        ]
    );
    let fields = &target.entities[0].fields;
    assert_eq!((fields[1].longest, fields[2].references.as_str()), (Some(80), "Account"));
    let allowed: Vec<(&str, &str)> = fields[3].allowed.iter().map(|a| (a.value.as_str(), a.meaning.as_str())).collect();
    assert_eq!(allowed, [("Primary", ""), ("S", "Second")]);
    assert!(fields[5].derived && fields[0].derived);
}

#[test]
fn a_json_schema_is_read_with_what_it_refers_to() {
    let json = r##"{"$schema": "x", "title": "person", "type": "object", "required": ["email", "address"], "properties": {
      "email": {"type": "string", "format": "email", "maxLength": 254},
      "stage": {"enum": ["lead", "customer"]}, "tags": {"type": "array", "items": {"enum": ["a", "b"]}},
      "age": {"type": ["integer", "null"], "minimum": 0}, "born": {"anyOf": [{"type": "null"}, {"type": "string", "format": "date"}]},
      "address": {"$ref": "#/$defs/address"}},
      "$defs": {"address": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}, "zip": {"type": "string"}}}}}"##;
    let target = from("s.json", json).unwrap();
    assert_eq!(
        all(&target),
        ["person: email*:email stage:choice tags:choices age:integer born:date address.city*:text address.zip:text"]
    );
    assert_eq!((target.entities[0].fields[0].longest, target.entities[0].fields[3].least.as_str()), (Some(254), "0"));
    // One that leads to itself ends, and one that leads nowhere is told.
    let round = r##"{"$defs": {"a": {"type": "object", "properties": {"b": {"$ref": "#/$defs/a"}, "c": {"type": "string"}}}}}"##;
    assert_eq!(from("r.json", round).unwrap().entities[0].name, "a");
    let lost = r##"{"$schema": "x", "properties": {"b": {"$ref": "#/gone"}, "c": {"$ref": "other.json"}}}"##;
    assert_eq!(lines(from("l.json", lost)).len(), 2);
}

#[test]
fn a_data_package_describes_tables_with_their_keys() {
    let json = r#"{"resources": [
      {"name": "people", "schema": {"primaryKey": "id", "fields": [{"name": "id", "type": "string"},
        {"name": "account", "type": "string"}, {"name": "plan", "type": "string", "constraints": {"required": true, "enum": ["free", "paid"]}}],
        "foreignKeys": [{"fields": "account", "reference": {"resource": "accounts", "fields": "id"}}]}},
      {"name": "accounts", "schema": {"fields": [{"name": "id", "type": "integer"}]}}]}"#;
    let target = from("datapackage.json", json).unwrap();
    assert_eq!(all(&target), ["people: id*:id account:reference plan*:choice", "accounts: id:integer"]);
    let faults = from("d.json", r#"{"resources": [{"name": "a", "schema": "a.json"}, {"schema": {}}, {"name": "b"}]}"#);
    assert_eq!(lines(faults).len(), 3);
}

#[test]
fn tables_of_several_databases_are_read() {
    let sql = r#"
-- from a dump; with a ' in it
SET client_encoding = 'UTF8';
CREATE TYPE mood AS ENUM ('a;b');
CREATE TABLE public.customer (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    status text DEFAULT 'new'::text NOT NULL,
    balance numeric(10,2) DEFAULT 0.0,
    created timestamp with time zone DEFAULT now() NOT NULL,
    tags text[],
    CONSTRAINT status_check CHECK ((status = ANY (ARRAY['new'::text, 'old'::text])))
);
CREATE FUNCTION f() RETURNS void AS $$ CREATE TABLE no (x int); $$ LANGUAGE sql;
ALTER TABLE ONLY public.customer ADD CONSTRAINT customer_pkey PRIMARY KEY (id);
COMMENT ON COLUMN public.customer.email IS 'Where bills go';
CREATE TABLE IF NOT EXISTS `order line` (
  `id` int(11) NOT NULL AUTO_INCREMENT COMMENT 'ours',
  `customer_id` int unsigned NOT NULL REFERENCES public.customer(id) ON DELETE CASCADE,
  `state` enum('open','it''s') CHARACTER SET utf8 COLLATE utf8_bin DEFAULT 'open',
  key varchar(40), updated datetime DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  total decimal(8,2) GENERATED ALWAYS AS (price * 2) STORED,
  PRIMARY KEY (`id`), UNIQUE KEY `u` (`key`), KEY `k` (`state`), CHECK (key IN ('a', 'b'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
CREATE TABLE [dbo].[Note] ([Id] int IDENTITY(1,1) PRIMARY KEY CLUSTERED, [Body] nvarchar(max) NOT NULL, Ok bit NOT NULL);
INSERT INTO customer VALUES (1, 'CREATE TABLE x (y int);');
"#;
    let target = from("schema.sql", sql).unwrap();
    assert_eq!(
        all(&target),
        [
            "customer: id*:integer email*:email status:choice balance:decimal created:datetime tags:text",
            "order line: id*:integer customer_id*:reference state:choice key:choice updated:datetime total:decimal",
            "Note: Id*:integer Body*:text Ok*:boolean",
        ]
    );
    let (customer, order) = (&target.entities[0], &target.entities[1]);
    assert_eq!(customer.fields[1].definition, "Where bills go");
    assert_eq!((customer.fields[1].longest, customer.fields[3].scale), (Some(254), Some(2)));
    assert_eq!(customer.fields[0].role, RoleInGrain::Identity);
    assert_eq!(order.fields[1].references, "customer");
    assert_eq!(order.fields[2].allowed[1].value, "it's");
    assert!(order.fields[5].derived);
}

#[test]
fn sql_can_make_tables_and_nothing_else() {
    let faults = lines(from(
        "a.sql",
        "CREATE TABLE ok (a int);\nCREATE TABLE b AS SELECT 1;\n\nCREATE TABLE c (a int,, b int b b ((;\nCREATE TABLE (x int);",
    ));
    assert_eq!(faults, [2, 4, 5]);
    assert!(
        from("b.sql", "ATTACH 'x.db' AS y; DROP TABLE x; PRAGMA writable_schema = 1; CREATE VIEW v AS SELECT 1;")
            .is_err()
    );
    for hostile in [
        "CREATE TABLE t (a int CHECK (a IN (SELECT 1)), b AS (load_extension('x')))",
        "CREATE TABLE t (a int) ; CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END",
        "CREATE TABLE t (a int REFERENCES",
        "CREATE TABLE sqlite_x (a int)",
        "CREATE TABLE t ('a', \"b",
        "CREATE TABLE \u{1}(\u{0}",
        "create table $$ (",
        "CREATE TABLE t (a int DEFAULT (",
        "CREATE TABLE t (a [é",
    ] {
        let _ = from("h.sql", hostile);
    }
    assert!(from("c.sql", "CREATE TABLE sqlite_x (a int)").is_err());
}

#[test]
fn a_database_is_read_by_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("CREATE TABLE account (id TEXT PRIMARY KEY, name TEXT NOT NULL, seats INTEGER DEFAULT 1 NOT NULL); CREATE VIEW v AS SELECT 1;")
        .unwrap();
    drop(conn);
    assert_eq!(all(&read(&path, "x").unwrap()), ["account: id*:id name*:text seats:integer"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn our_own_document_goes_out_and_comes_back_the_same() {
    let mut target = from("contacts.csv", "Email*,Na\"me\nann@x.example,Ann\n").unwrap();
    target.kind = "crm".to_owned();
    target.counterparts.insert("contacts".to_owned(), "person".to_owned());
    target.entities[0].fields[1].allowed =
        vec![super::super::Allowed { value: "a".into(), meaning: "A".into(), synonyms: Vec::new() }];
    let text = target.to_toml();
    let back = from("target.toml", &text).unwrap();
    assert_eq!(back, target);
    let wrong = "kind = 1\n[[entities]]\nname = \"a\"\nfields = [\n  { name = \"x\", kind = \"strnig\" },\n  { name = \"x\" },\n  { nam = 1 },\n]\n[[entities]]\nname = \"A\"\n";
    let mut found = lines(from("t.toml", wrong));
    found.dedup();
    assert_eq!(found, [1, 5, 6, 7, 9, 10]);
}

#[test]
fn what_describes_nothing_is_refused() {
    for (name, text) in [
        ("a.csv", ""),
        ("b.json", "{\"a\": "),
        ("c.json", "{\"$schema\": \"x\"}"),
        ("d.toml", "x = ["),
        ("e.sql", "SELECT 1;"),
        ("f.sql", "'"),
        ("h.json", "[]"),
    ] {
        assert!(from(name, text).is_err(), "{name}");
    }
    assert!(read(Path::new("/nowhere/x.csv"), "x").is_err() && read(Path::new("/"), "x").is_err());
}

fn field(name: &str, kind: FieldType) -> Field {
    Field { name: name.to_owned(), kind, ..Field::default() }
}

fn entity(name: &str, fields: &[&str]) -> Entity {
    let fields = fields.iter().map(|name| field(name, FieldType::Text)).collect();
    Entity { name: name.to_owned(), fields, ..Entity::default() }
}

fn target_of(entities: &[Entity]) -> Target {
    Target { name: "x".to_owned(), entities: entities.to_vec(), ..Target::default() }
}

#[test]
fn counterparts_are_proposed_by_names_and_fields_and_set_by_people() {
    let model = [
        entity("person", &["given_name", "family_name", "email"]),
        entity("account", &["name", "website"]),
        entity("invoice", &["amount"]),
    ];
    let mut target = target_of(&[
        entity("Contacts", &["Given Name", "Email", "Shoe size"]),
        entity("companies", &["Name"]),
        entity("Warehouses", &["Aisle"]),
    ]);
    let found = counterparts_of(&target, &model);
    let pairs: Vec<(&str, &str)> = found.iter().map(|c| (c.theirs.as_str(), c.ours.as_str())).collect();
    assert_eq!(pairs, [("Contacts", "person"), ("companies", "account"), ("Warehouses", "")]);
    assert!(found[0].why.contains("another word") && !found[0].set, "{found:?}");
    let without = super::counterparts::without(&target, &model);
    assert_eq!((without.of_model, without.of_target), (vec!["invoice".to_owned()], vec!["Warehouses".to_owned()]));
    assert_eq!(without.fields_of_target, ["Contacts.Shoe size"]);
    assert_eq!(without.fields_of_model, ["person.family_name", "account.website"]);
    // What people set goes before, also that there is none.
    target.counterparts.insert("Contacts".to_owned(), String::new());
    target.counterparts.insert("Warehouses".to_owned(), "person".to_owned());
    target.counterparts.insert("Warehouses.Aisle".to_owned(), "person.email".to_owned());
    let found = counterparts_of(&target, &model);
    assert_eq!((found[0].ours.as_str(), found[0].set, found[2].ours.as_str()), ("", true, "person"));
    assert_eq!(found[2].fields, [("Aisle".to_owned(), "email".to_owned())]);
    // The order of neither side matters.
    let turned: Vec<Entity> = model.iter().rev().cloned().collect();
    assert_eq!(counterparts_of(&target, &turned), found);
}

#[test]
fn an_adopted_entity_is_new_or_goes_on_with_what_the_model_says() {
    let standing = |entity: Entity| Standing {
        entity,
        version: None,
        author: String::new(),
        at: String::new(),
        reviews: Vec::new(),
    };
    let mut person = entity("person", &["email"]);
    person.purpose = "to reach people".to_owned();
    let mut contacts = entity("Contacts", &["Email", "Größe (cm)", "size"]);
    contacts.fields[0].required = true;
    let mut order = entity("Order Lines", &["Contact", "1st", "1st!"]);
    order.fields[0].references = "Contacts".to_owned();
    let mut target = target_of(&[contacts, order]);
    let alone = adopted(&target, &[standing(person.clone())]);
    let names: Vec<(&str, bool)> = alone.iter().map(|a| (a.entity.name.as_str(), a.is_new)).collect();
    assert_eq!(names, [("contacts", true), ("order_lines", true)]);
    target.counterparts.insert("Contacts".to_owned(), "person".to_owned());
    let found = adopted(&target, &[standing(person)]);
    let one = &found[0].entity;
    assert_eq!(
        (one.name.as_str(), one.target_name.as_str(), one.purpose.as_str()),
        ("person", "Contacts", "to reach people")
    );
    let fields: Vec<&str> = one.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(fields, ["email", "grosse_cm", "size"]);
    assert!(one.fields[0].required && one.fields[0].target_name == "Email");
    let order = &found[1].entity;
    assert_eq!((order.target_name.as_str(), order.fields[0].references.as_str()), ("Order Lines", "person"));
    assert_eq!(order.fields[1].name, "field_1st");
    assert_eq!(order.fields[2].name, "field_1st_2");
}

#[test]
fn a_target_registered_again_keeps_what_people_set() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::create(&folder.path().join("w.cutover"), "mira").unwrap();
    let mut target = target_of(&[entity("Contacts", &["Email"])]);
    (target.kind, target.environment) = ("crm".to_owned(), "sandbox".to_owned());
    save(&workspace, &target, false).unwrap();
    pair(&workspace, "x", "Contacts", "").unwrap();
    assert!(pair(&workspace, "x", "Nothing", "").is_err() && pair(&workspace, "y", "Contacts", "").is_err());
    let newer = target_of(&[entity("Contacts", &["Email", "Phone"])]);
    save(&workspace, &newer, false).unwrap();
    let reader = workspace.reader().unwrap();
    let (found, version) = super::target(reader.conn(), "x").unwrap().unwrap();
    assert_eq!((found.kind.as_str(), found.environment.as_str(), version.0), ("crm", "sandbox", 3));
    assert_eq!(found.counterparts.get("Contacts").map(String::as_str), Some(""));
    assert_eq!(targets(reader.conn()).unwrap().len(), 1);
    target.kind = "sofa".to_owned();
    assert!(save(&workspace, &target, false).is_err());
}

#[test]
fn hubspot_properties_tell_options_and_what_is_read_only() {
    let json = r#"{"results": [
      {"name": "email", "label": "Email", "type": "string", "fieldType": "text", "modificationMetadata": {"readOnlyValue": false}},
      {"name": "lifecyclestage", "label": "Lifecycle Stage", "type": "enumeration", "fieldType": "radio",
       "options": [{"label": "Lead", "value": "lead", "hidden": false}, {"label": "Old", "value": "old", "hidden": true}]},
      {"name": "createdate", "label": "Create Date", "type": "datetime", "fieldType": "date", "calculated": false,
       "modificationMetadata": {"readOnlyValue": true}}]}"#;
    let target = from("contacts.json", json).unwrap();
    let entity = &target.entities[0];
    assert_eq!(entity.name, "contacts");
    let stage = entity.field("lifecyclestage").unwrap();
    assert!(stage.kind == FieldType::Choice && stage.allowed.iter().any(|allowed| allowed.value == "lead"));
    let created = entity.field("createdate").unwrap();
    assert!(created.kind == FieldType::Datetime && created.derived && !entity.field("email").unwrap().derived);
}

#[test]
fn the_components_of_an_openapi_document_are_entities() {
    let json = r##"{"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": {}, "components": {"schemas": {
      "Contact": {"type": "object", "required": ["email"], "properties": {
        "email": {"type": "string", "format": "email", "maxLength": 254},
        "stage": {"type": "string", "enum": ["lead", "customer"]},
        "home": {"$ref": "#/components/schemas/Address"}}},
      "Address": {"type": "object", "properties": {"city": {"type": "string"}}}}}}"##;
    let target = from("api.json", json).unwrap();
    let contact = target.entities.iter().find(|entity| entity.name == "Contact").unwrap();
    let email = contact.field("email").unwrap();
    assert_eq!((email.kind, email.required, email.longest), (FieldType::Email, true, Some(254)));
    assert_eq!(contact.field("stage").unwrap().allowed.len(), 2);
    assert!(contact.field("home.city").is_some(), "{:?}", told(contact));
}
