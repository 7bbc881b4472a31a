import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate, useParams } from "@tanstack/react-router";
import { ArrowLeft, BookOpen } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { Button, IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Markdown } from "@/ui/Markdown";
import { useTitle } from "@/ui/Page";
import { Failed, Loading, Skeleton } from "@/ui/States";
import { type Lesson, TUTORIAL } from "./documents";
import { StepEditor } from "./StepEditor";

export function LessonPage() {
  const { lessonId } = useParams({ from: "/signed-in/work/tutorial/$lessonId" });
  const [{ data, error }, again] = useQuery({ query: TUTORIAL, requestPolicy: "cache-first" });
  const lesson = data?.tutorial.lessons.find(({ id }) => id === lessonId);
  if (error && !data) return <Failed isPage problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />;
  if (!data)
    return (
      <Loading>
        <Skeleton className="m-4 h-[60dvh]" />
      </Loading>
    );
  if (!lesson) return <Failed isPage problem={{ code: "NOT_FOUND", message: "", path: [] }} />;
  return <InLesson key={lesson.id} lesson={lesson} lessons={data.tutorial.lessons} />;
}

function InLesson({ lesson, lessons }: { lesson: Lesson; lessons: readonly Lesson[] }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const [hasRead, setRead] = useState(lesson.steps.some(({ passed }) => passed));
  const [isGuideOpen, setGuideOpen] = useState(false);
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      lesson.steps.findIndex(({ passed }) => !passed),
    ),
  );
  const step = lesson.steps[at];
  useTitle(lesson.title);

  const goOn = () => {
    if (at + 1 < lesson.steps.length) return setAt(at + 1);
    const next = lessons.find((each) => each.id !== lesson.id && each.steps.some(({ passed }) => !passed));
    void (next ? navigate({ to: "/work/tutorial/$lessonId", params: { lessonId: next.id } }) : navigate({ to: "/work/tutorial" }));
  };
  return (
    <div className="flex min-h-0 grow flex-col desk:h-dvh">
      <header className="flex min-h-14 shrink-0 items-center gap-2 border-line border-b bg-surface px-2">
        <IconButton label={t`Back to the lessons`} onClick={() => navigate({ to: "/work/tutorial" })}>
          <ArrowLeft className="size-5" aria-hidden />
        </IconButton>
        <div className="grid min-w-0 grow gap-1.5">
          <h1 className="truncate font-semibold text-14">{lesson.title}</h1>
          <Progress lesson={lesson} at={hasRead ? at : -1} />
        </div>
        <IconButton label={t`Guide`} onClick={() => setGuideOpen(true)} className={hasRead ? "" : "invisible"}>
          <BookOpen className="size-5" aria-hidden />
        </IconButton>
      </header>
      {hasRead && step ? (
        <StepEditor key={step.id} step={step} isLast={at + 1 === lesson.steps.length} onNext={goOn} />
      ) : (
        <article className="mx-auto w-full max-w-160 px-4 py-8">
          <Markdown text={lesson.guide} />
          <Button kind="primary" onClick={() => setRead(true)} className="mt-8 w-full desk:w-auto">
            <Trans>Try it</Trans>
          </Button>
        </article>
      )}
      <Dialog isSheet isOpen={isGuideOpen} onClose={() => setGuideOpen(false)} title={t`Guide`}>
        <Markdown text={lesson.guide} headingLevel={3} />
      </Dialog>
    </div>
  );
}

function Progress({ lesson, at }: { lesson: Lesson; at: number }) {
  return (
    <div className="flex max-w-80 gap-1" aria-hidden>
      {lesson.steps.map((step, index) => (
        <span key={step.id} className={`h-1.5 grow rounded-full ${step.passed ? "bg-good" : index === at ? "bg-accent" : "bg-line"}`} />
      ))}
    </div>
  );
}
