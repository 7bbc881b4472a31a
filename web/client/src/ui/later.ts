import { type AsyncRouteComponent, lazyRouteComponent } from "@tanstack/react-router";
import { isReachable } from "@/api/reach";

/** Its code did not come, and neither would anything else: Tidemark cannot be reached. */
export class OutOfReach extends Error {}

/** What asks anew for the code that did not come. */
const missing = new Set<() => unknown>();

/** A page, or a part of one, whose code comes when it is first shown. Where it does not come, `loadMissing` asks anew. */
export function later<Name extends string, Props>(
  load: () => Promise<Record<Name, (props: Props) => React.ReactNode>>,
  name: Name,
): AsyncRouteComponent<Props> {
  const component = lazyRouteComponent(() => load().catch(explain), name) as AsyncRouteComponent<Props>;
  const again = component.preload;
  async function explain(error: unknown): Promise<never> {
    if (again) missing.add(again);
    // The router loads the whole page anew where code is gone, as after a release. Without a network nothing at all would be left of it.
    throw (await isReachable()) ? error : new OutOfReach("No connection", { cause: error });
  }
  return component;
}

export async function loadMissing(): Promise<void> {
  const asked = [...missing];
  missing.clear();
  await Promise.all(asked.map((ask) => ask()));
}
