import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Building2 } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import { useFormat } from "@/ui/format";
import { Card, Page } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { More } from "../More";
import { Alarm } from "../payouts/Alarm";
import { SearchBox } from "../SearchBox";
import { usePages } from "../usePages";
import { CreditSheet } from "./CreditSheet";
import { ALL_ORGANIZATIONS, type Credited, ONE_ORGANIZATION } from "./documents";

const route = getRouteApi("/signed-in/review/organizations");

/** Every partner's house with its balance, and the way in for a payment that has arrived. */
export function OrganizationsPage() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { search, organization: shownId } = route.useSearch();
  const change = (changed: { search?: string; organization?: string }) =>
    void navigate({
      to: "/review/organizations",
      search: { search, organization: shownId, ...changed },
      replace: true,
      resetScroll: false,
      viewTransition: false,
    });
  const pages = usePages(ALL_ORGANIZATIONS, { search: search ?? null }, ({ allOrganizations }) => allOrganizations);
  const [changed, setChanged] = useState<ReadonlyMap<string, Credited>>(new Map());
  const organizations = pages.nodes?.map((each) => changed.get(each.id) ?? each);
  const [{ data: one }] = useQuery({ query: ONE_ORGANIZATION, variables: { id: shownId ?? "" }, pause: !shownId });
  const shown =
    one?.node?.__typename === "Organization" && one.node.id === shownId ? one.node : organizations?.find(({ id }) => id === shownId);

  return (
    <Page
      title={t`Organizations`}
      lead={<Trans>Partners and their balances. Credit one when its payment has arrived; every credit is on record.</Trans>}
    >
      <Alarm />
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <SearchBox
          label={t`Search organizations`}
          placeholder={t`Name, or a member's address`}
          search={search}
          onSearch={(text) => change({ search: text })}
        />
      </div>
      {pages.problem && !organizations && <Failed problem={pages.problem} retry={pages.again} />}
      {!organizations && !pages.problem && <Rows count={6} className="h-14" />}
      {organizations?.length === 0 && (
        <Empty
          icon={<Building2 aria-hidden />}
          title={search ? <Trans>No organization like that</Trans> : <Trans>No organization yet</Trans>}
        >
          {search ? (
            <Trans>Try a part of its name, or the address of somebody who belongs to it.</Trans>
          ) : (
            <Trans>A partner founds one in the console.</Trans>
          )}
        </Empty>
      )}
      {organizations && organizations.length > 0 && (
        <Card className="overflow-hidden">
          <ul className="divide-y divide-line">
            {organizations.map((each) => (
              <Line key={each.id} organization={each} onOpen={() => change({ organization: each.id })} />
            ))}
          </ul>
          <More pages={pages} />
        </Card>
      )}
      <CreditSheet
        organization={shown}
        onClose={() => change({ organization: undefined })}
        onCredited={(organization) => setChanged((before) => new Map(before).set(organization.id, organization))}
      />
    </Page>
  );
}

function Line({ organization: { name, createdAt, balance, members }, onOpen }: { organization: Credited; onOpen: () => void }) {
  const format = useFormat();
  return (
    <li className="relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-4 py-2.5 hover:bg-ground desk:grid-cols-[minmax(0,1fr)_10rem_8rem]">
      <div className="grid min-w-0 gap-0.5">
        <button type="button" onClick={onOpen} className="truncate text-left font-medium before:absolute before:inset-0">
          {name}
        </button>
        <p className="truncate text-12 text-muted">{(members ?? []).map(({ email }) => email).join(", ")}</p>
      </div>
      <p className="hidden text-right text-12 text-muted desk:block">
        <Trans>since {format.day(createdAt)}</Trans>
      </p>
      <p className="text-right font-medium">{balance && format.money(balance)}</p>
    </li>
  );
}
