import { Trans, useLingui } from "@lingui/react/macro";
import { type ErrorComponentProps, Outlet, useRouter } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { lazy, Suspense } from "react";
import { useExpiry } from "@/api/held";
import { ButtonLink } from "@/ui/Button";
import { useTitle } from "@/ui/Page";
import { Empty, Failed } from "@/ui/States";
import { Toasts } from "@/ui/toasts";

const SignInAgain = lazy(() => import("./SignInAgain").then(({ SignInAgain }) => ({ default: SignInAgain })));

export function Root() {
  const isExpired = useExpiry((state) => state.isExpired);
  return (
    <>
      <Outlet />
      <Toasts />
      {isExpired && (
        <Suspense>
          <SignInAgain />
        </Suspense>
      )}
    </>
  );
}

export function NothingHere() {
  const { t } = useLingui();
  useTitle(t`Not found`);
  return (
    <main>
      <Empty
        icon={<Compass aria-hidden />}
        title={<Trans>There is nothing at this address</Trans>}
        action={
          <ButtonLink to="/">
            <Trans>Go to the start</Trans>
          </ButtonLink>
        }
      />
    </main>
  );
}

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <main>
      <Failed problem={{ message: error instanceof Error ? error.message : String(error), code: "PAGE", path: [] }} retry={retry} />
    </main>
  );
}
