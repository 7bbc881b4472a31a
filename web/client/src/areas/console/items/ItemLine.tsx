import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { ChevronRight, Flag } from "lucide-react";
import type { Item } from "./documents";
import { PROBLEMS } from "./problems";
import { gistOf, Thumbnail } from "./Thumbnail";

export function ItemLine({ item, onShow }: { item: Item; onShow: () => void }) {
  const { i18n } = useLingui();
  const problems = item.problems ?? [];
  return (
    <li>
      <button
        type="button"
        onClick={onShow}
        className="flex w-full items-center gap-3 px-4 py-2.5 text-left -outline-offset-2 hover:bg-ground"
      >
        <Thumbnail content={item.content} />
        <span className="grid min-w-0 grow">
          <span className="truncate font-medium">{item.externalId}</span>
          {problems[0] ? (
            <span className="truncate text-12 text-warning">
              {i18n._(PROBLEMS[problems[0].kind])}
              {problems[0].message && `: ${problems[0].message}`}
            </span>
          ) : (
            <span className="truncate text-12 text-muted">{gistOf(item.content)}</span>
          )}
        </span>
        {problems.length > 0 && (
          <span className="hidden shrink-0 text-12 text-muted desk:inline">
            <Plural value={problems.length} one="# report" other="# reports" />
          </span>
        )}
        {item.heldAt && (
          <span className="inline-flex shrink-0 items-center gap-1.5 rounded-full border border-warning/50 px-2.5 py-0.5 font-medium text-12 text-warning">
            <Flag className="size-3" aria-hidden />
            <Trans>Held</Trans>
          </span>
        )}
        <ChevronRight className="size-4 shrink-0 text-muted" aria-hidden />
      </button>
    </li>
  );
}
