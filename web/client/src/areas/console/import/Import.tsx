import { Trans } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { useClient } from "urql";
import { useViewer } from "@/api/session";
import { isShapeField } from "@/editor/answers";
import { useFormat } from "@/ui/format";
import { Notice } from "@/ui/States";
import { useProject } from "../project/project";
import { DropZone } from "./DropZone";
import { Formats } from "./Formats";
import { type Given, type Plan, planned } from "./gather";
import { type Begun, begun } from "./ledger";
import { PlanCard } from "./PlanCard";
import { RunCard } from "./RunCard";
import { startRun, useRuns } from "./run";

/** Files in, a look at what would be brought, then bringing it. */
export function Import() {
  const { project } = useProject();
  const client = useClient();
  const viewer = useViewer();
  const run = useRuns((runs) => runs[project.id]);
  const [given, setGiven] = useState<Given[]>([]);
  const [isGold, setGold] = useState(false);
  const [plan, setPlan] = useState<Plan>();
  const [isReading, setReading] = useState(false);

  const read = async (files: Given[], asGold: boolean) => {
    setGiven(files);
    setGold(asGold);
    setReading(true);
    setPlan(await planned(files, project.form, asGold));
    setReading(false);
  };
  const forget = () => {
    setGiven([]);
    setPlan(undefined);
  };

  if (run) return <RunCard projectId={project.id} run={run} />;
  if (project.state === "CLOSED")
    return (
      <Notice tone="accent">
        <Trans>A closed project takes no items.</Trans>
      </Notice>
    );
  return (
    <div className="grid gap-4">
      {!plan && <LeftOver projectId={project.id} />}
      <DropZone isCompact={Boolean(plan)} isReading={isReading} onGiven={(files) => read([...given, ...files], isGold)} />
      {plan ? (
        <PlanCard
          plan={plan}
          canGold={project.form.some(isShapeField)}
          isGold={isGold}
          isReading={isReading}
          onGold={(asGold) => read(given, asGold)}
          onStart={() => {
            startRun(client, project.id, viewer.id, plan);
            forget();
          }}
          onForget={forget}
        />
      ) : (
        <Formats form={project.form} />
      )}
    </div>
  );
}

/** An import that a reload or a closed tab broke off. The browser may not keep files, so they are asked for again. */
function LeftOver({ projectId }: { projectId: string }) {
  const format = useFormat();
  const [left, setLeft] = useState<Begun>();
  useEffect(() => {
    void begun.read(projectId).then(setLeft);
  }, [projectId]);
  if (!left) return null;
  return (
    <Notice tone="warning">
      <strong className="font-semibold">
        <Trans>An import stopped half way, {format.ago(new Date(left.at).toISOString())}.</Trans>
      </strong>{" "}
      <Trans>
        {format.number(left.sent)} of {format.number(left.items)} items were brought. Drop the same files again and it goes on from there:
        nothing is sent or imported twice.
      </Trans>
    </Notice>
  );
}
