import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "de"],
  // What everybody loads first, and what comes with the shell (src/i18n.ts).
  catalogs: [
    { path: "<rootDir>/src/locales/door/{locale}", include: ["src/*.tsx", "src/shell", "src/ui", "src/api", "src/areas/join"] },
    { path: "<rootDir>/src/locales/inside/{locale}", include: ["src/areas", "src/editor"], exclude: ["src/areas/join"] },
  ],
  format: formatter({ lineNumbers: false, origins: false }),
});
