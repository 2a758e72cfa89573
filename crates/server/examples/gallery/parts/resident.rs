use super::{Desk, time};
use crate::{Shown, shown};
use fast_qr::{ECL, QRBuilder};
use kangma_core::Standing;
use kangma_server::web::{
    sheets::{account, declare, family, own},
    view::{
        form::{Answers, Choice},
        look::Look,
        page::{Link, Page, Surface},
        part::{Cell, Entry, Fact, Line, Table},
        resident::{Holder, Home, ReasonCard, Relative, SourceLine, Task, Why},
    },
};

pub fn pages(desk: &Desk) -> Vec<Shown> {
    let t = desk.t;
    let plain = |title: &str| desk.page(Surface::Plain, title);
    let none = Answers::default();
    let wrong = Answers::default().with("temperature", "365").but("temperature", t.s("temperature-wrong"));
    vec![
        shown("landing", &account::landing(plain("landing-title"))),
        shown("sign-in", &account::sign_in(plain("sign-in-title"), &none)),
        shown("sign-in-code", &account::one_time_code(plain("sign-in-title"), "138****0001", &none)),
        shown("sign-in-none", &account::sign_in_not_configured(plain("sign-in-title"))),
        shown("outbox", &account::outbox(plain("outbox-title"), outbox(desk))),
        shown("home-green", &home(desk, Standing::Green)),
        shown("home-yellow", &home(desk, Standing::Yellow)),
        shown("home-red", &home(desk, Standing::Red)),
        shown("home-unknown", &home(desk, Standing::Unknown)),
        shown("home-undeclared", &home(desk, Standing::Undeclared)),
        shown("why", &why(desk)),
        shown("why-not", &why_not(desk)),
        shown("declare-purpose", &declare::purpose(resident(desk, "declare-title"), "", "/", &none)),
        shown("declare-question", &question(desk, &none)),
        shown("declare-summary", &summary(desk)),
        shown("declare-done", &done(desk)),
        shown("family", &family_list(desk)),
        shown(
            "family-add",
            &family::add(
                resident(desk, "family-add-title"),
                documents(desk),
                kangma_server::web::view::form::Field::text(t, "district", t.s("district")),
                &none,
            ),
        ),
        shown("household", &family::propose(resident(desk, "household-title"), people(desk), &none)),
        shown(
            "check-in",
            &own::check_in(resident(desk, "check-in-title"), "", "/", vec![], symptoms(desk), &wrong),
        ),
        shown("appeal", &appeal(desk)),
        shown("looks", &own::looks(resident(desk, "looks-title"), looks(desk), "/")),
        shown("help", &own::help(resident(desk, "help-title"), numbers(desk), "/")),
        shown(
            "problem",
            &account::problem(
                plain("page-not-found"),
                t.s("problem-generic"),
                t.s("problem-retry"),
                vec![Link::to("/", t.s("problem-home"))],
            ),
        ),
    ]
}

fn resident(desk: &Desk, title: &str) -> Page {
    let t = desk.t;
    let nav = vec![
        Link::to("/", t.s("nav-code")),
        Link::to("/family", t.s("nav-family")),
        Link::to("/check-in", t.s("nav-check-in")),
        Link::to("/looks", t.s("nav-looks")),
    ];
    desk.page(Surface::Resident, title).with_nav(nav, "/")
}

fn holder(desk: &Desk) -> Holder {
    Holder {
        id: "1".into(),
        name: desk.zh_en("甄真", "Zhen Zhen").into(),
        initials: "甄".into(),
        relation: desk.t.s("you"),
    }
}

fn home(desk: &Desk, standing: Standing) -> Home {
    let t = desk.t;
    let (now, help) = match standing {
        Standing::Green => {
            (desk.zh_en("可以通行。请在入口出示此码。", "You may go in. Show this code at the gate."), vec![])
        }
        Standing::Yellow => {
            (desk.zh_en("请在家休息，每天打卡。", "Stay at home and check in every day."), vec![])
        }
        Standing::Red => (
            desk.zh_en("请留在家中。社区会联系您。", "Please stay at home. Your community will call you."),
            help(desk),
        ),
        Standing::Undeclared => (
            desk.zh_en(
                "请先完成申报，不到三分钟。",
                "Make your declaration first. It takes under three minutes.",
            ),
            vec![],
        ),
        _ => (
            desk.zh_en(
                "有一个数据来源太旧。出示此码，入口会登记后放行。",
                "A source of data is too old. Show this code: gates let you pass and write it down.",
            ),
            vec![],
        ),
    };
    let until = t.a("valid-until", "time", "14:30");
    Home {
        page: resident(desk, "nav-code"),
        holder: holder(desk),
        family: vec![
            Relative {
                href: "#".into(),
                name: desk.zh_en("甄真", "Zhen Zhen").into(),
                initials: "甄".into(),
                here: true,
            },
            Relative {
                href: "#".into(),
                name: desk.zh_en("甄小小", "Zhen Xiaoxiao").into(),
                initials: "小".into(),
                here: false,
            },
        ],
        look: Look::of(t, standing),
        until: if standing == Standing::Undeclared { t.s("valid-until-no-code") } else { until },
        now_what: now.into(),
        help,
        tasks: if standing == Standing::Yellow { vec![task(desk)] } else { vec![] },
        tags: vec![],
        qr: (standing != Standing::Undeclared).then(|| "qr.svg".to_owned()),
        first: (standing == Standing::Undeclared).then(|| ("#".to_owned(), t.s("declare-start"))),
        at: "12:10".into(),
        as_of: desk
            .zh_en("检测数据截至 12:00 · 病例数据截至 12:05", "Tests as of 12:00 · cases as of 12:05")
            .into(),
        why: "#".into(),
        why_not: "#".into(),
        correct: "#".into(),
        renew: None,
    }
}

fn help(desk: &Desk) -> Vec<Link> {
    let t = desk.t;
    vec![
        Link::to("#", t.s("help-link-food")),
        Link::to("#", t.s("help-link-medicine")),
        Link::to("tel:0", t.s("help-link-call")),
    ]
}

fn task(desk: &Desk) -> Task {
    Task {
        text: desk.t.s("check-in-title"),
        due: Some(desk.face.moment(time("2020-03-09T15:59:00Z"))),
        overdue: false,
        act: Some(Link::to("#", desk.t.s("nav-check-in"))),
    }
}

pub fn qr() -> String {
    let text = format!("KM1:{}", "6BF+70790T9WJWG.FKY*4GO0.O1CV2".repeat(14));
    let symbol = QRBuilder::new(text).ecl(ECL::M).build();
    symbol.map(|symbol| kangma_server::web::symbol::svg(&symbol)).unwrap_or_default()
}

fn why(desk: &Desk) -> Why {
    let t = desk.t;
    let line = |label: &str, done, needed| Line {
        label: t.s(label),
        done,
        needed,
        text: t.n_of("progress-of", done, needed),
    };
    Why {
        page: resident(desk, "why-title"),
        holder: holder(desk),
        back: Link::to("#", t.s("back")),
        look: Look::of(t, Standing::Red),
        lead: t.s("why-lead-colour"),
        reasons: vec![ReasonCard {
            look: Some(Look::of(t, Standing::Red)),
            rule: desk.zh_en("您是密切接触者", "You are a close contact").into(),
            evidence: vec![
                desk.zh_en(
                    "疾控部门的流行病学调查认定您与一名确诊病例有密切接触。",
                    "The health authority found that you were in close contact with a confirmed case.",
                )
                .into(),
            ],
            since: desk.face.moment(time("2020-03-04T02:00:00Z")),
            ends: vec![line("progress-days", 5, 14), line("progress-check-ins", 5, 14)],
            expected_end: Some(desk.face.moment(time("2020-03-18T16:00:00Z"))),
            then: desk.zh_en("之后转为绿码。", "Then your code is green.").into(),
            ceiling: None,
            remedy: desk.zh_en("请留在家中，每天打卡一次。", "Stay at home and check in once a day.").into(),
            appeal: "#".into(),
        }],
        sources: vec![
            SourceLine {
                name: desk.zh_en("检测", "Laboratory").into(), as_of: "12:00".into(), stale: false
            },
            SourceLine {
                name: desk.zh_en("病例报告", "Case reports").into(),
                as_of: desk.zh_en("3月8日 06:00", "8 March, 06:00").into(),
                stale: true,
            },
        ],
        policy: t.a2("policy-line", ("name", &"hangzhou-2020"), ("version", &1)),
        links: vec![Link::to("#", t.s("why-not")), Link::to("#", t.s("correct-title"))],
    }
}

fn why_not(desk: &Desk) -> kangma_server::web::view::sheet::Sheet {
    let t = desk.t;
    let asked = vec![Choice::new("red", t.s("standing-red")), Choice::new("yellow", t.s("standing-yellow"))];
    let finding = own::Finding {
        heading: desk.zh_en("密切接触者规则没有触发", "The rule for close contacts did not fire").into(),
        text: desk.zh_en("没有收到您与确诊病例同住的记录。同住需要双方确认。", "There is no record that you share a household with a confirmed case. A household link needs both adults to confirm.").into(),
        nothing: false,
    };
    let sources = vec![Fact::new(desk.zh_en("病例报告", "Case reports"), "12:05")];
    own::why_not(resident(desk, "why-not-title"), asked, "", vec![finding], sources, "/")
}

fn question(desk: &Desk, answers: &Answers) -> kangma_server::web::view::sheet::Sheet {
    let question = declare::Question {
        id: "contact".into(),
        text: desk
            .zh_en(
                "过去 14 天里，您接触过确诊或疑似病例吗？",
                "In the last 14 days, were you in contact with a confirmed or suspected case?",
            )
            .into(),
        hint: Some(
            desk.zh_en(
                "包括同住、同桌吃饭、一起乘车",
                "Living together, eating at one table or travelling together count",
            )
            .into(),
        ),
        kind: declare::Kind::YesNo,
        optional: false,
    };
    let answers = answers.clone().but("contact", desk.t.s("answer-missing"));
    declare::question(
        resident(desk, "declare-title"),
        &question,
        declare::Step { number: 3, of: 8 },
        "",
        "/",
        &answers,
    )
}

fn summary(desk: &Desk) -> kangma_server::web::view::sheet::Sheet {
    let given = |question: &str, answer: &str| declare::Given {
        question: question.into(),
        answer: answer.into(),
        change: "#".into(),
    };
    let given = vec![
        given(&desk.t.s("declare-purpose"), &desk.t.s("declare-resident")),
        given(&desk.t.s("temperature"), "36.5"),
        given(desk.zh_en("过去 14 天接触过病例", "Contact with a case in 14 days"), &desk.t.s("no")),
    ];
    declare::summary(resident(desk, "declare-summary-title"), given, "", "/", &Answers::default())
}

fn done(desk: &Desk) -> kangma_server::web::view::sheet::Sheet {
    let sentence =
        desk.zh_en("可以通行。请在入口出示此码。", "You may go in. Show the code at the gate.").to_owned();
    declare::done(resident(desk, "declare-done-title"), Look::of(desk.t, Standing::Green), sentence, "/", "#")
}

fn family_list(desk: &Desk) -> kangma_server::web::view::sheet::Sheet {
    let t = desk.t;
    let members = Table {
        t,
        caption: t.s("family-members"),
        heads: vec![t.s("name"), t.s("your-code-now")],
        rows: vec![
            vec![
                Cell::Link(Link::to("#", desk.zh_en("甄真", "Zhen Zhen"))),
                Cell::Standing(Look::of(t, Standing::Green)),
            ],
            vec![
                Cell::Link(Link::to("#", desk.zh_en("甄小小", "Zhen Xiaoxiao"))),
                Cell::Standing(Look::of(t, Standing::UnderReview)),
            ],
        ],
        none: t.s("family-none"),
        next: None,
    };
    let household = Table {
        t,
        caption: t.s("household"),
        heads: vec![t.s("name"), t.s("state"), t.s("change")],
        rows: vec![vec![
            desk.zh_en("贾*", "J***").into(),
            t.s("household-waiting").into(),
            Cell::Act { action: "#".into(), csrf: "x".into(), label: t.s("household-end") },
        ]],
        none: t.s("household-none"),
        next: None,
    };
    family::list(resident(desk, "family-title"), members, None, household)
}

pub fn documents(desk: &Desk) -> Vec<Choice> {
    vec![
        Choice::new("id-card", desk.zh_en("居民身份证", "Resident identity card")),
        Choice::new("passport", desk.zh_en("护照", "Passport")),
    ]
}

fn people(desk: &Desk) -> Vec<Choice> {
    vec![Choice::new("1", desk.zh_en("甄真（本人）", "Zhen Zhen (you)"))]
}

pub fn symptoms(desk: &Desk) -> Vec<Choice> {
    vec![
        Choice::new("cough", desk.zh_en("咳嗽", "Cough")),
        Choice::new("breath", desk.zh_en("呼吸困难", "Difficulty breathing")),
        Choice::new("taste", desk.zh_en("嗅觉或味觉丧失", "No smell or taste")),
    ]
}

fn appeal(desk: &Desk) -> kangma_server::web::view::sheet::Sheet {
    own::appeal(
        resident(desk, "appeal-title"),
        desk.zh_en("您是密切接触者", "You are a close contact").into(),
        desk.zh_en("西湖区疾控中心", "Xihu district health office").into(),
        desk.zh_en("3月11日 18:00", "11 March, 18:00").into(),
        "",
        "/",
        &Answers::default(),
    )
}

fn looks(desk: &Desk) -> Table {
    let t = desk.t;
    let row = |who: &str, what: &str, when: &str| {
        vec![desk.face.moment(time(when)).into(), who.into(), what.into()]
    };
    Table {
        t,
        caption: t.s("looks-title"),
        heads: vec![t.s("looks-when"), t.s("looks-who"), t.s("looks-what")],
        rows: vec![
            row(
                desk.zh_en("查验员 · 示例超市", "Checker · Example supermarket"),
                desk.zh_en("颜色、隐去的姓名", "Colour, masked name"),
                "2020-03-09T01:12:00Z",
            ),
            row(
                desk.zh_en("流调员 · 西湖区", "Tracer · Xihu"),
                desk.zh_en("全部证据", "All evidence"),
                "2020-03-08T13:40:00Z",
            ),
        ],
        none: t.s("looks-none"),
        next: None,
    }
}

fn numbers(desk: &Desk) -> Vec<Fact> {
    vec![
        Fact::new(
            desk.t.s("help-number-community"),
            Cell::Link(Link::to("tel:0571-00000000", "0571-0000 0000")),
        ),
        Fact::new(desk.t.s("help-number-emergency"), Cell::Link(Link::to("tel:120", "120"))),
    ]
}

fn outbox(desk: &Desk) -> Vec<Entry> {
    vec![Entry {
        when: desk.face.moment(time("2020-03-09T04:09:00Z")),
        title: "13800000001".into(),
        text: "123456".into(),
        ..Entry::default()
    }]
}
