import { Trans, useLingui } from "@lingui/react/macro";
import { Lock } from "lucide-react";
import type { Scalar } from "@/api/graphql";
import { useViewer } from "@/api/session";
import { ButtonLink } from "@/ui/Button";
import { useTitle } from "@/ui/Page";
import { Empty } from "@/ui/States";

/** In the place of a page that is for people of other roles. */
export function NotYours({ roles }: { roles: readonly Scalar<"Role">[] }) {
  const { t } = useLingui();
  const { email } = useViewer();
  useTitle(t`Not for you`);
  const isForModerators = roles.includes("MODERATOR");
  return (
    <Empty
      isPage
      icon={<Lock aria-hidden />}
      title={
        !isForModerators ? (
          <Trans>This page is for admins</Trans>
        ) : roles.length > 1 ? (
          <Trans>This page is for moderators and admins</Trans>
        ) : (
          <Trans>This page is for moderators</Trans>
        )
      }
      action={
        <span className="flex flex-wrap justify-center gap-2">
          <ButtonLink to="/" kind="primary">
            <Trans>Go to your pages</Trans>
          </ButtonLink>
          <ButtonLink to="/help/tickets/new" search={{}}>
            <Trans>Ask for help</Trans>
          </ButtonLink>
        </span>
      }
    >
      <Trans>You are signed in as {email}, without that role. If it should be yours, ask whoever runs Tidemark for it.</Trans>
    </Empty>
  );
}
