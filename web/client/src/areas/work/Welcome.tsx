import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useNavigate } from "@tanstack/react-router";
import { Page } from "@/ui/Page";
import { ProfileForm } from "./ProfileForm";

/** After joining: what matching needs, in one go. */
export function Welcome() {
  const { t } = useLingui();
  const navigate = useNavigate();
  return (
    <Page
      isNarrow
      title={t`What shall we offer you?`}
      lead={<Trans>Projects ask for people of some countries, languages and devices. Nothing here is public.</Trans>}
    >
      <ProfileForm submitLabel={<Trans>Save and go on</Trans>} onSaved={() => navigate({ to: "/work" })} />
      <Link to="/work" className="mt-2 flex min-h-11 items-center justify-center text-13 text-accent">
        <Trans>Later</Trans>
      </Link>
    </Page>
  );
}
