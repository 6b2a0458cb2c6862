//! XML of workbooks as a stream of openings, closings and text. Knows no workbook; what it reads has been looked over by
//! `xlsx_fence`, so that no single piece of it is overlong.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::ReadErrorKind;
use super::refusal::{Refusal, shown};

/// Steps through a document.
pub(super) struct Xml {
    reader: Reader<BufReader<Box<dyn Read + Send>>>,
    buf: Vec<u8>,
}

/// One step. An element without content opens and closes.
pub(super) enum Node<'a> {
    Open(Tag<'a>),
    /// The name without its prefix.
    Shut(Cow<'a, str>),
    Text(Cow<'a, str>),
    /// Nothing that belongs to the content.
    Other,
    End,
}

/// The tag that opens an element.
pub(super) struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// The name without its prefix.
    pub fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The name with its prefix.
    pub fn whole_name(&self) -> &str {
        self.0.name().into_inner()
    }

    /// An attribute by its name without prefix.
    pub fn local(&self, name: &str) -> Option<Cow<'_, str>> {
        self.find(|key| key.rsplit(':').next() == Some(name))
    }

    /// An attribute by its whole name.
    pub fn exact(&self, name: &str) -> Option<Cow<'_, str>> {
        self.find(|key| key == name)
    }

    fn find(&self, is_it: impl Fn(&str) -> bool) -> Option<Cow<'_, str>> {
        let mut attributes = self.0.attributes();
        let found = attributes.with_checks(false).flatten().find(|a| is_it(a.key.into_inner()))?;
        let value = found.value;
        if !value.contains(['&', '\n', '\t', '\r']) {
            return Some(value);
        }
        let whole = quick_xml::escape::unescape(&value).map(Cow::into_owned);
        Some(Cow::Owned(whole.unwrap_or_else(|_| value.into_owned())))
    }

    /// Whether a yes-or-no attribute says yes.
    pub fn says(&self, name: &str) -> bool {
        self.local(name).is_some_and(|value| matches!(value.trim(), "1" | "true" | "on"))
    }
}

pub(super) fn damaged(what: &str) -> io::Error {
    Refusal::io(
        ReadErrorKind::Format,
        format!("the workbook is damaged or unusual ({})", shown(what)),
        "Open it in a spreadsheet program, save it again (or as CSV) and load that file.",
    )
}

impl Xml {
    pub fn new(input: Box<dyn Read + Send>) -> Self {
        let mut reader = Reader::from_reader(BufReader::with_capacity(64 << 10, input));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self { reader, buf: Vec::new() }
    }

    pub fn next(&mut self) -> io::Result<Node<'_>> {
        self.buf.clear();
        let event = self.reader.read_event_into(&mut self.buf).map_err(|error| match error {
            quick_xml::Error::Io(error) => match std::sync::Arc::try_unwrap(error) {
                Ok(error) => error,
                Err(shared) => damaged(&shared.to_string()),
            },
            error => damaged(&error.to_string()),
        })?;
        Ok(match event {
            Event::Start(tag) | Event::Empty(tag) => Node::Open(Tag(tag)),
            Event::End(tag) => Node::Shut(Cow::Owned(tag.local_name().into_inner().to_owned())),
            Event::Text(text) => Node::Text(text.xml10_content()),
            Event::CData(text) => Node::Text(text.xml10_content()),
            Event::GeneralRef(name) => Node::Text(match name.resolve_char_ref() {
                Ok(Some(c)) => Cow::Owned(c.to_string()),
                _ => match &*name {
                    "lt" => Cow::Borrowed("<"),
                    "gt" => Cow::Borrowed(">"),
                    "amp" => Cow::Borrowed("&"),
                    "apos" => Cow::Borrowed("'"),
                    "quot" => Cow::Borrowed("\""),
                    other => Cow::Owned(format!("&{other};")),
                },
            }),
            Event::DocType(_) => return Err(damaged("a document type of its own")),
            Event::Eof => Node::End,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => Node::Other,
        })
    }
}
