import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import type { Scalar } from "@/api/graphql";
import { isShapeField } from "@/editor/answers";
import { ConflictList } from "@/editor/conflicts";
import { useFormat } from "@/ui/format";
import { Markdown } from "@/ui/Markdown";
import { classes } from "@/ui/words";
import { DOUBTS } from "../words";
import { AnswerValue } from "./AnswerValue";
import { DASHES } from "./dashes";
import type { Answered, Seen } from "./documents";
import { Figures, StatusBadge } from "./Figures";
import type { Detail } from "./useLookedAt";

type Props = { detail: Detail; laid: ReadonlySet<string>; onLay: (id: string) => void; head?: ReactNode };

/** Beside the item: the form with its answers, the other answers, who answered, the instructions. */
export function Side({ detail: { annotation, others, seen, conflicts }, laid, onLay, head }: Props) {
  const { project, item, answers, annotator } = annotation;
  const hasShapes = project.form.some(isShapeField);
  return (
    <div className="grid content-start divide-y divide-line">
      {head}
      {(seen?.reason || conflicts.length > 0) && (
        <Part title={<Trans>What the judge saw</Trans>}>
          <div className="grid gap-2">
            {seen?.reason && <Doubted seen={seen} />}
            <ConflictList conflicts={conflicts} form={project.form} />
          </div>
        </Part>
      )}
      <Part title={<Trans>Answer</Trans>}>
        <dl className="grid gap-3">
          {project.form.map((field) => (
            <div key={field.key} className="grid gap-0.5">
              <dt className="text-12 text-muted">{field.label}</dt>
              <dd className="min-w-0 text-13">
                <span className="font-medium">
                  <AnswerValue field={field} value={answers.find(({ key }) => key === field.key)?.value} content={item.content} />
                </span>
              </dd>
            </div>
          ))}
        </dl>
      </Part>
      {annotation.mended && (
        <Part title={<Trans>As the moderator mended it</Trans>}>
          <dl className="grid gap-3">
            {project.form.map((field) => (
              <div key={field.key} className="grid gap-0.5">
                <dt className="text-12 text-muted">{field.label}</dt>
                <dd className="min-w-0 font-medium text-13">
                  <AnswerValue
                    field={field}
                    value={annotation.mended?.find(({ key }) => key === field.key)?.value}
                    content={item.content}
                  />
                </dd>
              </div>
            ))}
          </dl>
        </Part>
      )}
      {others.length > 0 && (
        <Part title={<Plural value={others.length} one="# other answer" other="# other answers" />}>
          <ul className="grid gap-2">
            {others.map((other, index) => (
              <Other
                key={other.id}
                other={other}
                index={index}
                detail={annotation}
                isLaid={laid.has(other.id)}
                hasShapes={hasShapes}
                onLay={onLay}
              />
            ))}
          </ul>
        </Part>
      )}
      {annotator && (
        <Part title={<Trans>Annotator</Trans>}>
          <div className="grid gap-3">
            <p className="flex items-center gap-2">
              <Link
                to="/review/people"
                search={{ person: annotator.id }}
                className="flex min-h-11 items-center font-medium text-accent underline-offset-2 hover:underline desk:min-h-0"
              >
                {annotator.displayName}
              </Link>
              <StatusBadge status={annotator.standing.status} />
            </p>
            <Figures standing={annotator.standing} />
            <Facts annotation={annotation} />
          </div>
        </Part>
      )}
      {item.problems && item.problems.length > 0 && (
        <Part title={<Plural value={item.problems.length} one="# report of this item" other="# reports of this item" />}>
          <ul className="grid gap-1 text-13">
            {item.problems.map(({ kind, message, reportedAt }) => (
              <li key={reportedAt}>
                <Problem kind={kind} />
                {message && <span className="text-muted"> {message}</span>}
              </li>
            ))}
          </ul>
        </Part>
      )}
      <details className="group" open>
        <summary className="flex min-h-11 items-center gap-1 px-4 font-semibold text-13 desk:min-h-10">
          <ChevronRight className="size-4 text-muted transition-transform duration-120 group-open:rotate-90" aria-hidden />
          <Trans>Instructions</Trans>
        </summary>
        <div className="px-4 pb-4 text-13">
          <Markdown text={project.instructions} headingLevel={3} />
        </div>
      </details>
    </div>
  );
}

/** Why it is left to people, and what the judge would say. */
function Doubted({ seen: { reason, risk, suggestion } }: { seen: Seen }) {
  const { i18n } = useLingui();
  const format = useFormat();
  return (
    <p className="text-13">
      <span className="font-medium">{reason && i18n._(DOUBTS[reason])}</span>
      <span className="text-muted">
        {" · "}
        <Trans>risk {format.share(risk)}</Trans>
        {suggestion && (
          <>
            {" · "}
            {suggestion === "APPROVED" ? <Trans>it would approve</Trans> : <Trans>it would reject</Trans>}
          </>
        )}
      </span>
    </p>
  );
}

export function Part({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className="px-4 py-3">
      <h3 className="mb-2 text-13">{title}</h3>
      {children}
    </section>
  );
}

type OtherProps = {
  other: Answered;
  index: number;
  detail: Detail["annotation"];
  isLaid: boolean;
  hasShapes: boolean;
  onLay: (id: string) => void;
};

function Other({ other, index, detail: { project, item }, isLaid, hasShapes, onLay }: OtherProps) {
  const { t } = useLingui();
  const name = other.annotator?.displayName ?? t`Somebody`;
  const title = (
    <>
      <span className="grow truncate font-medium">{name}</span>
      <StateWord state={other.state} />
    </>
  );
  return (
    <li className="rounded-8 border border-line">
      {hasShapes ? (
        <button
          type="button"
          aria-pressed={isLaid}
          aria-label={t`Lay the answer of ${name} over the picture`}
          onClick={() => onLay(other.id)}
          className={classes(
            "flex min-h-11 w-full items-center gap-2 rounded-8 px-2.5 text-left text-13 desk:min-h-8",
            isLaid ? "bg-soft" : "hover:bg-ground",
          )}
        >
          <svg width="22" height="8" aria-hidden="true" className={isLaid ? "text-accent" : "text-muted"}>
            <line
              x1="0"
              x2="22"
              y1="4"
              y2="4"
              stroke="currentColor"
              strokeWidth="2"
              strokeDasharray={DASHES[index % DASHES.length]?.join(" ")}
            />
          </svg>
          {title}
        </button>
      ) : (
        <p className="flex items-center gap-2 px-2.5 pt-1.5 text-13">{title}</p>
      )}
      <dl className="grid gap-1 px-2.5 pt-1 pb-2 text-12">
        {project.form.map((field) => (
          <div key={field.key}>
            <dt className="sr-only">{field.label}</dt>
            <dd>
              <AnswerValue field={field} value={other.answers.find(({ key }) => key === field.key)?.value} content={item.content} />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

function StateWord({ state }: { state: Scalar<"AnnotationState"> }) {
  const look = { IN_REVIEW: "text-muted", APPROVED: "text-good", REJECTED: "text-bad" }[state];
  const word = { IN_REVIEW: <Trans>In review</Trans>, APPROVED: <Trans>Approved</Trans>, REJECTED: <Trans>Rejected</Trans> }[state];
  return <span className={classes("shrink-0 text-12", look)}>{word}</span>;
}

function Facts({ annotation: { submittedAt, activeSeconds, reward } }: { annotation: Detail["annotation"] }) {
  const format = useFormat();
  const seconds = Math.round(activeSeconds ?? 0);
  return (
    <p className="text-12 text-muted">
      <Trans>Submitted {format.time(submittedAt)}</Trans>
      {activeSeconds !== null && (
        <>
          {" · "}
          <Trans>{seconds} s of work</Trans>
        </>
      )}
      {" · "}
      {format.money(reward)}
    </p>
  );
}

function Problem({ kind }: { kind: Scalar<"ProblemKind"> }) {
  return (
    <span className="font-medium">
      {{ BROKEN: <Trans>Broken</Trans>, UNCLEAR: <Trans>Unclear</Trans>, UNSAFE: <Trans>Unsafe</Trans> }[kind]}
    </span>
  );
}
