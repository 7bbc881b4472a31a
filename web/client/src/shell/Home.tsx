import { Navigate } from "@tanstack/react-router";
import { useSession } from "@/api/session";
import { areasOf } from "@/areas/areas";
import { Failed } from "@/ui/States";

/** Where somebody begins: nobody at the door, everybody else in the area of their role. */
export function Home() {
  const { viewer, problem, refresh } = useSession();
  if (problem)
    return (
      <main>
        <Failed isPage problem={problem} retry={refresh} />
      </main>
    );
  if (viewer === undefined) return null;
  if (viewer === null) return <Navigate to="/join" replace />;
  // Everybody is an annotator: who is something else besides begins there.
  const area = areasOf(viewer.roles).at(-1);
  if (area?.name === "work" && viewer.profile.missing.length > 0) return <Navigate to="/welcome" replace />;
  return <Navigate to={area?.home ?? "/work"} replace />;
}
