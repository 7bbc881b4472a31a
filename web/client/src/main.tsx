import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { SessionProvider } from "./api/session";
import { chosenLanguage, speak } from "./i18n";
import { router } from "./router";
import "./style/app.css";

await speak(chosenLanguage());

createRoot(document.getElementById("root")!).render(
  <I18nProvider i18n={i18n}>
    <SessionProvider>
      <RouterProvider router={router} />
    </SessionProvider>
  </I18nProvider>,
);
