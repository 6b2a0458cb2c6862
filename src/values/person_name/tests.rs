//! Names of people taken apart, and names that cannot be.

use super::*;
use proptest::prelude::*;

fn parts(text: &str) -> [String; 5] {
    let name = split(text).unwrap_or_else(|fault| PersonName { given: fault, ..PersonName::default() });
    [name.title, name.given, name.middle, name.family, name.suffix]
}

#[test]
fn the_words_are_read() {
    assert!(toml::from_str::<Words>(TABLE).is_ok());
    assert!(WORDS.titles.contains("dr") && WORDS.particles.contains("von"));
}

#[test]
fn names_are_split_into_their_parts() {
    for (text, expected) in [
        ("Sarah Lee", ["", "Sarah", "", "Lee", ""]),
        ("  sarah   lee ", ["", "sarah", "", "lee", ""]),
        ("Sarah J. Lee", ["", "Sarah", "J.", "Lee", ""]),
        ("J. R. R. Tolkien", ["", "J.", "R. R.", "Tolkien", ""]),
        ("J.R.R. Tolkien", ["", "J.R.R.", "", "Tolkien", ""]),
        ("Lee, Sarah", ["", "Sarah", "", "Lee", ""]),
        ("Lee, Sarah J.", ["", "Sarah", "J.", "Lee", ""]),
        ("Smith Jr., John", ["", "John", "", "Smith", "Jr."]),
        ("John Smith, Jr.", ["", "John", "", "Smith", "Jr."]),
        ("John Smith III", ["", "John", "", "Smith", "III"]),
        ("Dr. John Smith, PhD, MBA", ["Dr.", "John", "", "Smith", "PhD MBA"]),
        ("Prof. Dr. Anna Müller", ["Prof. Dr.", "Anna", "", "Müller", ""]),
        ("Herr Müller", ["Herr", "", "", "Müller", ""]),
        ("Mme Claire Dubois", ["Mme", "Claire", "", "Dubois", ""]),
        ("Jan van den Berg", ["", "Jan", "", "van den Berg", ""]),
        ("van den Berg, Jan", ["", "Jan", "", "van den Berg", ""]),
        ("Berg, Jan van den", ["", "Jan", "", "van den Berg", ""]),
        ("Ludwig von Beethoven", ["", "Ludwig", "", "von Beethoven", ""]),
        ("Juan de la Cruz", ["", "Juan", "", "de la Cruz", ""]),
        ("Mary Mac Donald", ["", "Mary", "", "Mac Donald", ""]),
        ("Osama bin Khalid", ["", "Osama", "", "bin Khalid", ""]),
        ("José Ortega y Gasset", ["", "José", "", "Ortega y Gasset", ""]),
        ("Van Morrison", ["", "Van", "", "Morrison", ""]),
        ("Jean-Pierre DUPONT", ["", "Jean-Pierre", "", "DUPONT", ""]),
        ("DUPONT Jean", ["", "Jean", "", "DUPONT", ""]),
        ("SARAH LEE", ["", "SARAH", "", "LEE", ""]),
        ("Robert (Bob) Smith", ["", "Robert", "", "Smith", ""]),
        ("Madonna", ["", "Madonna", "", "", ""]),
        ("山田 太郎", ["", "太郎", "", "山田", ""]),
        ("김 민수", ["", "민수", "", "김", ""]),
        ("ジョン・スミス", ["", "ジョン", "", "スミス", ""]),
        ("Don Draper", ["", "Don", "", "Draper", ""]),
        ("Anna Do", ["", "Anna", "", "Do", ""]),
        ("M. Dupont", ["M.", "", "", "Dupont", ""]),
        ("Wójcik, Łukasz", ["", "Łukasz", "", "Wójcik", ""]),
        ("Mike O'Brien", ["", "Mike", "", "O'Brien", ""]),
    ] {
        assert_eq!(parts(text), expected.map(str::to_owned), "{text}");
    }
}

#[test]
fn what_cannot_be_told_apart_is_a_fault() {
    for (text, expected) in [
        ("山田太郎", "“山田太郎” has no space between family and given name"),
        ("Anna and Bob Smith", "“Anna and Bob Smith” may be several people"),
        ("Anna & Bob Smith", "“Anna & Bob Smith” may be several people"),
        ("Acme GmbH", "“Acme GmbH” is rather a company"),
        ("a@b.example", "“a@b.example” is no person's name"),
        ("Agent 47", "“Agent 47” is no person's name"),
        ("Dr.", "“Dr.” is only a title"),
        ("---", "“---” is no person's name"),
    ] {
        assert_eq!(split(text), Err(expected.to_owned()), "{text}");
    }
}

#[test]
fn unsure_splits_say_so() {
    let confidence = |text| split(text).map_or(0, |name| name.confidence);
    assert!(confidence("Sarah Lee") > 90);
    assert!(confidence("María García López") <= 60);
    assert!(confidence("Madonna") <= 40);
    assert_eq!(split("María García López").map(|name| name.reason), Ok("the name between may be a second family name"));
}

proptest! {
    #![proptest_config(crate::values::steady_cases())]

    #[test]
    fn no_text_makes_it_panic_and_every_word_is_of_the_name(text: String, near in "((Dr|Mr|von|van|Jr|III|Anna|LEE|M|Ł)[., ]{1,2}){0,6}") {
        for text in [&text, &near] {
            if let Ok(name) = split(text) {
                let whole = collapse_spaces(text);
                for part in [&name.title, &name.given, &name.middle, &name.family, &name.suffix] {
                    for word in part.split(' ') {
                        prop_assert!(whole.contains(word), "{} in {}", word, whole);
                    }
                }
            }
        }
    }
}
