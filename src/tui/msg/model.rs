//! What the screens of the model, of value maps, of the operating questions, of the source of truth and of what blocks ask
//! the body, and what comes back.

use crate::model::Standing;

/// A question of these screens.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelAsk {
    Entities,
}

/// An answer to them.
#[derive(Debug, Clone)]
pub enum ModelReply {
    Entities(Vec<Standing>),
}
