//! Entities as documents: written, read back, changed, with every fault by its line.

use proptest::prelude::*;

use super::*;
use crate::sources::facts::change::Change;

fn faults(text: &str) -> Vec<String> {
    Entity::parse(text).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn every_fault_is_listed_with_its_key_and_its_line() {
    let text = "name = \"Customers\"\nkind = \"table\"\nordr = 3\n[grain]\nconcept = 3\n\n[[fields]]\nname = \"email\"\ntype = \"e-mail\"\n\
                requierd = true\n\n[[fields]]\nname = \"email\"\nallowed = [\"a\", \"a\"]\nlongest = 0\n";
    let found = faults(text);
    let says = |line: u32, key: &str, words: &str| {
        let start = format!("line {line}, {key}: ");
        assert!(found.iter().any(|f| f.starts_with(&start) && f.contains(words)), "{start}{words} in {found:#?}");
    };
    says(1, "name", "customers would be one");
    says(2, "kind", "none of entity");
    says(3, "ordr", "order may be meant");
    says(5, "grain.concept", "a text in quotes");
    says(9, "fields.1.type", "email may be meant");
    says(10, "fields.1.requierd", "required may be meant");
    says(13, "fields.2.name", "name of field 1 already");
    says(14, "fields.2.allowed.2", "allowed twice");
    says(15, "fields.2.longest", "not within");
    assert_eq!(found.len(), 9, "{found:#?}");
}

#[test]
fn limits_must_fit_their_types() {
    let field = |rest: &str| format!("name = \"a\"\n[[fields]]\nname = \"f\"\n{rest}\n");
    for (rest, says) in [
        ("type = \"text\"\nleast = 3", "no least and most"),
        ("type = \"integer\"\nleast = \"x\"", "no whole number"),
        ("type = \"integer\"\nleast = 5\nmost = 3", "below the least"),
        ("type = \"date\"\nmost = \"2025-02-30\"", "no date"),
        ("type = \"reference\"", "names a row of"),
        ("type = \"text\"\nreferences = \"a\"", "not reference"),
        ("type = \"text\"\nscale = 2", "no digits"),
        ("missing = \"default\"", "needs a value"),
        ("missing = { policy = \"reject\", value = \"x\" }", "takes no value"),
        (
            "type = \"choice\"\nallowed = [\"a\"]\nmissing = { policy = \"default\", value = \"b\" }",
            "none of the allowed",
        ),
        ("type = \"boolean\"\nmissing = { policy = \"default\", value = \"yes\" }", "no true or false"),
        ("type = \"choices\"\nallowed = [\"a;b\"]", "parts several"),
        (
            "allowed = [{ value = \"a\", synonyms = [\"x\"] }, { value = \"b\", synonyms = [\"X\"] }]",
            "means “a” already",
        ),
    ] {
        let found = faults(&field(rest));
        assert!(found.len() == 1 && found[0].contains(says), "{rest}: {found:?}");
    }
    for rest in [
        "type = \"decimal\"\nleast = -1.5\nmost = 2",
        "type = \"datetime\"\nleast = 2025-01-01T00:00:00Z",
        "missing = \"ask\"",
    ] {
        assert!(Entity::parse(&field(rest)).is_ok(), "{rest}");
    }
}

#[test]
fn single_keys_are_changed_as_people_type_them() {
    let person = crate::model::shipped::entity("person").unwrap();
    let change = |texts: &[&str]| {
        let changes: Vec<Change> = texts.iter().map(|text| Change::parse(text).unwrap()).collect();
        apply(person, &changes)
    };
    let changed = change(&[
        "owner=Jonas Weber",
        "one_row_is=one human we know by name",
        "fields.phone.required=yes",
        "fields.consent.email.missing=default: false",
        "fields.segment.allowed+=education",
        "fields.email.synonyms+=mail 1, mail 2",
        "fields+=shoe_size",
        "fields.shoe_size.type=integer",
        "fields-=fax",
        "processes-=segmentation",
        "relationships.owner.role=keeper",
    ])
    .unwrap();
    assert_eq!(
        (changed.owner.as_str(), changed.grain.one_row_is.as_str()),
        ("Jonas Weber", "one human we know by name")
    );
    let field = |name: &str| changed.field(name).unwrap();
    assert!(field("phone").required && changed.field("fax").is_none());
    let missing = &field("consent.email").missing;
    assert_eq!((missing.policy, missing.value.as_str()), (MissingPolicy::Default, "false"));
    assert!(field("segment").allowed.iter().any(|a| a.value == "education"));
    assert!(field("email").synonyms.ends_with(&["mail 1".to_owned(), "mail 2".to_owned()]));
    assert_eq!(field("shoe_size").kind, FieldType::Integer);
    // Nothing else moved.
    assert_eq!(changed.fields.len(), person.fields.len());

    for (text, says) in [
        ("fields.emial.required=yes", "email may be meant"),
        ("fields.email.requird=yes", "required may be meant"),
        ("fields.email.required=maybe", "neither yes nor no"),
        ("fields.email=x", "it is a field"),
        ("fields+=email", "stands in it already"),
        ("fields-=zzz", "does not stand in it"),
        ("name=human", "keeps its name"),
        ("onwer=x", "owner may be meant"),
        ("fields.email.type=reference", "fields.email.references"),
        ("fields.email.longest=-1", "not within"),
        ("fields.email.allowed=[", "no TOML"),
        ("grain=x", "group of keys"),
    ] {
        let found: Vec<String> = change(&[text]).unwrap_err().iter().map(ToString::to_string).collect();
        assert!(found[0].contains(says), "{text}: {found:?}");
    }
}

fn words() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set("[a-z\"\\\\é\u{202E} ]{0,6}[a-z]", 0..4).prop_map(|set| set.into_iter().collect())
}

fn any_field() -> impl Strategy<Value = Field> {
    let text = "[^\\p{C}]{0,20}";
    let kinds = prop::sample::select(FieldType::ALL.to_vec());
    ((kinds, any::<bool>(), any::<bool>(), any::<bool>()), (text, text, text, words()), (1u32..900, words())).prop_map(
        |((kind, required, personal, derived), (label, definition, group, synonyms), (longest, values))| {
            let allowed = values.into_iter().enumerate().map(|(at, value)| Allowed {
                meaning: if at % 2 == 0 { String::new() } else { label.clone() },
                value,
                synonyms: Vec::new(),
            });
            Field {
                kind,
                required,
                personal,
                derived,
                role: if required { RoleInGrain::Identity } else { RoleInGrain::Attribute },
                allowed: allowed.collect(),
                longest: (longest > 300).then_some(longest),
                least: if kind.has_order() && kind != FieldType::Date && kind != FieldType::Datetime {
                    "3".to_owned()
                } else {
                    String::new()
                },
                scale: (kind == FieldType::Decimal).then_some(2),
                references: if kind == FieldType::Reference { "other".to_owned() } else { String::new() },
                missing: Missing {
                    policy: if personal { MissingPolicy::Derive } else { MissingPolicy::Reject },
                    value: if personal { "coalesce(a, 'b')".to_owned() } else { String::new() },
                },
                label,
                definition,
                group,
                synonyms,
                ..Field::default()
            }
        },
    )
}

fn any_entity() -> impl Strategy<Value = Entity> {
    let fields = prop::collection::vec(any_field(), 0..6);
    let text = "[^\\p{C}]{0,30}";
    (fields, text, text, words(), any::<bool>()).prop_map(|(fields, purpose, sentence, processes, cut)| {
        let mut entity = Entity {
            name: "thing".to_owned(),
            removed: cut && purpose.is_empty(),
            purpose,
            grain: Grain { concept: "person".to_owned(), one_row_is: sentence.clone() },
            processes: processes.clone(),
            order: fields.len() as u32,
            fields,
            ..Entity::default()
        };
        for (at, field) in entity.fields.iter_mut().enumerate() {
            field.name = if at % 2 == 0 { format!("f{at}") } else { format!("g.f{at}") };
        }
        if !sentence.trim().is_empty() {
            entity.relationships.push(Relationship {
                name: "r".to_owned(),
                to: "thing".to_owned(),
                hierarchy: true,
                ..Relationship::default()
            });
            entity.shared_records.push(Case {
                what: sentence,
                records: processes,
                by: "mira".to_owned(),
                at: "2025-11-14T09:00:00Z".to_owned(),
            });
        }
        entity
    })
}

proptest! {
    #![proptest_config(crate::values::steady_cases())]

    #[test]
    fn an_entity_that_is_written_is_read_back_the_same(entity in any_entity()) {
        let text = entity.to_toml();
        let read = Entity::parse(&text);
        prop_assert_eq!(read.as_ref(), Ok(&entity), "{}", text);
        prop_assert_eq!(read.map(|entity| entity.to_toml()).ok(), Some(text));
    }

    #[test]
    fn no_text_stops_the_reader(text in "[ a-z=\\[\\]{}\"'.\n#0-9é\u{FEFF}_-]{0,80}") {
        let _ = Entity::parse(&text);
        let person = crate::model::shipped::entity("note");
        if let (Some(person), Ok(change)) = (person, Change::parse(&text)) {
            let _ = apply(person, &[change]);
        }
    }

    #[test]
    fn no_change_stops_the_program(
        key in "(fields|relationships|grain|owner|processes|name)(\\.[a-z\".]{0,6}){0,3}",
        act in "=|\\+=|-=",
        value in "[a-z\\[\\]{}\",= ]{0,12}",
    ) {
        let note = crate::model::shipped::entity("note").unwrap();
        if let Ok(change) = Change::parse(&format!("{key}{act}{value}")) {
            let _ = apply(note, &[change]);
        }
    }
}
