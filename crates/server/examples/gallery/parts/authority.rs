use super::{
    Desk,
    resident::{documents, symptoms},
    time,
};
use crate::{Shown, shown};
use kangma_core::Standing;
use kangma_server::web::{
    sheets::{appeals, areas, audits, cases, orders, people, points, sites, staffed},
    view::{
        form::{Answers, Choice, Form},
        look::Look,
        page::{Link, Page, Surface},
        part::{Cell, Entry, Fact, Figure, Line, Preview, Table, Timeline},
        plot::{Bar, WindowPlot},
        sheet::{Paper, Sheet},
    },
};

pub fn pages(desk: &Desk) -> Vec<Shown> {
    let none = Answers::default();
    let p = |title: &str| page(desk, title);
    vec![
        shown("dashboard", &dashboard(desk)),
        shown(
            "cases",
            &cases::list(
                p("cases"),
                choices(desk, &["case-confirmed", "case-suspected"]),
                "",
                case_table(desk),
            ),
        ),
        shown(
            "case-report",
            &cases::report(
                p("case-report-title"),
                documents(desk),
                Vec::new(),
                &none.clone().but("document-number", desk.t.s("answer-missing")),
            ),
        ),
        shown("case-preview", &cases::preview(p("case-report-title"), facts(desk), preview(desk), "#")),
        shown("case", &case(desk)),
        shown("case-withdraw", &cases::withdraw(p("case-withdraw"), "1", &none)),
        shown(
            "contact-add",
            &cases::add_contact(
                p("contact-add-title"),
                "1",
                choices(desk, &["degree-close", "degree-casual"]),
                &none,
            ),
        ),
        shown("areas", &areas::list(p("areas"), empty(desk, "area-none"))),
        shown("area-mark", &areas::mark(p("area-mark-title"), choices(desk, &["area-level"]), &none)),
        shown("area-end", &areas::end(p("area-end-title"), "1", &none)),
        shown("sites", &sites::list(p("sites"), "", empty(desk, "sites-none"))),
        shown("sites-import", &sites::import(p("sites-import-title"), &none)),
        shown("audits", &audits::queue(p("audits"), empty(desk, "audits-none"))),
        shown("audit", &audits::audit(p("audit-title"), "1", facts(desk), facts(desk), &none)),
        shown(
            "appeals",
            &appeals::list(p("appeals"), choices(desk, &["state"]), empty(desk, "appeals-none")),
        ),
        shown("appeal-officer", &appeals::appeal(p("appeal-officer-title"), "A-17", facts(desk), &none)),
        shown("orders", &orders::list(p("orders"), empty(desk, "orders-none"), empty(desk, "orders-none"))),
        shown(
            "order-new",
            &orders::order(
                p("order-new-title"),
                choices(desk, &["standing-red", "standing-yellow"]),
                documents(desk),
                &none,
            ),
        ),
        shown("finding-new", &orders::finding(p("finding-new-title"), documents(desk), &none)),
        shown("order", &orders::proposal(p("order-title"), "1", facts(desk), true, &none)),
        shown("people", &people::find(p("people-title"), documents(desk), &none)),
        shown("person", &person(desk)),
        shown("points", &points::list(p("points"), "", empty(desk, "point-none"))),
        shown(
            "point-register",
            &points::register(p("point-register-title"), choices(desk, &["point"]), &none),
        ),
        shown("point", &points::point(p("point"), "1", facts(desk), empty(desk, "gates-none"), true, &none)),
        shown("ledger", &points::ledger(p("ledger-title"), "1", "2020-03-09", empty(desk, "ledger-none"))),
        shown(
            "staffed-declare",
            &staffed::declare(p("staffed-declare-title"), documents(desk), vec![], &none),
        ),
        shown("paper", &staffed::paper(p("paper-title"), "1", paper(desk))),
        shown("papers", &staffed::papers(p("paper-title"), "1", empty(desk, "paper-none"), &none)),
        shown(
            "check-in-phone",
            &staffed::check_in(
                p("check-in-phone-title"),
                "1",
                choices(desk, &["day"]),
                symptoms(desk),
                &none,
            ),
        ),
    ]
}

fn page(desk: &Desk, title: &str) -> Page {
    let t = desk.t;
    let mut page = desk.page(Surface::Authority, title);
    page.who = Some("officer-1".into());
    page.with_nav(kangma_server::web::sheets::authority_nav(t), "/authority/cases")
}

fn choices(desk: &Desk, ids: &[&str]) -> Vec<Choice> {
    ids.iter().map(|id| Choice::new(*id, desk.t.s(id))).collect()
}

fn look(desk: &Desk, standing: Standing) -> Cell {
    Cell::Standing(Look::of(desk.t, standing))
}

fn dashboard(desk: &Desk) -> Sheet {
    let t = desk.t;
    let figure = |value: &str, standing: Standing| Figure {
        value: value.into(),
        name: Look::of(t, standing).word(),
        href: None,
        look: Some(Look::of(t, standing)),
    };
    let figures = vec![
        figure("9,874", Standing::Green),
        figure("81", Standing::Yellow),
        figure("37", Standing::Red),
        figure("8", Standing::UnderReview),
    ];
    let waiting = Table {
        t,
        caption: t.s("waiting-for-you"),
        heads: vec![t.s("audits"), t.s("appeals"), t.s("orders")],
        rows: vec![vec![Cell::Number("4".into()), Cell::Number("2".into()), Cell::Number("1".into())]],
        none: String::new(),
        next: None,
    };
    let job = Line {
        label: t.s("job-tracing"),
        done: 312,
        needed: 1000,
        text: t.n_of("job-of", 312_u32, 1000_u32),
    };
    people::dashboard(page(desk, "dashboard"), figures, waiting, vec![job])
}

fn case_table(desk: &Desk) -> Table {
    let t = desk.t;
    let row = |number: &str, id: &str, when: &str, contacts: &str| {
        vec![
            Cell::Link(Link::to("#", number)),
            t.s(id).into(),
            desk.face.moment(time(when)).into(),
            Cell::Number(contacts.into()),
            desk.zh_en("西湖区", "Xihu").into(),
        ]
    };
    Table {
        t,
        caption: t.s("cases"),
        heads: vec![
            t.s("case-number"),
            t.s("case-status"),
            t.s("happened-at"),
            t.s("contacts"),
            t.s("district"),
        ],
        rows: vec![
            row("C-1031", "case-confirmed", "2020-03-09T02:10:00Z", "14"),
            row("C-1030", "case-suspected", "2020-03-08T22:40:00Z", "3"),
            row("C-1028", "case-withdrawn", "2020-03-07T09:00:00Z", "41"),
        ],
        none: t.s("case-none"),
        next: Some("#".into()),
    }
}

fn facts(desk: &Desk) -> Vec<Fact> {
    let t = desk.t;
    vec![
        Fact::new(t.s("name"), desk.zh_en("贾明", "Jia Ming")),
        Fact::new(t.s("case-status"), t.s("case-confirmed")),
        Fact::new(t.s("case-onset"), desk.face.date_of(time("2020-03-05T02:00:00Z"))),
        Fact::new(t.s("standing"), look(desk, Standing::Red)),
    ]
}

fn contacts(desk: &Desk) -> Table {
    let t = desk.t;
    let row = |name: &str, degree: &str, minutes: &str, standing| {
        vec![
            Cell::Link(Link::to("#", name)),
            t.s(degree).into(),
            Cell::Number(minutes.into()),
            look(desk, standing),
            Cell::Link(Link::to("tel:0", "138 0000 0002")),
        ]
    };
    Table {
        t,
        caption: t.s("contacts"),
        heads: vec![
            t.s("name"),
            t.s("contact-degree"),
            t.s("contact-minutes"),
            t.s("standing"),
            t.s("phone"),
        ],
        rows: vec![
            row(desk.zh_en("甄真", "Zhen Zhen"), "degree-close", "340", Standing::Red),
            row(desk.zh_en("何须", "He Xu"), "degree-close", "35", Standing::Red),
            row(desk.zh_en("任意", "Ren Yi"), "degree-casual", "12", Standing::Green),
        ],
        none: t.s("contacts-none"),
        next: None,
    }
}

fn preview(desk: &Desk) -> Preview {
    let t = desk.t;
    let of = |standing| Look::of(t, standing);
    Preview {
        t,
        changes: vec![
            (of(Standing::Green), of(Standing::Red), 14),
            (of(Standing::Yellow), of(Standing::Red), 2),
        ],
        unchanged: 27,
        people: contacts(desk),
        confirm: Form::post(t, "token", "#", t.s("preview-carry-out"))
            .weighty()
            .cancel(Link::to("#", t.s("cancel"))),
    }
}

fn case(desk: &Desk) -> Sheet {
    let t = desk.t;
    let bar = |label: &str, from_percent, until_percent| Bar {
        label: label.into(),
        from_percent,
        until_percent,
        title: label.into(),
    };
    let window = WindowPlot {
        t,
        caption: desk.zh_en("传染期和到访", "Infectious window and visits").into(),
        window: bar(desk.zh_en("传染期 3月3日–9日", "Infectious 3–9 March"), 25, 90),
        visits: vec![
            bar(desk.zh_en("示例超市", "Example supermarket"), 30, 32),
            bar(desk.zh_en("地铁 1 号线", "Metro line 1"), 47, 49),
            bar(desk.zh_en("写字楼", "Office"), 60, 68),
        ],
        days: (0..8).map(|n| (n * 12, format!("3/{}", n + 2))).collect(),
    };
    let entry = |when: &str, title: &str, withdrawn| Entry {
        when: desk.face.moment(time(when)),
        title: title.into(),
        withdrawn,
        ..Entry::default()
    };
    let timeline = Timeline {
        t,
        heading: desk.zh_en("经过", "Timeline").into(),
        entries: vec![
            entry("2020-03-09T02:10:00Z", &t.s("case-confirmed"), false),
            entry("2020-03-08T13:10:00Z", &t.s("case-suspected"), true),
        ],
    };
    cases::case(
        page(desk, "case"),
        cases::Case {
            id: "1".into(),
            facts: facts(desk),
            window: Some(window),
            contacts: contacts(desk),
            timeline,
            job: Some((4, 14)),
            open: true,
        },
    )
}

fn empty(desk: &Desk, none: &str) -> Table {
    Table { t: desk.t, caption: String::new(), heads: vec![], rows: vec![], none: desk.t.s(none), next: None }
}

fn person(desk: &Desk) -> Sheet {
    let t = desk.t;
    let entry = |when: &str, title: &str, text: &str, standing: Option<Standing>| Entry {
        when: desk.face.moment(time(when)),
        title: title.into(),
        text: text.into(),
        look: standing.map(|s| Look::of(t, s)),
        ..Entry::default()
    };
    let verdicts = vec![
        entry("2020-03-04T02:00:00Z", desk.zh_en("密切接触者", "Close contact"), "", Some(Standing::Red)),
        entry("2020-03-01T02:00:00Z", desk.zh_en("申报", "Declaration"), "", Some(Standing::Green)),
    ];
    let evidence = vec![
        entry(
            "2020-03-04T02:00:00Z",
            desk.zh_en("接触 #1204", "Exposure #1204"),
            desk.zh_en("来自病例 C-1031", "From case C-1031"),
            None,
        ),
        entry("2020-03-01T02:00:00Z", desk.zh_en("申报 #1001", "Declaration #1001"), "36.5 ℃", None),
    ];
    people::person(
        page(desk, "person"),
        people::Person {
            id: "1".into(),
            facts: facts(desk),
            reasons: contacts(desk),
            verdicts: Timeline { t, heading: t.s("verdicts"), entries: verdicts },
            evidence: Timeline { t, heading: t.s("evidence"), entries: evidence },
            known_at: "2020-03-09T12:10".into(),
            effective_at: "2020-03-09T12:10".into(),
        },
    )
}

fn paper(desk: &Desk) -> Paper {
    Paper {
        name: desk.zh_en("甄*", "Z***").into(),
        document: "33********0012".into(),
        valid_until: desk.face.date_of(time("2020-09-05T02:00:00Z")),
        qr: super::resident::qr(),
        lost: desk.zh_en("遗失请到社区服务台挂失。", "If it is lost, tell your community desk.").into(),
    }
}
