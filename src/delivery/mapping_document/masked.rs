//! What a problem says, with the values of the data that its sentence names written as everywhere else in the document.

use super::Personal;
use crate::mapping::check::Problem;
use crate::values::mask::quoted_parts;
use crate::values::shown::Shown;

/// The message of a problem; what stands in quotes, and the values that show the problem, go through `personal`.
#[must_use]
pub fn message(problem: &Problem, personal: Personal<'_>) -> String {
    let values: Vec<String> = problem.values.iter().map(|value| Shown::of(value).to_plain()).collect();
    let part = |(quoted, text): (bool, &str)| {
        if quoted { format!("“{}”", personal(text)) } else { words(text, &values, personal) }
    };
    quoted_parts(&problem.message).into_iter().map(part).collect()
}

/// A text without quotes, in which values stand as words of their own.
fn words(text: &str, values: &[String], personal: Personal<'_>) -> String {
    let found = values.iter().filter(|value| !value.is_empty()).filter_map(|value| {
        let at = text.match_indices(value.as_str()).map(|(at, _)| at).find(|at| {
            let is_word = |c: char| c.is_alphanumeric();
            let (before, from) = text.split_at(*at);
            !before.ends_with(is_word) && !from.strip_prefix(value.as_str()).unwrap_or_default().starts_with(is_word)
        })?;
        Some((at, value))
    });
    // The first, and the longest of those that begin there; then what follows it.
    match found.min_by_key(|(at, value)| (*at, usize::MAX - value.len())) {
        None => text.to_owned(),
        Some((at, value)) => {
            let (before, from) = text.split_at(at);
            let after = from.strip_prefix(value.as_str()).unwrap_or_default();
            format!("{before}{}{}", personal(value), words(after, values, personal))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_a_sentence_are_masked_in_quotes_and_as_words() {
        let problem = Problem {
            message: "3 values of Type have no target: “Ann Lee”, Bo and k@x.example. Bold ones too.".to_owned(),
            values: ["Ann Lee", "Bo", "k@x.example"].map(str::to_owned).to_vec(),
            ..Problem::default()
        };
        let masked = message(&problem, &|_| "M".to_owned());
        assert_eq!(masked, "3 values of Type have no target: “M”, M and M. Bold ones too.");
        assert_eq!(message(&problem, &str::to_owned), problem.message);
        let odd = Problem { message: "an “open quote, a and ”".to_owned(), ..problem };
        assert_eq!(message(&odd, &str::to_owned), odd.message);
    }
}
