import { Trans, useLingui } from "@lingui/react/macro";
import { useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useQuery } from "urql";
import { useMutate } from "@/api/mutate";
import { problemOf } from "@/api/problem";
import { AnswerSummary } from "@/editor/AnswerSummary";
import { AudioBlock } from "@/editor/AudioBlock";
import { answersOf, imageOf } from "@/editor/answers";
import { ConflictList, marksOf } from "@/editor/conflicts";
import { Picture } from "@/editor/Picture";
import { Back } from "@/ui/Back";
import { Filters } from "@/ui/Filters";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { Failed, Rows } from "@/ui/States";
import { AppealForm, AppealText } from "../appeals";
import { ReasonList } from "../reasons";
import { ANNOTATION, OPEN_APPEAL, type ReportedAnnotation } from "./documents";
import { StatePill } from "./StatePill";

/** One annotation: what was answered, drawn over the picture, beside what was said of it. */
export function Report() {
  const { t } = useLingui();
  const { annotationId } = useParams({ from: "/signed-in/reports/$annotationId" });
  const [{ data, error }, again] = useQuery({ query: ANNOTATION, variables: { id: annotationId } });
  if (error && !data) return <Failed isPage problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!data)
    return (
      <Page title={t`Report`}>
        <Rows count={2} className="h-60" />
      </Page>
    );
  if (data.node?.__typename !== "Annotation")
    return <Failed isPage problem={{ code: "NOT_FOUND", message: t`There is no such annotation.`, path: [] }} />;
  return <Reported annotation={data.node} />;
}

function Reported({ annotation }: { annotation: ReportedAnnotation }) {
  const format = useFormat();
  const { project, item, state, verdict, appeal, reward, submittedAt } = annotation;
  const { t } = useLingui();
  const [isMendShown, setMendShown] = useState(false);
  const answers = answersOf(isMendShown && annotation.mended ? annotation.mended : annotation.answers);
  const image = imageOf(item.content);
  const marks = useMemo(() => marksOf(verdict?.conflicts ?? []), [verdict]);
  return (
    <Page
      title={project.title}
      lead={
        <>
          <time dateTime={submittedAt}>{format.time(submittedAt)}</time> · {format.money(reward)}
        </>
      }
      aside={<StatePill state={state} appeal={appeal} />}
    >
      <Back to="/reports">
        <Trans>All reports</Trans>
      </Back>
      <div className="grid items-start gap-6 wide:grid-cols-[minmax(0,1fr)_360px]">
        <Card className="overflow-hidden">
          {image && <Picture image={image} form={project.form} answers={answers} marks={marks} />}
          {item.content.map((block) => {
            if (block.__typename === "TextContent")
              return (
                <blockquote key={block.text} className="whitespace-pre-wrap border-line border-b p-4 last:border-0">
                  {block.role && <span className="mb-1 block text-12 text-muted first-letter:uppercase">{block.role}</span>}
                  {block.text}
                </blockquote>
              );
            return block.__typename === "AudioContent" ? <AudioBlock key={block.url} url={block.url} seconds={block.seconds} /> : null;
          })}
          <div className="grid gap-3 border-line border-t p-4">
            {annotation.mended && (
              <div className="grid gap-2">
                <p className="text-13">
                  <Trans>A moderator mended it a little. What you earned is yours all the same.</Trans>
                </p>
                <Filters<"own" | "mended">
                  label={t`Show`}
                  options={[
                    ["own", t`As it was answered`],
                    ["mended", t`As it was mended`],
                  ]}
                  chosen={isMendShown ? "mended" : "own"}
                  onChoose={(key) => setMendShown(key === "mended")}
                />
              </div>
            )}
            <AnswerSummary form={project.form} answers={answers} content={item.content} />
          </div>
        </Card>
        <div className="grid gap-4">
          {verdict ? (
            <VerdictCard verdict={verdict} annotation={annotation} />
          ) : (
            <Card className="p-4 text-muted">
              <Trans>Waiting for its verdict. It shows here by itself.</Trans>
            </Card>
          )}
          <AppealCard annotation={annotation} />
        </div>
      </div>
    </Page>
  );
}

type VerdictProps = { verdict: NonNullable<ReportedAnnotation["verdict"]>; annotation: ReportedAnnotation };

function VerdictCard({ verdict, annotation: { project, reward } }: VerdictProps) {
  const format = useFormat();
  const { decision, reasons, comment, decidedAt, source, conflicts } = verdict;
  return (
    <Card className="grid gap-2 p-4">
      <h2 className="text-16">{decision === "APPROVED" ? <Trans>Approved</Trans> : <Trans>Not accepted</Trans>}</h2>
      {reasons.length > 0 && (
        <p className="font-medium text-bad">
          <ReasonList reasons={reasons} />
        </p>
      )}
      {conflicts.length > 0 && <ConflictList conflicts={conflicts} form={project.form} />}
      {comment && !(source === "AUTOMATIC" && conflicts.length > 0) && <p className="whitespace-pre-wrap">{comment}</p>}
      {decision === "REJECTED" && (
        <p className="text-13">
          <Trans>It cost you {format.money(reward)}, which was not paid.</Trans>
        </p>
      )}
      <p className="text-12 text-muted">
        {source === "MODERATOR" && <Trans>By a moderator</Trans>}
        {source === "AUTOMATIC" && <Trans>By comparison with a known answer or with others</Trans>}
        {source === "APPEAL" && <Trans>On appeal</Trans>} · <time dateTime={decidedAt}>{format.time(decidedAt)}</time>
      </p>
    </Card>
  );
}

/** The appeal where there is one; else the way to it while there is time. */
function AppealCard({ annotation: { id: annotationId, appeal, verdict } }: { annotation: ReportedAnnotation }) {
  const { t } = useLingui();
  const format = useFormat();
  const mutate = useMutate();
  if (appeal)
    return (
      <Card className="grid gap-2 p-4">
        <AppealText appeal={appeal} heading="h2" />
      </Card>
    );
  if (verdict?.decision !== "REJECTED" || !verdict.appealableUntil || Date.parse(verdict.appealableUntil) < Date.now()) return null;
  const until = verdict.appealableUntil;
  return (
    <Card className="p-4">
      <AppealForm
        heading="h2"
        label={t`Why your answer is right`}
        hint={t`Another moderator reads it. You can appeal until ${format.time(until)}.`}
        send={async (message) => (await mutate(OPEN_APPEAL, { annotationId, message })).problem}
      />
    </Card>
  );
}
