use super::Desk;
use crate::{Shown, shown};
use kangma_core::Standing;
use kangma_server::web::{
    sheets::{account, points},
    view::{
        form::{Answers, Choice},
        gate::{Act, Scan, Shown as Verdict},
        look::Look,
        page::{Link, Surface},
    },
};

pub fn pages(desk: &Desk) -> Vec<Shown> {
    let t = desk.t;
    vec![
        shown(
            "staff-sign-in",
            &account::staff_sign_in(
                desk.page(Surface::Plain, "staff-sign-in-title"),
                "/gate",
                &Answers::default(),
            ),
        ),
        shown(
            "gate-choose",
            &points::choose(
                desk.page(Surface::Plain, "gate-choose-title"),
                None,
                vec![Link::to("#", desk.zh_en("示例超市", "Example supermarket"))],
            ),
        ),
        shown("gate-scan", &scan(desk)),
        shown("gate-pass", &verdict(desk, Standing::Green, Act::Pass, t.s("gate-pass"))),
        shown("gate-register", &verdict(desk, Standing::Unknown, Act::Register, t.s("gate-register"))),
        shown("gate-yellow", &verdict(desk, Standing::Yellow, Act::Stop, t.s("gate-stop"))),
        shown("gate-stop", &verdict(desk, Standing::Red, Act::Stop, t.s("gate-stop"))),
        shown(
            "gate-cannot-tell",
            &verdict(desk, Standing::Unknown, Act::CannotTell, t.s("gate-cannot-tell")),
        ),
    ]
}

fn scan(desk: &Desk) -> Scan {
    let t = desk.t;
    let mut inward = Choice::new("in", t.s("direction-in"));
    inward.chosen = true;
    let mut page = desk.page(Surface::Gate, "gate-title");
    page.scripts = vec!["gate.js"];
    page.who = Some("checker".into());
    Scan {
        page,
        point: desk.zh_en("示例超市", "Example supermarket").into(),
        point_id: "7".into(),
        kind: desk.zh_en("商场", "Shop").into(),
        directions: vec![inward, Choice::new("out", t.s("direction-out"))],
        purposes: ["purpose-ordinary", "purpose-home", "purpose-test", "purpose-care"]
            .map(|id| Choice::new(id, t.s(id)))
            .to_vec(),
        asks_temperature: true,
        checker: "officer:checker".into(),
        zone: "Asia/Shanghai".into(),
        words: "{}".into(),
        error: None,
    }
}

fn verdict(desk: &Desk, standing: Standing, act: Act, word: String) -> Verdict {
    let t = desk.t;
    let sentence = match act {
        Act::Pass => desk.zh_en("请进。", "Let the person in."),
        Act::Register => {
            desk.zh_en("请登记姓名和电话，然后放行。", "Write down name and telephone, then let pass.")
        }
        Act::Stop => desk.zh_en(
            "请请到一旁，联系社区。不要大声说出颜色。",
            "Ask the person aside and call the community desk. Do not say the colour aloud.",
        ),
        Act::CannotTell => desk.zh_en(
            "这是截图：两分钟前的码。请本人刷新后再扫。",
            "This is a screenshot: it is two minutes old. Ask the person to refresh it, and scan again.",
        ),
    };
    Verdict {
        page: desk.page(Surface::Gate, "gate-title"),
        look: Look::of(t, standing),
        act,
        word,
        sentence: sentence.into(),
        name: desk.zh_en("甄*", "Z***").into(),
        document: "33********0012".into(),
        assurance: t.s("assurance-device"),
        point_id: "7".into(),
        visit: Some("v1".into()),
        next: Link::to("#", t.s("gate-next")),
        repeated: false,
    }
}
