import { createContext, use } from "react";
import type { Progress, Project } from "../documents";

type Shown = { project: Project; progress: Progress | null; refresh: () => void };

export const ProjectContext = createContext<Shown | null>(null);

/** The project whose page this is. */
export function useProject(): Shown {
  const shown = use(ProjectContext);
  if (!shown) throw new Error("outside of a project's page");
  return shown;
}
