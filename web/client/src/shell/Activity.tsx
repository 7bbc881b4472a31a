import { Trans } from "@lingui/react/macro";
import { type ReactNode, useRef, useState } from "react";
import { graphql } from "@/api/graphql";
import { useLive } from "@/api/live";
import { useSession, useViewer } from "@/api/session";
import { WITHDRAWAL } from "@/api/withdrawal";
import { ReasonList } from "@/areas/work/reasons";
import { ButtonLink } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { toast } from "@/ui/toasts";
import { announce, type Happening } from "./happenings";

export const ACTIVITY = graphql(
  `
  subscription Activity($after: Cursor) {
    activity(after: $after) {
      __typename
      cursor
      at
      ... on VerdictIssued {
        verdict {
          id
          decision
          source
          reasons
          comment
          decidedAt
          appealableUntil
          annotation { id state reward { amount currency } }
        }
        wallet {
          pending { amount currency }
          available { amount currency }
          withdrawing { amount currency }
          withdrawn { amount currency }
        }
      }
      ... on AppealDecided {
        appeal { id state comment decidedAt annotation { id state } }
        wallet {
          pending { amount currency }
          available { amount currency }
          withdrawing { amount currency }
          withdrawn { amount currency }
        }
      }
      ... on WithdrawalChanged {
        withdrawal { ...Withdrawal }
        wallet {
          pending { amount currency }
          available { amount currency }
          withdrawing { amount currency }
          withdrawn { amount currency }
        }
      }
      ... on StandingChanged {
        standing { status accuracy decided approved rejected skipRate until reason }
      }
      ... on AssignmentEnded {
        assignment { id state }
      }
      ... on QualificationOffered {
        qualification { id title }
      }
      ... on OrganizationCredited {
        organization { id name balance { amount currency } }
      }
      ... on TicketAnswered {
        ticket { id subject state messages { body fromStaff sentAt attachments { url width height alt } } }
      }
      ... on TicketClosed {
        ticket { id subject state messages { body fromStaff sentAt attachments { url width height alt } } }
      }
    }
  }
`,
  [WITHDRAWAL],
);

/** All that happens to the viewer: the cache takes the figures, a toast tells of it. */
export function Activity() {
  const { refresh } = useSession();
  const viewer = useViewer();
  const format = useFormat();
  const [after, setAfter] = useState(viewer.activityCursor);
  // After a gap the state is read anew, and the stream goes on from where that was read.
  const isBehind = useRef(false);
  if (isBehind.current && viewer.activityCursor !== after) {
    isBehind.current = false;
    setAfter(viewer.activityCursor);
  }
  useLive(ACTIVITY, {
    variables: { after },
    onEvent: ({ activity }) => {
      tell(activity, format.money);
      announce(activity);
    },
    onCursorExpired: () => {
      isBehind.current = true;
      refresh();
    },
  });
  return null;
}

type Amount = { amount: string; currency: string };

function tell(event: Happening, money: (amount: Amount) => string): void {
  switch (event.__typename) {
    case "VerdictIssued":
      tellVerdict(event.verdict, money);
      break;
    case "AppealDecided":
      toast({
        id: event.cursor,
        tone: event.appeal.state === "OVERTURNED" ? "good" : "plain",
        title: event.appeal.state === "OVERTURNED" ? <Trans>Your appeal was won</Trans> : <Trans>Your appeal was turned down</Trans>,
        detail: event.appeal.comment,
      });
      break;
    case "WithdrawalChanged":
      tellWithdrawal(event, money);
      break;
    case "StandingChanged":
      toast({
        id: event.cursor,
        tone: event.standing.status === "ACTIVE" ? "plain" : "bad",
        title: <Trans>Your standing has changed</Trans>,
        detail: event.standing.reason,
        milliseconds: 12_000,
        action: (
          <ButtonLink to="/reports/standing" size="small">
            <Trans>See it</Trans>
          </ButtonLink>
        ),
      });
      break;
    case "QualificationOffered":
      tellTest(event);
      break;
    case "OrganizationCredited":
      tellCredit(event, money);
      break;
    case "TicketAnswered":
      tellTicket(event, <Trans>Your ticket was answered</Trans>);
      break;
    case "TicketClosed":
      tellTicket(event, <Trans>Your ticket was closed</Trans>);
      break;
  }
}

function tellTest({ cursor, qualification }: Extract<Happening, { __typename: "QualificationOffered" }>): void {
  toast({
    id: cursor,
    tone: "plain",
    title: <Trans>A test would open a project to you</Trans>,
    detail: qualification.title,
    milliseconds: 12_000,
    action: (
      <ButtonLink to="/work/qualifications/$qualificationId" params={{ qualificationId: qualification.id }} size="small">
        <Trans>See the test</Trans>
      </ButtonLink>
    ),
  });
}

function tellCredit(
  { cursor, organization: { name, balance } }: Extract<Happening, { __typename: "OrganizationCredited" }>,
  money: (amount: Amount) => string,
): void {
  toast({
    id: cursor,
    tone: "good",
    title: <Trans>A payment of {name} has arrived</Trans>,
    detail: balance && <Trans>Balance {money(balance)}</Trans>,
  });
}

function tellTicket({ cursor, ticket }: Extract<Happening, { __typename: "TicketAnswered" | "TicketClosed" }>, title: ReactNode): void {
  // Who has it before them sees it there.
  if (location.pathname === `/help/tickets/${ticket.id}` && !document.hidden) return;
  toast({
    id: cursor,
    tone: "plain",
    title,
    detail: ticket.subject,
    milliseconds: 12_000,
    action: (
      <ButtonLink to="/help/tickets/$ticketId" params={{ ticketId: ticket.id }} size="small">
        <Trans>Read it</Trans>
      </ButtonLink>
    ),
  });
}

const toldOf = new Set<string>();

/** When it is sent, has arrived or failed; each once, though an event comes with every block. */
function tellWithdrawal({ withdrawal }: Extract<Happening, { __typename: "WithdrawalChanged" }>, money: (amount: Amount) => string): void {
  const { id, state, amount, reason } = withdrawal;
  const key = `${id} ${state}`;
  const titles: Partial<Record<typeof state, ReactNode>> = {
    SENT: <Trans>{money(amount)} is on its way to you</Trans>,
    CONFIRMED: <Trans>{money(amount)} has arrived</Trans>,
    FAILED: <Trans>A withdrawal failed; {money(amount)} is back in your balance</Trans>,
  };
  const title = titles[state];
  if (!title || toldOf.has(key)) return;
  toldOf.add(key);
  // Who has it before them sees it there.
  if (location.pathname === `/earnings/withdrawals/${id}` && !document.hidden) return;
  toast({
    id: key,
    tone: state === "FAILED" ? "bad" : "good",
    title,
    detail: reason,
    milliseconds: 12_000,
    action: (
      <ButtonLink to="/earnings/withdrawals/$withdrawalId" params={{ withdrawalId: id }} size="small">
        <Trans>See it</Trans>
      </ButtonLink>
    ),
  });
}

function tellVerdict(verdict: Extract<Happening, { __typename: "VerdictIssued" }>["verdict"], money: (amount: Amount) => string): void {
  const { id, decision, annotation, reasons } = verdict;
  if (decision === "APPROVED") {
    toast({ id, tone: "good", title: <Trans>Approved: {money(annotation.reward)}</Trans> });
    return;
  }
  toast({
    id,
    tone: "bad",
    title: <Trans>Not accepted</Trans>,
    detail: <ReasonList reasons={reasons} />,
    milliseconds: 12_000,
    action: (
      <ButtonLink to="/reports/$annotationId" params={{ annotationId: annotation.id }} size="small">
        <Trans>See why, or appeal</Trans>
      </ButtonLink>
    ),
  });
}
