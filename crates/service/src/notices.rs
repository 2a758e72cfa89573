//! The texts of notices. They never name a household, a place, an hour or another person, because a telephone is read
//! by whoever holds it: what it is about stands behind the sign-in.

use kangma_store::Notice;

/// The value that names who reads a notice in the person's place.
pub(crate) const GUARDIAN: &str = "guardian";

/// The language of those of whom none is known.
pub const DEFAULT_LANGUAGE: &str = "zh";

/// What somebody who looks after a person reads of a changed standing.
const CHANGED_FOR_A_GUARDIAN: &str = "standing-changed-guardian";

const TEXTS: [(&str, &str, &str); 10] = [
    (
        "one-time-code",
        "【康码】您的登录验证码是 {secret}，10 分钟内有效。请勿告诉任何人，工作人员不会向您索要。",
        "kangma: your sign-in code is {secret}, valid for 10 minutes. Tell it to nobody; staff will never ask for it.",
    ),
    (
        "standing-changed",
        "【康码】您的健康码已变为{after}。打开康码可查看原因、期限和现在该做什么。",
        "kangma: your health code is now {after}. Open it to see why, until when, and what to do now.",
    ),
    (
        CHANGED_FOR_A_GUARDIAN,
        "【康码】您的一位家人的健康码已变为{after}。打开康码可查看原因、期限和现在该做什么。",
        "kangma: the health code of somebody you look after is now {after}. Open it to see why, until when, and what to do now.",
    ),
    (
        "link-proposed",
        "【康码】有人请求与您确认同住关系。请打开康码查看。",
        "kangma: somebody asks you to confirm that you live together. Open kangma to see it.",
    ),
    (
        "dependant-shared",
        "【康码】有人请您一同照看一位家人的健康码。请打开康码查看，同意后才生效。",
        "kangma: somebody asks you to look after a health code too. Open kangma to see whose; nothing holds before you agree.",
    ),
    (
        "document-claimed",
        "【康码】您照看的一位家人的证件号码已由他人作为本人证件登记，其健康码已失效。请打开康码或到社区服务台核对。",
        "kangma: somebody registered with a document number that you gave for a member of your family, whose code has ended. Open kangma, or ask the community desk.",
    ),
    (
        "appeal-decided",
        "【康码】您的申诉已有答复。请打开康码查看。",
        "kangma: your appeal has been answered. Open kangma to read the answer.",
    ),
    (
        "appeal-missed",
        "【康码】您的申诉未能按时答复，已按规定处理。请打开康码查看。",
        "kangma: your appeal was not answered in time, and what the rules say for that was done. Open kangma to see it.",
    ),
    (
        "correction-decided",
        "【康码】您的信息更正申请已有结果。请打开康码查看。",
        "kangma: your correction has been decided. Open kangma to see it.",
    ),
    (
        "check-in-missed",
        "【康码】昨天的健康打卡尚未完成，现在仍可补打。",
        "kangma: yesterday's check-in is missing; you can still make it now.",
    ),
];

const STANDINGS: [(&str, &str, &str); 7] = [
    ("green", "绿码", "green"),
    ("yellow", "黄码", "yellow"),
    ("red", "红码", "red"),
    ("under-review", "审核中", "under review"),
    ("expired", "已过期", "expired"),
    ("undeclared", "未申报", "not declared"),
    ("unknown", "暂时无法判断", "not known at the moment"),
];

/// The text of a notice in a language, for the person whom it is `own` or for a guardian; Chinese where there is none in
/// that language.
#[must_use]
pub fn text(notice: &Notice, language: &str, own: bool) -> String {
    let pick = |zh: &'static str, en: &'static str| if language == "en" { en } else { zh };
    let wanted = match notice.kind.as_str() {
        "standing-changed" if !own => CHANGED_FOR_A_GUARDIAN,
        kind => kind,
    };
    let template = TEXTS.iter().find(|(kind, _, _)| *kind == wanted).map_or("", |(_, zh, en)| pick(zh, en));
    let after = notice.values.get("after").and_then(serde_json::Value::as_str).unwrap_or_default();
    let after = STANDINGS.iter().find(|(word, _, _)| *word == after).map_or("", |(_, zh, en)| pick(zh, en));
    let secret = notice.secret.as_ref().map_or("", |secret| secret.0.as_str());
    template.replace("{after}", after).replace("{secret}", secret)
}
