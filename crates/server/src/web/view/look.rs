//! How a standing looks: always colour and word and shape together.

use crate::web::texts::Texts;
use kangma_core::Standing;

/// The look of a standing in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub t: Texts,
    pub standing: Standing,
}

impl Look {
    #[must_use]
    pub const fn of(t: Texts, standing: Standing) -> Self {
        Self { t, standing }
    }

    /// The class that carries the colour: three colours, and one grey for everything that is none.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self.standing {
            Standing::Green => "is-green",
            Standing::Yellow => "is-yellow",
            Standing::Red => "is-red",
            _ => "is-grey",
        }
    }

    /// The symbol in `parts/shapes.svg` that carries the shape.
    #[must_use]
    pub const fn shape(&self) -> &'static str {
        match self.standing {
            Standing::Green => "shape-green",
            Standing::Yellow => "shape-yellow",
            Standing::Red => "shape-red",
            Standing::UnderReview => "shape-review",
            Standing::Expired => "shape-expired",
            Standing::Undeclared => "shape-undeclared",
            Standing::Unknown => "shape-unknown",
        }
    }

    /// The word alone, such as "Green".
    #[must_use]
    pub fn word(&self) -> String {
        self.t.s(match self.standing {
            Standing::Green => "standing-green",
            Standing::Yellow => "standing-yellow",
            Standing::Red => "standing-red",
            Standing::UnderReview => "standing-under-review",
            Standing::Expired => "standing-expired",
            Standing::Undeclared => "standing-undeclared",
            Standing::Unknown => "standing-unknown",
        })
    }
}
