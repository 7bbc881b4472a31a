import { Trans } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useQuery } from "urql";
import { useFormat } from "@/ui/format";
import { ABOUT } from "./documents";

const link = "text-accent underline underline-offset-2";

/** What a ticket is about, in words, with the way there, where its owner can still see it. */
export function About({ id }: { id: string }) {
  const [{ data }] = useQuery({ query: ABOUT, variables: { id } });
  const format = useFormat();
  const node = data?.node;
  switch (node?.__typename) {
    case "Task":
      return (
        <Trans>
          About{" "}
          <Link to="/work/tasks" className={link}>
            a task
          </Link>{" "}
          of {node.project.title}
        </Trans>
      );
    case "Annotation":
      return (
        <Trans>
          About{" "}
          <Link to="/reports/$annotationId" params={{ annotationId: node.id }} className={link}>
            your answer
          </Link>{" "}
          in {node.project.title}
        </Trans>
      );
    case "Withdrawal":
      return (
        <Trans>
          About{" "}
          <Link to="/earnings/withdrawals/$withdrawalId" params={{ withdrawalId: node.id }} className={link}>
            your withdrawal
          </Link>{" "}
          of {format.money(node.amount)}
        </Trans>
      );
    case "Project":
      return <Trans>About the project {node.title}</Trans>;
    default:
      return null;
  }
}
