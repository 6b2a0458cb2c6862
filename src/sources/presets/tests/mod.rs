//! The embedded presets, and what may be relied on whatever a preset says.

mod traps;

use super::*;

fn preset(text: &str) -> Result<Preset, String> {
    parse("mine.toml", text, true).map_err(|error| error.to_string())
}

#[test]
fn every_embedded_preset_parses() {
    let mut wrong = Vec::new();
    for (file, text) in EMBEDDED {
        match parse(file, text, false) {
            Ok(preset) if preset.objects.is_empty() => wrong.push(format!("{file} lists no object")),
            Ok(_) => {}
            Err(error) => wrong.push(error.to_string()),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(embedded().len(), EMBEDDED.len());
}

/// Every characteristic header of the embedded presets, with what it is of and where a file of it would lie.
fn forms() -> Vec<(&'static Preset, Option<&'static PresetObject>, &'static Form)> {
    let system = |preset: &'static Preset| preset.forms.iter().map(move |form| (preset, None, form));
    let objects = |preset: &'static Preset| {
        let of = move |object: &'static PresetObject| object.forms.iter().map(move |form| (preset, Some(object), form));
        preset.objects.iter().flat_map(of)
    };
    all().iter().flat_map(|preset| system(preset).chain(objects(preset))).collect()
}

#[test]
fn every_preset_recognises_its_own_header_whatever_its_case_and_order() {
    let mut wrong = Vec::new();
    for (preset, object, form) in forms() {
        let named = if form.only_named { vec![preset.name.as_str()] } else { Vec::new() };
        let plain = form.header.clone();
        let upper: Vec<String> = form.header.iter().rev().map(|h| h.to_uppercase()).collect();
        let mut mixed: Vec<String> = form.header.iter().map(|h| format!(" {} ", h.to_lowercase())).collect();
        mixed.rotate_left(form.header.len() / 2);
        mixed.push("Something of their own".to_owned());
        for header in [plain, upper, mixed] {
            let place = Place { folders: named.clone(), name: "extract", file: "extract.csv" };
            let found = recognise(&place, &header);
            let is = found.as_ref().map(Recognised::name);
            if is.as_deref() != Some(preset.name_of(object).as_str()) {
                wrong.push(format!("{} {}: taken for {is:?}", preset.name_of(object), form.name));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_two_presets_claim_one_header_alike() {
    let mut wrong = Vec::new();
    for (preset, object, form) in forms().into_iter().filter(|(_, _, form)| !form.only_named) {
        let found = recognise(&Place { folders: vec![], name: "extract", file: "extract.csv" }, &form.header);
        if let Some(found) = found
            && found.evidence.contains("nearly as well")
        {
            wrong.push(format!("{}: {}", preset.name_of(object), found.evidence));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_object_is_explained_by_the_word_that_needs_explaining() {
    for preset in all() {
        for object in &preset.objects {
            assert!(!object.one_row_is.is_empty(), "{} {} does not say what one row is", preset.name, object.name);
            assert!(!object.one_row_is.to_lowercase().contains("customer"), "{} {}", preset.name, object.name);
        }
    }
}

#[test]
fn every_kind_of_system_has_defaults_and_no_other() {
    for kind in SystemKind::ALL {
        let defaults = defaults_of_kind(kind);
        assert!(!defaults.risky.is_empty(), "{}", kind.word());
        assert!(!defaults.must_not_control.is_empty(), "{}", kind.word());
    }
    for preset in all() {
        assert!(!preset.reliable.is_empty() && !preset.risky.is_empty(), "{}", preset.name);
    }
    let kinds: std::collections::BTreeMap<String, KindDefaults> =
        toml::from_str(include_str!("../../../../assets/presets/kinds.toml")).unwrap();
    assert!(kinds.keys().all(|word| SystemKind::from_word(word).is_some()));
}

#[test]
fn a_preset_that_is_wrong_is_refused_with_file_and_key() {
    let wrong = |text: &str| preset(text).unwrap_err();
    let found = wrong("name = \"Mine\"\nkind = \"crm\"\ncolour = \"red\"\n");
    assert!(found.contains("mine.toml") && found.contains("line 3") && found.contains("colour"), "{found}");
    let found = wrong("name = \"Mine\"\nkind = \"toaster\"\n");
    assert!(found.contains("mine.toml") && found.contains("line 2"), "{found}");
    let found = wrong("name = \"Mine\"\nkind = \"crm\"\n[[object]]\nname = \"A\"\n");
    assert!(found.contains("object A"), "{found}");
    let object = "name = \"Mine\"\nkind = \"crm\"\n[[object]]\nname = \"A\"\n";
    let found = wrong(&format!("{object}[[object.form]]\nheader = [\"x\", \"X \"]\n"));
    assert!(found.contains("form 1, header") && found.contains("twice"), "{found}");
    let found = wrong(&format!("{object}[[object.form]]\nheader = [\"x\"]\nat_least = 2\n"));
    assert!(found.contains("at_least"), "{found}");
    let found = wrong(&format!("{object}names = [\"as\"]\n[object.columns]\nb_id = {{ points_to = \"B\" }}\n"));
    assert!(found.contains("points_to"), "{found}");
    let found = wrong("name = \"\u{1b}[31m\"\n kind = 3");
    assert!(!found.contains('\u{1b}'), "{found:?}");
    assert!(!found.contains('\n'), "{found:?}");
}

#[test]
fn a_folder_of_presets_leaves_out_what_is_wrong_and_keeps_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let good = "name = \"Fern\"\nkind = \"booking\"\n[[object]]\nname = \"Guest\"\nnames = [\"guests\"]\n";
    std::fs::write(folder.path().join("b.toml"), good).unwrap();
    std::fs::write(folder.path().join("a.toml"), "name = 1").unwrap();
    std::fs::write(folder.path().join("c.toml"), good).unwrap();
    std::fs::write(folder.path().join("d.toml"), b"\xff\xfe").unwrap();
    std::fs::write(folder.path().join("notes.txt"), "no preset").unwrap();
    let (presets, wrong) = read_folder(folder.path());
    assert_eq!(presets.len(), 1);
    assert!(presets[0].own);
    let files: Vec<&str> = wrong.iter().map(|error| error.file.as_str()).collect();
    assert_eq!(files, ["a.toml", "c.toml", "d.toml"]);
    assert_eq!(read_folder(&folder.path().join("none")).1, []);
}

#[test]
fn what_a_column_points_to_is_met_by_name_and_by_preset() {
    assert!(meets("Account", "accounts", None));
    assert!(meets("Account", "account_data", None));
    assert!(meets("Account", "firms", Some("Salesforce/Account")));
    assert!(!meets("Account", "firms", Some("Salesforce/Contact")));
    assert!(meets("Salesforce.Contact", "Contact", None));
    assert_eq!(system_of("Salesforce.Contact"), Some("Salesforce"));
    assert!(meets("default card", "card_data", None));
    assert!(!meets("card", "card holders", None));
}

#[test]
fn a_source_has_its_preset_by_name_and_an_object_by_what_it_was_recognised_as() {
    assert_eq!(of_source("Salesforce EMEA", SystemKind::Crm).map(|p| p.name.as_str()), Some("Salesforce"));
    assert_eq!(of_source("salesforce-org", SystemKind::Crm).map(|p| p.name.as_str()), Some("Salesforce"));
    assert_eq!(of_source("Renewals 2025", SystemKind::Spreadsheet), None);
    let (preset, object) = of_object("Salesforce/Contact").unwrap();
    assert_eq!((preset.name.as_str(), object.unwrap().one_row_is.as_str()), ("Salesforce", "one human known by name"));
    assert!(of_object("Salesforce").unwrap().1.is_none());
    assert!(of_object("Nobody/Contact").is_none());
}

#[test]
fn a_header_is_compared_without_case_signs_and_marks() {
    for (one, other) in [
        ("MasterRecordId", "MASTERRECORDID"),
        ("Master Record ID", "master_record_id"),
        ("\u{feff}Id", "ID"),
        ("Person - Name *", "Person - Name"),
        ("*ContactName", "Contact Name"),
        ("property_email", "Email"),
    ] {
        assert_eq!(fold_header(one), fold_header(other), "{one}");
    }
    assert_ne!(fold_header("Email"), fold_header("E-mails"));
    assert_eq!(fold_header("--"), "");
}

#[test]
fn the_example_in_the_documents_is_a_preset() {
    let page = include_str!("../../../../docs/presets.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let preset = preset(example).unwrap();
    assert_eq!((preset.name.as_str(), preset.objects.len()), ("Fernlight", 2));
    // Every kind, role and meaning that the page lists is one.
    for kind in SystemKind::ALL {
        assert!(page.contains(kind.word()), "{}", kind.word());
    }
    let words = page.lines().find(|line| line.starts_with("| `means`")).expect("the meanings");
    for word in words.split('`').skip(3).step_by(2) {
        let meaning: Result<ColumnMeaning, _> = serde_json::from_str(&format!("\"{word}\""));
        assert!(meaning.is_ok(), "{word}");
    }
}
