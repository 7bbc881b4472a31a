import { Trans, useLingui } from "@lingui/react/macro";
import { useSession } from "@/api/session";
import { SignInForm } from "@/areas/join/SignInForm";
import { Dialog } from "@/ui/Dialog";

/** Over the page that the session ended on: nothing of it is lost. */
export function SignInAgain() {
  const { t } = useLingui();
  const { viewer, resume, renew } = useSession();
  return (
    <Dialog isOpen title={t`Sign in again`}>
      <p className="mb-4 text-muted">
        <Trans>Your session has ended. Everything on this page is still here; it goes on where you left it.</Trans>
      </p>
      <SignInForm email={viewer?.email} onDone={(email) => (email === viewer?.email ? resume() : renew())} />
    </Dialog>
  );
}
