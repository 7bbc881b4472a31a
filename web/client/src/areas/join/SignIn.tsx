import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useSession } from "@/api/session";
import { Door } from "./Door";
import { SignInForm } from "./SignInForm";

export function SignIn() {
  const { t } = useLingui();
  const { renew } = useSession();
  const navigate = useNavigate();
  const { next, email } = useSearch({ from: "/sign-in" });
  const go = () => {
    renew();
    // Only an address of our own, whatever the link said.
    void navigate({ to: next?.startsWith("/") && !next.startsWith("//") ? next : "/", replace: true });
  };
  return (
    <Door title={t`Sign in`}>
      <SignInForm email={email} onDone={go} />
      <div className="mt-4 flex flex-wrap justify-between gap-x-4 text-13">
        <Link to="/reset-password" className="flex min-h-11 items-center text-accent">
          <Trans>Forgot the password?</Trans>
        </Link>
        <Link to="/join" className="flex min-h-11 items-center text-accent">
          <Trans>Create an account</Trans>
        </Link>
        <Link to="/help" className="flex min-h-11 items-center text-accent">
          <Trans>Help</Trans>
        </Link>
      </div>
    </Door>
  );
}
