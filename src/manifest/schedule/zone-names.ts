// Names of time zones that JavaScript answers with another name of the same zone. It takes them in any case, Prefect in this one
// only, so they are spelt out; every other name says itself how it is spelt. (IANA time zone database, 2026)

const ALTERNATES: Readonly<Record<string, string>> = {
  '': 'CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ROK Singapore Turkey UCT Universal W-SU WET Zulu',
  Africa: 'Asmara Timbuktu',
  America:
    'Argentina/Buenos_Aires Argentina/Catamarca Argentina/ComodRivadavia Argentina/Cordoba Argentina/Jujuy Argentina/Mendoza Atikokan Atka Ensenada Fort_Wayne Indiana/Indianapolis Kentucky/Louisville Knox_IN Montreal Nipigon Nuuk Pangnirtung Porto_Acre Rainy_River Rosario Santa_Isabel Shiprock Thunder_Bay Virgin Yellowknife',
  Antarctica: 'South_Pole',
  Asia: 'Ashkhabad Choibalsan Chongqing Chungking Dacca Harbin Ho_Chi_Minh Istanbul Kashgar Kathmandu Kolkata Macao Tel_Aviv Thimbu Ujung_Pandang Ulan_Bator Yangon',
  Atlantic: 'Faroe Jan_Mayen',
  Australia: 'ACT Canberra Currie LHI NSW North Queensland South Tasmania Victoria West Yancowinna',
  Brazil: 'Acre DeNoronha East West',
  Canada: 'Atlantic Central Eastern Mountain Newfoundland Pacific Saskatchewan Yukon',
  Chile: 'Continental EasterIsland',
  Etc: 'GMT GMT+0 GMT-0 GMT0 Greenwich UCT UTC Universal Zulu',
  Europe: 'Belfast Kyiv Nicosia Tiraspol Uzhgorod Zaporozhye',
  Mexico: 'BajaNorte BajaSur General',
  Pacific: 'Chuuk Johnston Kanton Pohnpei Samoa Yap',
  US: 'Alaska Aleutian Arizona Central East-Indiana Eastern Hawaii Indiana-Starke Michigan Mountain Pacific Samoa',
}

/** Such names as Prefect takes them: `US/Eastern`, `Asia/Kolkata`, `CET`. */
export const ALTERNATE_ZONES: ReadonlySet<string> = new Set(
  Object.entries(ALTERNATES).flatMap(([area, names]) =>
    names.split(' ').map((name) => (area === '' ? name : `${area}/${name}`)),
  ),
)

/** What people write for a zone that has another name. An hour's offset is no zone: half of the year it is another. */
export const ZONES_BY_ABBREVIATION: ReadonlyMap<string, string> = new Map([
  ['ACST', 'Australia/Adelaide'],
  ['AEDT', 'Australia/Sydney'],
  ['AEST', 'Australia/Sydney'],
  ['AWST', 'Australia/Perth'],
  ['BRT', 'America/Sao_Paulo'],
  ['BST', 'Europe/London'],
  ['CDT', 'America/Chicago'],
  ['CEST', 'Europe/Berlin'],
  ['CST', 'America/Chicago'],
  ['EDT', 'America/New_York'],
  ['EEST', 'Europe/Athens'],
  ['HKT', 'Asia/Hong_Kong'],
  ['IST', 'Asia/Kolkata'],
  ['JST', 'Asia/Tokyo'],
  ['KST', 'Asia/Seoul'],
  ['MDT', 'America/Denver'],
  ['MSK', 'Europe/Moscow'],
  ['NZDT', 'Pacific/Auckland'],
  ['NZST', 'Pacific/Auckland'],
  ['PDT', 'America/Los_Angeles'],
  ['PST', 'America/Los_Angeles'],
  ['SGT', 'Asia/Singapore'],
  ['WEST', 'Europe/Lisbon'],
  ['Z', 'UTC'],
])
