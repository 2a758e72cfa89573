//! Places in the writing at which a fault can be put: for tests that kill the process there.

use std::{fmt, sync::Arc};

/// Where the writer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WriteMoment {
    /// Nothing of the act is written.
    BeforeAct,
    /// After one of its statements.
    AfterStatement,
    /// All of the act is written, nothing is durable.
    AfterAct,
    /// The group is complete, nothing is durable.
    BeforeCommit,
    /// The group is durable, nobody has been told.
    AfterCommit,
}

/// One moment of the writing, numbered from 1 since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WritePoint {
    /// The running number.
    pub number: u64,
    /// Where the writer is.
    pub moment: WriteMoment,
}

/// What is called at every write point, on the writer's thread.
pub type Fault = Arc<dyn Fn(WritePoint) + Send + Sync>;

pub(crate) struct Faults {
    fault: Option<Fault>,
    passed: u64,
}

impl Faults {
    pub(crate) fn new(fault: Option<Fault>) -> Self {
        Self { fault, passed: 0 }
    }

    pub(crate) fn pass(&mut self, moment: WriteMoment) {
        if let Some(fault) = &self.fault {
            self.passed += 1;
            fault(WritePoint { number: self.passed, moment });
        }
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").field("passed", &self.passed).finish_non_exhaustive()
    }
}
