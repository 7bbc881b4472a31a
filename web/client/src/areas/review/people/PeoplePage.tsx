import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { UserSearch } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import type { Scalar } from "@/api/graphql";
import { Filters } from "@/ui/Filters";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { StatusBadge } from "../detail/Figures";
import { More } from "../More";
import { Alarm } from "../payouts/Alarm";
import { SearchBox } from "../SearchBox";
import { usePages } from "../usePages";
import { STATUSES } from "../words";
import { ONE_PERSON, PEOPLE, type Person } from "./documents";
import { PeopleTabs } from "./PeopleTabs";
import { PersonSheet } from "./PersonSheet";

type Status = Scalar<"AccountStatus">;
const route = getRouteApi("/signed-in/review/people");

/** Everybody who annotates: found by name or address, and how each of them stands. */
export function PeoplePage() {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const { search, status: wanted, person: shownId } = route.useSearch();
  const status = wanted && wanted in STATUSES ? (wanted as Status) : undefined;
  const change = (changed: { search?: string; status?: string; person?: string }) =>
    void navigate({
      to: "/review/people",
      search: { search, status: wanted, person: shownId, ...changed },
      replace: true,
      resetScroll: false,
      viewTransition: false,
    });

  const pages = usePages(PEOPLE, { search: search ?? null, status: status ?? null }, ({ annotators }) => annotators);
  const [changed, setChanged] = useState<ReadonlyMap<string, Person>>(new Map());
  const people = pages.nodes?.map((person) => changed.get(person.id) ?? person);
  const [{ data: one }] = useQuery({ query: ONE_PERSON, variables: { id: shownId ?? "" }, pause: !shownId });
  const shown = one?.node?.__typename === "Annotator" && one.node.id === shownId ? one.node : people?.find(({ id }) => id === shownId);
  const statuses = [["", t`All`] as const, ...(Object.keys(STATUSES) as Status[]).map((key) => [key, i18n._(STATUSES[key])] as const)];

  return (
    <Page title={t`People`} lead={<Trans>Who annotates, and how they stand. Every act here is on record.</Trans>}>
      <Alarm />
      <PeopleTabs />
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <SearchBox
          label={t`Search people`}
          placeholder={t`Name or address`}
          search={search}
          onSearch={(text) => change({ search: text })}
        />
        <Filters<string>
          label={t`Status`}
          options={statuses}
          chosen={status ?? ""}
          onChoose={(key) => change({ status: key || undefined })}
        />
      </div>
      {pages.problem && !people && <Failed problem={pages.problem} retry={pages.again} />}
      {!people && !pages.problem && <Rows count={8} className="h-8" />}
      {people?.length === 0 && (
        <Empty icon={<UserSearch aria-hidden />} title={<Trans>Nobody like that</Trans>}>
          <Trans>Try a part of the name, or another status.</Trans>
        </Empty>
      )}
      {people && people.length > 0 && (
        <Card className="overflow-hidden">
          <People people={people} onOpen={(id) => change({ person: id })} />
          <More pages={pages} />
        </Card>
      )}
      <PersonSheet
        person={shown}
        onClose={() => change({ person: undefined })}
        onChanged={(person) => setChanged((before) => new Map(before).set(person.id, person))}
      />
    </Page>
  );
}

function People({ people, onOpen }: { people: readonly Person[]; onOpen: (id: string) => void }) {
  return (
    <table className="w-full text-13">
      <thead>
        <tr className="border-line border-b text-left text-12 text-muted [&>th]:px-3 [&>th]:py-2 [&>th]:font-medium">
          <th scope="col">
            <Trans>Name</Trans>
          </th>
          <th scope="col">
            <Trans>Status</Trans>
          </th>
          <th scope="col" className="text-right">
            <Trans>Accuracy</Trans>
          </th>
          <th scope="col" className="hidden text-right desk:table-cell">
            <Trans>Approved</Trans>
          </th>
          <th scope="col" className="hidden text-right desk:table-cell">
            <Trans>Rejected</Trans>
          </th>
          <th scope="col" className="hidden text-right desk:table-cell">
            <Trans>Skipped</Trans>
          </th>
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <Row key={person.id} person={person} onOpen={() => onOpen(person.id)} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ person: { displayName, standing }, onOpen }: { person: Person; onOpen: () => void }) {
  const format = useFormat();
  const { status, accuracy, approved, rejected, skipRate, until } = standing;
  return (
    <tr className="relative border-line border-b last:border-b-0 hover:bg-ground [&>td]:px-3">
      <td className="h-11 desk:h-8">
        <button type="button" onClick={onOpen} className="font-medium before:absolute before:inset-0">
          {displayName}
        </button>
      </td>
      <td>
        <StatusBadge status={status} />
        {until && (
          <span className="ml-2 hidden text-12 text-muted desk:inline">
            <Trans>until {format.day(until)}</Trans>
          </span>
        )}
      </td>
      <td className="text-right">{accuracy === null ? "–" : format.share(accuracy)}</td>
      <td className="hidden text-right desk:table-cell">{format.number(approved)}</td>
      <td className="hidden text-right desk:table-cell">{format.number(rejected)}</td>
      <td className="hidden text-right desk:table-cell">{format.share(skipRate)}</td>
    </tr>
  );
}
