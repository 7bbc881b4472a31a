import { Trans, useLingui } from "@lingui/react/macro";
import { Braces, KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import { problemOf } from "@/api/problem";
import { Button, ButtonLink } from "@/ui/Button";
import { Card, Page } from "@/ui/Page";
import { Empty, Failed, Rows } from "@/ui/States";
import { TOKENS, type Token, type TokenOwner } from "./documents";
import { NewToken } from "./NewToken";
import { Revoke } from "./Revoke";
import { TokenLine } from "./TokenLine";

export function Tokens() {
  const { t } = useLingui();
  const [{ data, error }, again] = useQuery({ query: TOKENS, requestPolicy: "cache-and-network" });
  const [making, setMaking] = useState<TokenOwner>();
  const [revoking, setRevoking] = useState<Token>();
  const reread = () => again({ requestPolicy: "network-only" });
  if (error && !data) return <Failed isPage problem={problemOf(error)} retry={reread} />;
  return (
    <Page
      title={t`API tokens`}
      lead={<Trans>For your own programs: everything that these pages do, over GraphQL.</Trans>}
      aside={
        <ButtonLink to="/console/graphiql" size="small">
          <Braces className="size-4" aria-hidden />
          <Trans>Try it in the console</Trans>
        </ButtonLink>
      }
    >
      {!data ? (
        <Rows count={3} className="h-18" />
      ) : data.organizations.length === 0 ? (
        <Card>
          <Empty
            icon={<KeyRound aria-hidden />}
            title={<Trans>Tokens belong to an organization</Trans>}
            action={
              <ButtonLink to="/console/projects" kind="primary">
                <Trans>Make one</Trans>
              </ButtonLink>
            }
          />
        </Card>
      ) : (
        <div className="grid gap-8">
          {data.organizations.map((owner) => (
            <section key={owner.id} aria-labelledby={`tokens-${owner.id}`} className="grid gap-3">
              <header className="flex flex-wrap items-center justify-between gap-3">
                <h2 id={`tokens-${owner.id}`} className="text-16">
                  {owner.name}
                </h2>
                <Button size="small" kind="primary" onClick={() => setMaking(owner)}>
                  <Plus className="size-4" aria-hidden />
                  <Trans>New token</Trans>
                </Button>
              </header>
              <Card className="overflow-hidden">
                {owner.apiTokens?.length ? (
                  <ul className="divide-y divide-line">
                    {owner.apiTokens.map((token) => (
                      <TokenLine key={token.id} token={token} onRevoke={() => setRevoking(token)} />
                    ))}
                  </ul>
                ) : (
                  <Empty icon={<KeyRound aria-hidden />} title={<Trans>No token yet</Trans>}>
                    <Trans>A token lets a program act for {owner.name}, as far as its scopes go.</Trans>
                  </Empty>
                )}
              </Card>
            </section>
          ))}
        </div>
      )}
      {making && <NewToken owner={making} onMade={reread} onClose={() => setMaking(undefined)} />}
      {revoking && (
        <Revoke
          token={revoking}
          onClose={() => setRevoking(undefined)}
          onDone={() => {
            setRevoking(undefined);
            reread();
          }}
        />
      )}
    </Page>
  );
}
