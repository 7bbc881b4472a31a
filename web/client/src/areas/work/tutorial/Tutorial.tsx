import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { ChevronRight, CircleCheck } from "lucide-react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { useViewer } from "@/api/session";
import { Page } from "@/ui/Page";
import { Failed, Rows } from "@/ui/States";
import { KINDS } from "../kinds";
import { type Lesson, TUTORIAL } from "./documents";
import { Unlocked } from "./Unlocked";

/** The lessons, and how far one is. */
export function Tutorial() {
  const { t } = useLingui();
  const { tutorialProgress } = useViewer();
  const [{ data, error }, again] = useQuery({ query: TUTORIAL });
  return (
    <Page
      isNarrow
      title={t`Tutorial`}
      lead={<Trans>Guided lessons in the real editor. Try every step as often as you like; nothing counts against you.</Trans>}
    >
      <div className="grid gap-4">
        {tutorialProgress.completedAt && <Unlocked at={tutorialProgress.completedAt} />}
        {error && !data && <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />}
        {!data && !error && <Rows count={3} className="h-22" />}
        {data?.tutorial.lessons.map((lesson, index) => (
          <LessonCard key={lesson.id} lesson={lesson} number={index + 1} />
        ))}
      </div>
    </Page>
  );
}

function LessonCard({ lesson, number }: { lesson: Lesson; number: number }) {
  const { i18n } = useLingui();
  const passed = lesson.steps.filter((step) => step.passed).length;
  const isDone = passed === lesson.steps.length;
  const { label, icon: Icon } = KINDS[lesson.kind];
  return (
    <Link
      to="/work/tutorial/$lessonId"
      params={{ lessonId: lesson.id }}
      className="flex items-center gap-4 rounded-12 border border-line bg-surface p-4 transition-colors duration-120 hover:bg-ground"
    >
      <span className="grid size-11 shrink-0 place-items-center rounded-full bg-soft text-accent">
        <Icon className="size-5" aria-hidden />
      </span>
      <span className="grid min-w-0 grow gap-1">
        <span className="text-12 text-muted">
          <Trans>
            Lesson {number} · {i18n._(label)}
          </Trans>
        </span>
        <span className="font-semibold text-16">{lesson.title}</span>
        <span className="flex gap-1" aria-hidden>
          {lesson.steps.map((step) => (
            <span key={step.id} className={`h-1.5 grow rounded-full ${step.passed ? "bg-good" : "bg-line"}`} />
          ))}
        </span>
        <span className="text-12 text-muted">
          <Trans>
            {passed} of {lesson.steps.length} steps
          </Trans>
        </span>
      </span>
      {isDone ? (
        <CircleCheck className="size-5 shrink-0 text-good" aria-hidden />
      ) : (
        <ChevronRight className="size-5 shrink-0 text-muted" aria-hidden />
      )}
    </Link>
  );
}
