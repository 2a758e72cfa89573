//! axe-core: what on a page shuts people out. It is fetched with the pages' other tools, and is not part of kangma.

use std::{fs, path::Path};

use crate::visitor::Visitor;

/// The rules of WCAG 2.2 AA, and axe's own good practice.
const RULES: &str = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";

impl Visitor {
    /// Ends the test if axe finds anything on the page that is shown.
    pub async fn finds_nobody_shut_out(&self, page: &str) {
        let findings = self.axe_findings().await;
        assert!(findings.is_empty(), "axe on {page}:\n{}", findings.join("\n"));
    }

    /// What axe finds, one line each: the rule, how bad, and where.
    pub async fn axe_findings(&self) -> Vec<String> {
        let script = format!(
            "{}\nconst done = arguments[arguments.length - 1];\n\
             axe.run(document, {{ runOnly: {RULES} }}).then(\n\
               (result) => done(result.violations.map((each) => `${{each.id}} (${{each.impact}}): ${{each.help}}: ` +\n\
                 each.nodes.map((node) => node.target.join(' ')).join(', '))),\n\
               (error) => done([`axe itself failed: ${{error}}`]));",
            axe_core()
        );
        let findings = self.measure(&script).await;
        serde_json::from_value(findings).expect("a list of findings")
    }
}

fn axe_core() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/node_modules/axe-core/axe.min.js");
    fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run npm ci --prefix web", path.display()))
}
