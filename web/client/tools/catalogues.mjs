/** Holds the catalogues against the texts in the code: says what is not translated, what stands in no code any more, what is translated in two ways. */

import { getCatalogs } from "@lingui/cli/api";
import { getConfig } from "@lingui/conf";

const config = getConfig();
const translations = new Map();
const faults = [];

for (const catalogue of await getCatalogs(config)) {
  const texts = await catalogue.collect();
  if (!texts) process.exit(1);
  for (const locale of config.locales.filter((each) => each !== config.sourceLocale)) {
    const translated = (await catalogue.read(locale)) ?? {};
    const file = catalogue.getFilename(locale).replace(`${config.rootDir}/`, "");
    for (const [id, { message }] of Object.entries(texts)) {
      if (!translated[id]?.translation) faults.push(`${file} lacks: ${message}`);
    }
    for (const [id, { message, translation, obsolete }] of Object.entries(translated)) {
      if (obsolete || !(id in texts)) faults.push(`${file} is stale: ${message}`);
      const other = translations.get(`${locale} ${id}`);
      if (other && other !== translation) faults.push(`${file} says “${translation}”, another catalogue “${other}”`);
      translations.set(`${locale} ${id}`, translation);
    }
  }
}
for (const fault of faults) console.error(fault);
process.exit(faults.length ? 1 : 0);
