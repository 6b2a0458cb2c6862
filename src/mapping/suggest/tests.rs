//! Suggestions for small exports, from file to rule.

use super::gather::Material;
use super::propose::propose;
use super::*;
use crate::job::Job;
use crate::mapping::rule::SplitBy;
use crate::mapping::{FieldRule, ObjectMap};
use crate::model::{Allowed, EntityKind, Field, FieldType, Grain, RoleInGrain};
use crate::sources::load::{LoadRequest, load};
use crate::sources::{SystemKind, profile, survey};
use crate::workspace::Workspace;

fn field(name: &str, kind: FieldType, synonyms: &[&str]) -> Field {
    Field {
        name: name.to_owned(),
        kind,
        synonyms: synonyms.iter().map(|word| (*word).to_owned()).collect(),
        ..Field::default()
    }
}

fn entity(name: &str, kind: EntityKind, concept: &str, fields: Vec<Field>) -> Entity {
    Entity {
        name: name.to_owned(),
        kind,
        grain: Grain { concept: concept.to_owned(), ..Grain::default() },
        fields,
        ..Entity::default()
    }
}

fn reference(name: &str, to: &str) -> Field {
    Field { references: to.to_owned(), required: true, ..field(name, FieldType::Reference, &[]) }
}

fn model() -> Vec<Entity> {
    let stage = |value: &str| Allowed { value: value.to_owned(), ..Allowed::default() };
    let text = |name: &str| field(name, FieldType::Text, &[]);
    vec![
        entity(
            "person",
            EntityKind::Entity,
            "person",
            vec![
                Field { role: RoleInGrain::Identity, ..text("given_name") },
                Field { required: true, ..text("family_name") },
                field("email", FieldType::Email, &[]),
                field("phone", FieldType::Phone, &[]),
                text("job_title"),
                text("street"),
                text("city"),
                text("postal_code"),
                field("country", FieldType::Country, &[]),
                field("language", FieldType::Language, &[]),
                field("birth_date", FieldType::Date, &[]),
                field("email_consent", FieldType::Boolean, &["consent to e-mail"]),
                Field {
                    allowed: vec![stage("customer"), stage("prospect"), stage("former_customer")],
                    ..field("lifecycle_stage", FieldType::Choice, &[])
                },
                field("first_seen", FieldType::Datetime, &["created at"]),
                reference("account", "account"),
                field("crm_id", FieldType::Id, &[]),
            ],
        ),
        entity(
            "account",
            EntityKind::Entity,
            "account",
            vec![
                Field { required: true, ..text("name") },
                text("city"),
                field("annual_revenue", FieldType::Money, &[]),
                field("crm_id", FieldType::Id, &[]),
            ],
        ),
        entity(
            "account_contact",
            EntityKind::Relationship,
            "account",
            vec![reference("account", "account"), reference("person", "person"), text("role")],
        ),
    ]
}

const ACCOUNTS: &str = "Id,Name,BillingCity\n001A,Acme,Lund\n001B,Brix,Leeds\n001C,Corvo,Porto\n";
const CONTACTS: &str = "Id,AccountId,Vorname,Nachname,Telefon,MailingCity,Preferred Lang,Geburtsdatum,HasOptedOutOfEmail,Customer Type,CreatedDate,Photo__c,IsDeleted
003A,001A,Anna,Kuhn,030 555 01 27,Berlin,German,13.02.1980,true,Active Client,2024-01-19T09:42:24.000Z,,false
003B,001B,Märta,Lund,040 555 01 28,Lund,Swedish,01.03.1975,false,Prospect,2024-01-20T09:42:24.000Z,,false
003C,001B,Rob,Haines,0113 555 0129,Leeds,English,05.11.1990,false,Churned,2024-01-21T09:42:24.000Z,,false
003D,001C,Rita,Corvo,0225 555 0130,Porto,Portuguese,28.07.1982,false,Purple,2024-01-22T09:42:24.000Z,,false
";

/// Loads files (source, object, text) and reads what suggestions are made from.
fn material(files: &[(&str, &str, &str)]) -> Material {
    let place = tempfile::tempdir().unwrap();
    let workspace = Workspace::create(&place.path().join("w.cutover"), "Ada").unwrap();
    for (source, object, text) in files {
        let file = place.path().join(format!("{object}.csv"));
        std::fs::write(&file, text).unwrap();
        let mut request = LoadRequest {
            files: vec![file],
            source: Some((*source).to_owned()),
            object: Some((*object).to_owned()),
            kind: Some(SystemKind::Crm),
            ..LoadRequest::default()
        };
        load(&workspace, &mut request, &Job::new()).unwrap();
    }
    survey::run(&workspace, &Job::new()).unwrap();
    let reader = workspace.reader().unwrap();
    let material = Material::read(reader.conn()).unwrap();
    for subject in &material.subjects {
        profile::of_object(&workspace, subject.object.id, &Job::new()).unwrap();
    }
    Material::read(reader.conn()).unwrap()
}

fn contacts() -> ObjectSuggestion {
    let found =
        propose(&material(&[("Old CRM", "Account", ACCOUNTS), ("Old CRM", "Contact", CONTACTS)]), &model(), &[]);
    found.into_iter().find(|object| object.object_name == "Contact").unwrap()
}

fn column<'a>(object: &'a ObjectSuggestion, name: &str) -> &'a ColumnSuggestion {
    object.columns.iter().find(|column| column.column == name).unwrap()
}

fn first<'a>(object: &'a ObjectSuggestion, name: &str) -> &'a Candidate {
    column(object, name).candidates.first().unwrap_or_else(|| panic!("nothing for {name}"))
}

#[test]
fn every_column_finds_its_field_in_whichever_language_it_is_called() {
    let found = contacts();
    assert_eq!(found.entities[0].entity, "person");
    for (header, field) in [
        ("Id", "crm_id"),
        ("AccountId", "account"),
        ("Vorname", "given_name"),
        ("Nachname", "family_name"),
        ("Telefon", "phone"),
        ("MailingCity", "city"),
        ("Preferred Lang", "language"),
        ("Geburtsdatum", "birth_date"),
        ("HasOptedOutOfEmail", "email_consent"),
        ("Customer Type", "lifecycle_stage"),
        ("CreatedDate", "first_seen"),
    ] {
        let candidate = first(&found, header);
        assert_eq!((candidate.entity.as_str(), candidate.field.as_str()), ("person", field), "{header}: {candidate:?}");
        let sum =
            HEADER * candidate.header.strength + VALUES * candidate.values.strength + LINKS * candidate.links.strength;
        assert!((sum - candidate.confidence).abs() < 1e-9, "the confidence of {header} is the sum of its parts");
        assert!(!candidate.reasons.is_empty(), "{header}");
    }
    let reasons = &first(&found, "Preferred Lang").reasons;
    assert_eq!(reasons[..2], ["Preferred Lang ≈ language", "all 4 are languages"]);
}

#[test]
fn rules_say_what_is_proved_and_leave_open_what_is_not() {
    let found = contacts();
    assert_eq!(first(&found, "Geburtsdatum").rule, Rule::Date { format: "day-first".to_owned() });
    assert!(matches!(&first(&found, "HasOptedOutOfEmail").rule, Rule::Boolean { turned_round: true, .. }));
    let Rule::ValueMap { rows, otherwise, .. } = &first(&found, "Customer Type").rule else { panic!("no value map") };
    let mut said: Vec<(&str, &ValueTarget)> = rows.iter().map(|row| (row.value.as_str(), &row.to)).collect();
    said.sort_by_key(|(value, _)| *value);
    let to = |value: &str| ValueTarget::Value(value.to_owned());
    // Nobody knows what purple means, and a default is never proposed.
    assert_eq!(
        said,
        [("Active Client", &to("customer")), ("Churned", &to("former_customer")), ("Prospect", &to("prospect"))]
    );
    assert_eq!(*otherwise, None);
    let Rule::Reference { entity, object, .. } = &first(&found, "AccountId").rule else { panic!("no reference") };
    assert_eq!((entity.as_str(), object.as_str()), ("account", "Account"));

    let undecided = CONTACTS.replace("13.02.1980", "03.02.1980").replace("28.07.1982", "08.07.1982");
    let found = propose(&material(&[("Old CRM", "Contact", &undecided)]), &model(), &[]);
    let date = first(&found[0], "Geburtsdatum");
    assert_eq!(date.rule, Rule::Date { format: String::new() });
    assert!(date.problem.as_deref().is_some_and(|problem| problem.contains("a person decides")));
    let all: Vec<Change> = accepted(&found[0]).into_iter().flat_map(|(_, changes)| changes).collect();
    assert!(all.iter().all(|change| !matches!(change, Change::Set { field, .. } if field == "birth_date")));
}

#[test]
fn what_is_never_filled_or_always_the_same_may_be_dropped_by_a_person() {
    let found = contacts();
    assert_eq!(column(&found, "Photo__c").drop.as_deref(), Some("never filled"));
    assert_eq!(column(&found, "IsDeleted").drop.as_deref(), Some("always false"));
    assert_eq!(column(&found, "Vorname").drop, None);
    let all: Vec<Change> = accepted(&found).into_iter().flat_map(|(_, changes)| changes).collect();
    assert!(all.iter().all(|change| matches!(change, Change::Set { .. })));
}

#[test]
fn a_contact_feeds_its_link_to_the_account_as_well() {
    let found = contacts();
    let link = found.entities.iter().find(|entity| entity.entity == "account_contact").expect("the link is fed");
    assert!(link.confidence >= ENOUGH, "{link:?}");
    let also =
        |name: &str| column(&found, name).also.iter().map(|c| format!("{}.{}", c.entity, c.field)).collect::<Vec<_>>();
    assert_eq!(also("Id"), ["account_contact.person"]);
    assert_eq!(also("AccountId"), ["account_contact.account"]);
}

#[test]
fn no_field_is_accepted_twice_and_the_same_comes_out_each_time() {
    let found = contacts();
    assert_eq!(found, contacts());
    for (key, changes) in accepted(&found) {
        let mut fields: Vec<&str> = changes
            .iter()
            .filter_map(|change| match change {
                Change::Set { field, .. } => Some(field.as_str()),
                _ => None,
            })
            .collect();
        let all = fields.len();
        fields.sort_unstable();
        fields.dedup();
        assert_eq!(fields.len(), all, "{key:?}");
    }
}

#[test]
fn a_whole_name_is_split_where_no_column_has_its_parts() {
    let text = "Id,Full Name,Email\n1,Anna Kuhn,a@x.example\n2,Rob Haines,r@x.example\n3,Rita Corvo,t@x.example\n";
    let found = propose(&material(&[("Old CRM", "Contacts", text)]), &model(), &[]);
    let name = column(&found[0], "Full Name");
    let parts: Vec<(&str, &Rule)> =
        name.candidates.iter().chain(&name.also).map(|c| (c.field.as_str(), &c.rule)).collect();
    for (field, part) in [("given_name", "given"), ("family_name", "family")] {
        let rule = Rule::Split { by: SplitBy::PersonName { part: part.to_owned() } };
        assert!(parts.contains(&(field, &rule)), "{parts:?}");
    }
}

#[test]
fn two_address_lines_make_one_street() {
    let text = "Id,Last Name,Address Line 1,Address Line 2,City\n1,Kuhn,Main St 1,Floor 2,Lund\n2,Lee,Elm St 2,Flat 3,Leeds\n3,Ng,Oak St 9,,Porto\n";
    let found = propose(&material(&[("Old CRM", "Contacts", text)]), &model(), &[]);
    for header in ["Address Line 1", "Address Line 2"] {
        let street = first(&found[0], header);
        assert_eq!(
            (street.field.as_str(), &street.rule),
            ("street", &Rule::Join { separator: ", ".to_owned() }),
            "{header}"
        );
        assert_eq!(street.from, ["Address Line 1", "Address Line 2"]);
    }
}

#[test]
fn what_another_map_decided_for_the_same_header_counts() {
    let mut material = material(&[("Old CRM", "Account", ACCOUNTS), ("Old CRM", "Contact", CONTACTS)]);
    let before = propose(&material, &model(), &[]);
    let rule =
        FieldRule { field: "language".to_owned(), from: vec!["preferred_lang".to_owned()], ..FieldRule::default() };
    let key = MapKey { source: "HubSpot".to_owned(), object: "contacts".to_owned(), entity: "person".to_owned() };
    material.maps.push(ObjectMap { key, fields: vec![rule], ..ObjectMap::default() });
    let after = propose(&material, &model(), &[]);
    let of = |found: &[ObjectSuggestion]| {
        let object = found.iter().find(|object| object.object_name == "Contact").unwrap();
        first(object, "Preferred Lang").clone()
    };
    assert_eq!(of(&after).reasons.last().map(String::as_str), Some("agrees with HubSpot"));
    assert!((of(&after).confidence - of(&before).confidence - LINKS).abs() < 1e-9);
}

#[test]
fn what_a_map_decided_is_left_out() {
    let mut material = material(&[("Old CRM", "Contact", CONTACTS)]);
    let rule = FieldRule { field: "city".to_owned(), from: vec!["MailingCity".to_owned()], ..FieldRule::default() };
    let key = MapKey { source: "Old CRM".to_owned(), object: "Contact".to_owned(), entity: "person".to_owned() };
    material.maps.push(ObjectMap { key, fields: vec![rule], ..ObjectMap::default() });
    let found = propose(&material, &model(), &[]);
    let city = column(&found[0], "MailingCity");
    assert!(city.candidates.is_empty() && city.drop.is_none(), "{city:?}");
    assert!(found[0].columns.iter().flat_map(|c| &c.candidates).all(|c| c.entity != "person" || c.field != "city"));
}

#[test]
fn headers_alone_are_enough_for_a_target_s_own_fields() {
    let names = ["BillingStreet", "BillingCity", "BillingPostalCode", "ShippingCity", "AnnualRevenue", "Name"];
    let target =
        entity("Account", EntityKind::Entity, "", names.iter().map(|name| field(name, FieldType::Text, &[])).collect());
    let text = "organization_name,billing_city,zip,SHIPPINGCITY,annual_revenue\n";
    let found = propose(&material(&[("Old", "accounts", text)]), &[target], &[]);
    for (header, field) in [
        ("organization_name", "Name"),
        ("billing_city", "BillingCity"),
        ("zip", "BillingPostalCode"),
        ("SHIPPINGCITY", "ShippingCity"),
        ("annual_revenue", "AnnualRevenue"),
    ] {
        assert_eq!(first(&found[0], header).field, field, "{header}");
    }
}

#[test]
fn a_package_s_namespace_and_numbered_groups_tell_nothing_apart_that_is_not_so() {
    let names = [
        "npsp__Contact1_Firstname__c",
        "npsp__Contact1_Lastname__c",
        "npsp__Contact2_Firstname__c",
        "npsp__Donation_Amount__c",
        "npe01__HomeEmail__c",
    ];
    let target =
        entity("Import", EntityKind::Entity, "", names.iter().map(|name| field(name, FieldType::Text, &[])).collect());
    let text = "Contact1 First Name,Contact1 Last Name,Contact2 First Name,Donation Amount,Home Email\n";
    let found = propose(&material(&[("Old", "rows", text)]), &[target], &[]);
    let headers = ["Contact1 First Name", "Contact1 Last Name", "Contact2 First Name", "Donation Amount", "Home Email"];
    for (header, field) in headers.into_iter().zip(names) {
        assert_eq!(first(&found[0], header).field, field, "{header}");
    }
}

#[test]
fn what_tells_of_merges_is_for_the_crosswalk_and_who_wrote_a_record_owns_nothing() {
    let text = "Id,Last Name,Email,Merged object IDs,CreatedById\n003A,Kuhn,a@x.example,003X;003Y,005A\n003B,Lee,b@x.example,003Z,005A\n";
    let found = propose(&material(&[("Old CRM", "Contact", text)]), &model(), &[]);
    let merged = column(&found[0], "Merged object IDs");
    assert!(merged.candidates.is_empty(), "{merged:?}");
    assert_eq!(merged.drop.as_deref(), Some("told by the crosswalk (merges)"));
    assert!(column(&found[0], "CreatedById").candidates.is_empty());
    let own = first(&found[0], "Id");
    assert_eq!((own.field.as_str(), own.reasons[0].as_str()), ("crm_id", "the record's own ID in a CRM"));
}

#[test]
fn an_empty_workspace_and_an_empty_model_have_no_suggestions() {
    assert!(propose(&Material::default(), &model(), &[]).is_empty());
    let found = propose(&material(&[("Old CRM", "Contact", CONTACTS)]), &[], &[]);
    assert!(found[0].columns.iter().all(|column| column.candidates.is_empty()));
}
