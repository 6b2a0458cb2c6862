//! What the lint says of models.

use super::*;
use crate::definitions::Document;
use crate::model::shipped;

fn entity(text: &str) -> Entity {
    Entity::parse(text).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn kinds(model: &[Entity], blocks: bool) -> Vec<&'static str> {
    lint(model).iter().filter(|remark| remark.blocks == blocks).map(|remark| remark.kind).collect()
}

#[test]
fn a_table_called_customers_is_warned_of_with_names_that_show_the_grain() {
    let table = entity("name = \"customers\"\nkind = \"entity\"\n");
    let remarks = lint(std::slice::from_ref(&table));
    let vague = remarks.iter().find(|remark| remark.kind == "vague_name").expect("vague");
    assert!(vague.message.contains("customer_accounts, customer_contacts, billing_customers") && !vague.blocks);
    for name in ["data", "customer_data", "misc_records", "info2", "master_list"] {
        assert!(!better_names(name).is_empty(), "{name}");
    }
    for name in ["customer_accounts", "billing_customers", "person", "list_member"] {
        assert!(better_names(name).is_empty(), "{name}");
    }
}

#[test]
fn a_grain_is_one_sentence_without_the_word() {
    for sentence in [
        "one customer",
        "One CUSTOMER's account",
        "non-customers",
        "one cus\u{AD}tomer",
        "ｃｕｓｔｏｍｅｒ",
        "cus-tomer",
    ] {
        assert!(says_customer(sentence), "{sentence}");
    }
    assert!(!says_customer("one human known by name") && !says_customer("one custom order"));
    for (sentence, two) in [
        ("one person or account", true),
        ("one person/account", true),
        ("one name and address", true),
        ("one order of one brand", false),
    ] {
        assert_eq!(words::two_in_one(sentence).is_some(), two, "{sentence}");
    }
}

#[test]
fn what_is_missing_is_said_and_blocks() {
    let empty = entity("name = \"thing_of_ours\"\n");
    assert_eq!(kinds(&[empty], true), ["no_grain", "no_grain", "no_purpose", "no_key", "no_fields"]);
}

#[test]
fn a_relationship_needs_its_dates_and_an_event_its_moment() {
    let link = entity("name = \"a_b\"\nkind = \"relationship\"\n[[fields]]\nname = \"a\"\ntype = \"text\"\n");
    let blocks = kinds(&[link], true);
    assert!(blocks.contains(&"no_dates") && blocks.contains(&"no_parties"), "{blocks:?}");
    let event = entity("name = \"went\"\nkind = \"event\"\n[[fields]]\nname = \"who\"\ntype = \"text\"\n");
    assert!(kinds(&[event], true).contains(&"no_moment"));
}

#[test]
fn two_identities_make_two_grains() {
    let text = "name = \"buyer\"\n[[fields]]\nname = \"person\"\ntype = \"reference\"\nreferences = \"person\"\nrole = \"identity\"\n\
                [[fields]]\nname = \"account_name\"\nrole = \"identity\"\n";
    let mut model: Vec<Entity> = shipped::entities().to_vec();
    model.push(entity(text));
    let found = lint(&model);
    assert!(found.iter().any(|r| r.kind == "two_grains" && r.entity == "buyer" && r.blocks), "{found:?}");
}

#[test]
fn cutting_an_entity_away_shows_who_refers_to_it() {
    let mut model: Vec<Entity> = shipped::entities().to_vec();
    model.retain(|entity| entity.name != "campaign_member");
    let found = lint(&model);
    let unknown: Vec<&str> =
        found.iter().filter(|r| r.kind == "unknown_reference").map(|r| r.entity.as_str()).collect();
    assert_eq!(unknown, ["person", "campaign"]);
    // A summary waits for what it is derived from.
    model.retain(|entity| entity.name != "payment");
    let summary: Vec<String> =
        lint(&model).into_iter().filter(|r| r.kind == "derived_too_soon").map(|r| r.message).collect();
    assert!(summary.iter().any(|m| m.contains("payment, which is not")), "{summary:?}");
}

#[test]
fn a_field_without_owner_definition_and_user_is_a_candidate_to_drop() {
    let table =
        entity("name = \"person\"\n[[fields]]\nname = \"fax\"\n[[fields]]\nname = \"email\"\nused_by = \"sales\"\n");
    assert_eq!(candidates_to_drop(std::slice::from_ref(&table)), [("person", "fax")]);
    assert!(lint(&[table]).iter().any(|r| r.kind == "candidate_to_drop" && r.field.as_deref() == Some("fax")));
}
