import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Mark } from "@/shell/Mark";
import { useTitle } from "@/ui/Page";

/** The frame of every page for people who are not signed in: what this is on one side, the form on the other. */
export function Door({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  useTitle(title);
  return (
    <div className="grid min-h-dvh desk:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <aside className="hidden flex-col justify-between bg-stage p-12 text-[#E8EBF0] desk:flex">
        <div className="flex items-center gap-3 font-semibold text-16">
          <Mark className="size-8" />
          Tidemark
        </div>
        <Scene />
        <ul className="grid gap-3 text-[#98A2B3]">
          <li>
            <Trans>Short tasks on photographs, texts and recordings. Seconds each, no daily limit.</Trans>
          </li>
          <li>
            <Trans>Every verdict arrives live, with its reason. Every rejection can be appealed.</Trans>
          </li>
          <li>
            <Trans>Your balance and its full history are always in view.</Trans>
          </li>
        </ul>
      </aside>
      <main className="grid content-center px-4 py-10 desk:px-12">
        <div className="mx-auto w-full max-w-100">
          <div className="mb-8 flex items-center gap-2.5 font-semibold text-16 desk:hidden">
            <Mark className="size-8" />
            Tidemark
          </div>
          <h1 className="text-24">{title}</h1>
          {lead && <p className="mt-1 text-muted">{lead}</p>}
          <div className="mt-6">{children}</div>
        </div>
      </main>
    </div>
  );
}

/** A photograph of the tutorial as it looks when it is done: what the work is, at a glance. */
function Scene() {
  return (
    <div className="relative my-10 overflow-hidden rounded-16" aria-hidden>
      <img src="/tutorial/coffee.jpg" alt="" className="w-full" width={600} height={400} />
      <svg viewBox="0 0 600 400" className="absolute inset-0 size-full" aria-hidden="true">
        <rect
          x="173"
          y="18"
          width="235"
          height="290"
          fill="#56B4E9"
          fillOpacity="0.16"
          stroke="#0A0C10"
          strokeOpacity="0.7"
          strokeWidth="5"
        />
        <rect x="173" y="18" width="235" height="290" fill="none" stroke="#56B4E9" strokeWidth="2.5" />
        {[
          [173, 18],
          [408, 18],
          [173, 308],
          [408, 308],
        ].map(([x, y]) => (
          <circle key={`${x},${y}`} cx={x} cy={y} r="6" fill="#fff" stroke="#0072B2" strokeWidth="2.5" />
        ))}
        <rect x="172" y="17" width="50" height="24" fill="#56B4E9" />
        <text x="182" y="34" fontSize="14" fontWeight="600" fill="#0A0C10">
          Cup
        </text>
      </svg>
    </div>
  );
}
