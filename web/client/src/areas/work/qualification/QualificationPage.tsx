import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useNavigate, useParams } from "@tanstack/react-router";
import { ArrowLeft, BookOpen } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { Button, IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { useFormat } from "@/ui/format";
import { Markdown } from "@/ui/Markdown";
import { useTitle } from "@/ui/Page";
import { Failed, Loading, Skeleton } from "@/ui/States";
import { QUALIFICATION, type Qualification, type Status } from "./documents";
import { Outcome } from "./Outcome";
import { Questions } from "./Questions";

/** A test that opens projects: its guide, its questions one by one, and what came of them. */
export function QualificationPage() {
  const { qualificationId } = useParams({ from: "/signed-in/work/qualifications/$qualificationId" });
  const [{ data, error }, again] = useQuery({ query: QUALIFICATION, variables: { id: qualificationId }, requestPolicy: "network-only" });
  const [decided, setDecided] = useState<Status>();
  const anew = () => {
    setDecided(undefined);
    again({ requestPolicy: "network-only" });
  };
  if (error && !data) return <Failed isPage problem={problemOf(error)} retry={anew} />;
  if (!data)
    return (
      <Loading>
        <Skeleton className="m-4 h-[60dvh]" />
      </Loading>
    );
  if (data.node?.__typename !== "Qualification") return <Failed isPage problem={{ code: "NOT_FOUND", message: "", path: [] }} />;
  const status = decided ?? data.viewer?.qualifications.find(({ qualification }) => qualification.id === qualificationId);
  return <Test qualification={data.node} status={status} isDecided={decided !== undefined} onDecided={setDecided} onAgain={anew} />;
}

type Props = {
  qualification: Qualification;
  status: Status | undefined;
  isDecided: boolean;
  onDecided: (status: Status) => void;
  onAgain: () => void;
};

function Test({ qualification, status, isDecided, onDecided, onAgain }: Props) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const [hasBegun, setBegun] = useState(false);
  const [at, setAt] = useState(0);
  const [isGuideOpen, setGuideOpen] = useState(false);
  const { title, guide, questions } = qualification;
  const isAsking = !isDecided && questions.length > 0;
  useTitle(title);
  return (
    <div className="flex min-h-0 grow flex-col desk:h-dvh">
      <header className="flex min-h-14 shrink-0 items-center gap-2 border-line border-b bg-surface px-2">
        <IconButton label={t`Back to the projects`} onClick={() => navigate({ to: "/work" })}>
          <ArrowLeft className="size-5" aria-hidden />
        </IconButton>
        <div className="grid min-w-0 grow">
          <h1 className="truncate font-semibold text-14">{title}</h1>
          {isAsking && hasBegun && (
            <p className="text-12 text-muted">
              <Trans>
                Question {at + 1} of {questions.length}
              </Trans>
            </p>
          )}
        </div>
        <IconButton label={t`Guide`} onClick={() => setGuideOpen(true)} className={isAsking && hasBegun ? "" : "invisible"}>
          <BookOpen className="size-5" aria-hidden />
        </IconButton>
      </header>
      {!isAsking ? (
        <Outcome status={status} passScore={qualification.passScore} onAgain={onAgain} />
      ) : hasBegun ? (
        <Questions qualification={qualification} at={at} onAt={setAt} onDecided={onDecided} />
      ) : (
        <Guide qualification={qualification} onBegin={() => setBegun(true)} />
      )}
      <Dialog isSheet isOpen={isGuideOpen} onClose={() => setGuideOpen(false)} title={t`Guide`}>
        <Markdown text={guide} headingLevel={3} />
      </Dialog>
    </div>
  );
}

function Guide({ qualification, onBegin }: { qualification: Qualification; onBegin: () => void }) {
  const format = useFormat();
  const { guide, questions, passScore } = qualification;
  return (
    <article className="mx-auto w-full max-w-160 px-4 py-8">
      <Markdown text={guide} />
      <p className="mt-6 text-13 text-muted">
        <Plural value={questions.length} one="# question" other="# questions" />
        {". "}
        <Trans>
          Unpaid. It takes {format.share(passScore)} right answers; all are checked together at the end, and the questions stay the same for
          a day.
        </Trans>
      </p>
      <Button kind="primary" onClick={onBegin} className="mt-4 w-full desk:w-auto">
        <Trans>Begin the test</Trans>
      </Button>
    </article>
  );
}
