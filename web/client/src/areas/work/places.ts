/** Codes that a picker offers; their names come from Intl in the chosen language. */
const COUNTRIES =
  "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";
const LANGUAGES =
  "af am ar as az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu ha he hi hr hu hy id ig is it ja jv ka kk km kn ko ku ky lb lo lt lv mg mi mk ml mn mr ms mt my nb ne nl nn no ny om or pa pl ps pt pt-BR qu ro ru rw sd si sk sl sn so sq sr st su sv sw ta te tg th ti tk tn tr tt ug uk ur uz vi wo xh yo zh zh-Hant zu";

export type Option = { value: string; label: string };

export function countries(locale: string): Option[] {
  return named(COUNTRIES.split(" "), locale, "region");
}

/** `besides` are offered too: somebody has chosen them already. */
export function languages(locale: string, besides: readonly string[]): Option[] {
  return named([...new Set([...LANGUAGES.split(" "), ...besides])], locale, "language");
}

export function timeZones(): Option[] {
  return Intl.supportedValuesOf("timeZone").map((value) => ({ value, label: value.replaceAll("_", " ").replaceAll("/", " / ") }));
}

function named(codes: string[], locale: string, type: "region" | "language"): Option[] {
  const names = new Intl.DisplayNames(locale, { type });
  const compare = new Intl.Collator(locale).compare;
  return codes.map((value) => ({ value, label: names.of(value) ?? value })).sort((a, b) => compare(a.label, b.label));
}
