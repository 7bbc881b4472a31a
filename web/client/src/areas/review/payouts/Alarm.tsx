import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useViewer } from "@/api/session";
import { COINS } from "@/areas/money/words";
import { Notice } from "@/ui/States";
import { usePurses } from "./usePurses";

/** For admins, on each of their other pages: payouts that wait for a human. */
export function Alarm() {
  const isAdmin = useViewer().roles.includes("ADMIN");
  const halted = usePurses({ isPaused: !isAdmin }).wallets?.filter(({ needsHuman }) => needsHuman) ?? [];
  if (halted.length === 0) return null;
  return (
    <div className="mb-4">
      <Notice>
        <p className="font-medium">
          <Trans>Payouts are halted: {halted.map(({ coin }) => COINS[coin]).join(", ")}</Trans>
        </p>
        <Link to="/review/payouts" className="inline-flex min-h-11 items-center underline underline-offset-2 desk:min-h-8">
          <Trans>See what waits for you</Trans>
        </Link>
      </Notice>
    </div>
  );
}
