import { Suspense } from "react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { later } from "@/ui/later";
import { Card } from "@/ui/Page";
import { Failed, Rows } from "@/ui/States";
import { useProject } from "../project/project";
import { Confusion } from "./Confusion";
import { QUALITY } from "./documents";

// The chart comes when there is something to draw.
const Days = later(() => import("./Days"), "Days");

/** How good the answers are: day by day, and field by field. */
export function Quality() {
  const { project } = useProject();
  const [{ data, error }, again] = useQuery({ query: QUALITY, variables: { id: project.id }, requestPolicy: "cache-and-network" });
  const quality = data?.project?.judging;
  if (error && !quality)
    return (
      <Card>
        <Failed problem={problemOf(error)} retry={() => again({ requestPolicy: "network-only" })} />
      </Card>
    );
  if (!quality) return <Rows count={2} className="h-60" />;
  return (
    <>
      {quality.days.length > 0 && (
        <Suspense fallback={<Rows count={1} className="h-60" />}>
          <Days days={quality.days} />
        </Suspense>
      )}
      <Confusion fields={quality.fields} />
    </>
  );
}
