import { Trans, useLingui } from "@lingui/react/macro";
import { useBlocker } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import { useMemo, useState } from "react";
import type { Problem, UserError } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Card } from "@/ui/Page";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { useProject } from "../project/project";
import { Builder } from "./Builder";
import { Examples } from "./Examples";
import { Instructions } from "./Instructions";
import { Preview } from "./Preview";
import { Price } from "./Price";
import { RequirementsCard } from "./RequirementsCard";
import { errorsBy, isFixed, legible, named, type Spec, specOf } from "./spec";
import { useSave } from "./useSave";

/** All that a project asks, being written; nothing of it is sent before it is saved. */
export function FormPage() {
  const { project } = useProject();
  const save = useSave(project);
  const [spec, setSpec] = useState(() => specOf(project));
  const [isChanged, setChanged] = useState(false);
  const [errors, setErrors] = useState<UserError[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const [isWide, setWide] = useState(false);
  const [editing, setEditing] = useState<string>();
  const fixed = isFixed(project);
  const isClosed = project.state === "CLOSED";
  const by = useMemo(() => errorsBy(errors), [errors]);
  const form = useMemo(() => legible(spec), [spec]);

  const change = (changed: Partial<Spec>) => {
    setSpec((before) => ({ ...before, ...changed }));
    setChanged(true);
  };
  const discard = () => {
    setSpec(specOf(project));
    setEditing(undefined);
    setChanged(false);
    setErrors([]);
    setProblem(undefined);
  };
  const submit = async () => {
    setBusy(true);
    const { problem, errors } = await save(spec);
    setBusy(false);
    setErrors(named(errors, spec));
    setProblem(problem);
    if (problem) return;
    setChanged(false);
    toast({ tone: "good", title: <Trans>Saved</Trans> });
  };

  return (
    <div className="grid gap-4">
      {(fixed || isClosed) && (
        <Notice tone="accent">
          <span className="flex gap-2">
            <Lock className="mt-0.5 size-4 shrink-0 text-accent" aria-hidden />
            {isClosed ? (
              <Trans>This project is closed and does not change any more.</Trans>
            ) : (
              <Trans>
                Fields, price and overlap are fixed: the project was opened or has items. Instructions, examples, requirements and lease can
                still change.
              </Trans>
            )}
          </span>
        </Notice>
      )}
      <div className={isWide ? "grid gap-4" : "grid items-start gap-4 wide:grid-cols-[minmax(0,1fr)_25rem] wide:grid-rows-[auto_1fr]"}>
        <Builder fields={spec.fields} onChange={(fields) => change({ fields })} by={by} isFixed={fixed} />
        <Preview
          projectId={project.id}
          form={form}
          sample={project.sample?.edges[0]?.node.content}
          isWide={isWide}
          onWide={setWide}
          // Two editors at once would both take the keys.
          rests={editing !== undefined}
          className={
            isWide
              ? ""
              : "wide:sticky wide:top-4 wide:col-start-2 wide:row-span-2 wide:row-start-1 wide:max-h-[calc(100dvh-2rem)] wide:overflow-y-auto"
          }
        />
        <fieldset disabled={isClosed} className="grid min-w-0 gap-4">
          <Card className="p-4 desk:p-6">
            <Instructions text={spec.instructions} onChange={(instructions) => change({ instructions })} error={by.at("instructions")} />
          </Card>
          <Examples
            projectId={project.id}
            form={form}
            examples={spec.examples}
            editing={editing}
            onEditing={setEditing}
            onChange={(examples) => change({ examples })}
            by={by}
          />
          <RequirementsCard project={project} spec={spec} onChange={change} by={by} />
          <Price spec={spec} onChange={change} by={by} isFixed={fixed} />
        </fieldset>
      </div>
      {isChanged && <SaveBar problem={problem} count={errors.length} isBusy={isBusy} onSave={submit} onDiscard={discard} />}
      <Unsaved isChanged={isChanged} />
    </div>
  );
}

type BarProps = { problem: Problem | undefined; count: number; isBusy: boolean; onSave: () => void; onDiscard: () => void };

function SaveBar({ problem, count, isBusy, onSave, onDiscard }: BarProps) {
  return (
    <div className="sticky bottom-[calc(64px+env(safe-area-inset-bottom))] z-10 flex flex-wrap items-center gap-2 rounded-12 border border-line bg-raised p-2 pl-4 shadow-float desk:bottom-4">
      <p role="status" className={problem ? "min-w-0 grow text-13 text-bad" : "grow text-13 text-muted"}>
        {problem ? (
          <>
            <ProblemText problem={problem} /> {count > 1 && <Trans>{count} things to mend, each shown in its place.</Trans>}
          </>
        ) : (
          <Trans>Not saved yet</Trans>
        )}
      </p>
      <Button kind="quiet" size="small" onClick={onDiscard}>
        <Trans>Discard</Trans>
      </Button>
      <Button kind="primary" size="small" isBusy={isBusy} onClick={onSave}>
        <Trans>Save</Trans>
      </Button>
    </div>
  );
}

/** Asks before what is not saved is left behind. */
function Unsaved({ isChanged }: { isChanged: boolean }) {
  const { t } = useLingui();
  const blocker = useBlocker({ shouldBlockFn: () => isChanged, enableBeforeUnload: isChanged, withResolver: true });
  return (
    <Dialog isOpen={blocker.status === "blocked"} onClose={() => blocker.reset?.()} title={t`Leave without saving?`}>
      <p>
        <Trans>What you have changed here is not saved yet.</Trans>
      </p>
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Button onClick={() => blocker.reset?.()}>
          <Trans>Stay</Trans>
        </Button>
        <Button kind="danger" onClick={() => blocker.proceed?.()}>
          <Trans>Leave, and lose it</Trans>
        </Button>
      </div>
    </Dialog>
  );
}
