import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { graphql } from "@/api/graphql";
import { useMutate } from "@/api/mutate";
import { useSession, useViewer } from "@/api/session";
import { chooseLanguage, LANGUAGES, type Language } from "@/i18n";
import { chooseTheme, type Theme, useTheme } from "@/theme";
import { Button, ButtonLink } from "@/ui/Button";
import { Filters } from "@/ui/Filters";
import { Card, Page } from "@/ui/Page";
import { ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { ProfileForm } from "../ProfileForm";
import { KeySettings } from "./KeySettings";
import { Sessions } from "./Sessions";

const SIGN_OUT = graphql(`
  mutation SignOut {
    signOut { accepted errors { code message path } }
  }
`);

export function Profile() {
  const { t } = useLingui();
  const { email, roles } = useViewer();
  return (
    <Page isNarrow title={t`Profile`} lead={email}>
      <div className="grid gap-8">
        {roles.includes("ANNOTATOR") && (
          <Part title={<Trans>What matching uses</Trans>}>
            <ProfileForm submitLabel={<Trans>Save</Trans>} onSaved={() => toast({ tone: "good", title: t`Profile saved` })} />
          </Part>
        )}
        <Part title={<Trans>Look and language</Trans>}>
          <Look />
        </Part>
        <Part title={<Trans>Keys</Trans>}>
          <KeySettings />
        </Part>
        <Part title={<Trans>Where you are signed in</Trans>}>
          <Sessions />
        </Part>
        {!roles.includes("PARTNER") && (
          <Part title={<Trans>Data of your own</Trans>}>
            <div className="flex flex-wrap items-center justify-between gap-3">
              <p className="text-muted">
                <Trans>Bring pictures, texts or recordings; people answer what you ask about them.</Trans>
              </p>
              <ButtonLink to="/console/projects">
                <Trans>Become a partner</Trans>
              </ButtonLink>
            </div>
          </Part>
        )}
        <SignOut />
      </div>
    </Page>
  );
}

function Part({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className="grid gap-3">
      <h2 className="text-16">{title}</h2>
      <Card className="p-4">{children}</Card>
    </section>
  );
}

function Look() {
  const { t, i18n } = useLingui();
  const theme = useTheme((state) => state.theme);
  const themes: [Theme, string][] = [
    ["system", t`As the device`],
    ["light", t`Light`],
    ["dark", t`Dark`],
  ];
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span>
          <Trans>Theme</Trans>
        </span>
        <Filters label={t`Theme`} options={themes} chosen={theme} onChoose={chooseTheme} />
      </div>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span>
          <Trans>Language</Trans>
        </span>
        <Filters
          label={t`Language`}
          options={Object.entries(LANGUAGES) as [Language, string][]}
          chosen={i18n.locale as Language}
          onChoose={(language) => void chooseLanguage(language)}
        />
      </div>
    </div>
  );
}

function SignOut() {
  const mutate = useMutate();
  const navigate = useNavigate();
  const { renew } = useSession();
  const signOut = async () => {
    const { problem } = await mutate(SIGN_OUT, {});
    if (problem) return toast({ tone: "bad", title: <ProblemText problem={problem} /> });
    await navigate({ to: "/sign-in", search: {} });
    renew();
  };
  return (
    <Button onClick={signOut} className="justify-self-start">
      <Trans>Sign out</Trans>
    </Button>
  );
}
