import { Trans, useLingui } from "@lingui/react/macro";
import { CircleAlert, WifiOff } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { OFFLINE, type Problem } from "@/api/problem";
import { useLink } from "@/api/socket";
import { Button } from "./Button";
import { DETAILED, REFUSALS } from "./refusals";
import { said } from "./said";
import { classes } from "./words";

/** The shape of what is to come; it shows after 150 ms, so that what is quick does not flicker. */
export function Skeleton({ className }: { className: string }) {
  return <div aria-hidden className={classes("animate-late rounded-8 bg-line", className)} />;
}

export function Loading({ children }: { children: ReactNode }) {
  const { t } = useLingui();
  return (
    <div role="status" aria-label={t`Loading`}>
      {children}
    </div>
  );
}

export function Rows({ count = 4, className = "h-16" }: { count?: number; className?: string }) {
  return (
    <Loading>
      <div className="grid gap-3">
        {Array.from({ length: count }, (_, index) => `row-${index}`).map((key) => (
          <Skeleton key={key} className={className} />
        ))}
      </div>
    </Loading>
  );
}

type EmptyProps = {
  icon?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  /** There is nothing else on the page: the title is its heading. */
  isPage?: boolean;
};

/** Nothing here: one line and one action. */
export function Empty({ icon, title, children, action, isPage = false }: EmptyProps) {
  const Title = isPage ? "h1" : "div";
  return (
    <div className="grid justify-items-center gap-3 px-4 py-12 text-center">
      {icon && <span className="grid size-11 place-items-center rounded-full bg-soft text-accent [&>svg]:size-5">{icon}</span>}
      <Title className="font-semibold text-16">{title}</Title>
      {children && <p className="max-w-[46ch] text-muted">{children}</p>}
      {action && <div className="pt-1">{action}</div>}
    </div>
  );
}

/** One sentence. The server's own words are English: elsewhere they stand behind what the code says. */
export function ProblemText({ problem: { code, message } }: { problem: Problem }) {
  const { i18n } = useLingui();
  const refusal = REFUSALS[code];
  if (code === OFFLINE) return <Trans>No connection to Tidemark. What you have done is kept on this device.</Trans>;
  const known = message && said(message);
  if (known && known !== message) return <>{known}</>;
  if (i18n.locale === "en" || !refusal) return <>{message || (refusal ? i18n._(refusal) : <Trans>Something went wrong.</Trans>)}</>;
  return (
    <>
      {i18n._(refusal)}
      {message && DETAILED.has(code) && (
        <>
          {" "}
          <q lang="en">{message}</q>
        </>
      )}
    </>
  );
}

/** What went wrong, what can be done, and the reference to tell. */
export function Failed({ problem, retry, isPage = false }: { problem: Problem; retry?: () => void; isPage?: boolean }) {
  const Sentence = isPage ? "h1" : "p";
  const isOffline = problem.code === OFFLINE;
  const Icon = isOffline ? WifiOff : CircleAlert;

  // What failed for want of a connection comes by itself when there is one again.
  useEffect(() => {
    if (!isOffline || !retry) return;
    return useLink.subscribe((now, before) => {
      if (now.link === "live" && before.link !== "live") retry();
    });
  }, [isOffline, retry]);

  return (
    <div role="alert" className="grid justify-items-center gap-3 px-4 py-12 text-center">
      <span className="grid size-11 place-items-center rounded-full bg-bad/10 text-bad">
        <Icon className="size-5" aria-hidden />
      </span>
      <Sentence className="max-w-[52ch] font-normal">
        <ProblemText problem={problem} />
      </Sentence>
      {problem.reference && (
        <p className="text-12 text-muted">
          <Trans>
            Reference <code className="select-all">{problem.reference}</code>
          </Trans>
        </p>
      )}
      {retry && (
        <Button onClick={retry}>
          <Trans>Try again</Trans>
        </Button>
      )}
    </div>
  );
}

/** The same in one line, above the thing that failed. */
export function Notice({ tone = "bad", children }: { tone?: "bad" | "warning" | "good" | "accent"; children: ReactNode }) {
  const tones = {
    bad: "border-bad/40 bg-bad/8 text-bad",
    warning: "border-warning/40 bg-warning/8 text-warning",
    good: "border-good/40 bg-good/8 text-good",
    accent: "border-accent/30 bg-soft text-ink",
  };
  return (
    <div role={tone === "bad" ? "alert" : "status"} className={classes("rounded-8 border px-3 py-2.5 text-13", tones[tone])}>
      {children}
    </div>
  );
}
