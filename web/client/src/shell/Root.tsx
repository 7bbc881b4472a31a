import { Trans, useLingui } from "@lingui/react/macro";
import { type ErrorComponentProps, Outlet } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { Suspense, useEffect } from "react";
import { useExpiry } from "@/api/held";
import { ButtonLink } from "@/ui/Button";
import { later } from "@/ui/later";
import { useTitle } from "@/ui/Page";
import { Empty } from "@/ui/States";
import { Toasts } from "@/ui/toasts";
import { PageFailed } from "./PageFailed";

const SignInAgain = later(() => import("./SignInAgain"), "SignInAgain");

export function Root() {
  const isExpired = useExpiry((state) => state.isExpired);
  useEffect(showWholly, []);
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

/** A row of tabs that is wider than the screen shows the whole of the one that the keys come to: browsers are content with a part of it. */
function showWholly(): () => void {
  const show = ({ target }: FocusEvent) => {
    if (target instanceof Element && target.matches("nav :focus-visible")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  document.addEventListener("focusin", show);
  return () => document.removeEventListener("focusin", show);
}

export function NothingHere() {
  const { t } = useLingui();
  useTitle(t`Not found`);
  return (
    <main>
      <Empty
        isPage
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

/** Where there is no shell around what failed. */
export function AllFailed(props: ErrorComponentProps) {
  return (
    <main>
      <PageFailed {...props} />
    </main>
  );
}
