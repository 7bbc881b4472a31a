import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useQuery } from "urql";
import { Button } from "@/ui/Button";
import { useFormat } from "@/ui/format";
import { ManyPicker } from "@/ui/Picker";
import type { Project } from "../documents";
import { TESTS_OF, type Test } from "./documents";
import { NewQualification } from "./NewQualification";

type Props = { project: Project; chosen: string[]; onChange: (chosen: string[]) => void };

/** The tests that people pass before they may work: those of the organization, how people fare with them, and a new one. */
export function Qualifications({ project, chosen, onChange }: Props) {
  const { t } = useLingui();
  const [{ data }, again] = useQuery({ query: TESTS_OF, variables: { id: project.organization.id } });
  const [isMaking, setMaking] = useState(false);
  const listed = data?.node?.__typename === "Organization" ? (data.node.qualifications?.edges.map(({ node }) => node) ?? []) : [];
  const known = [...listed, ...project.requirements.qualifications.filter(({ id }) => !listed.some((each) => each.id === id))];
  return (
    <div className="grid gap-3">
      <ManyPicker
        label={t`Tests`}
        hint={t`People pass all of these before they may work. Questions come from gold items, drawn anew for each person.`}
        options={known.map(({ id, title }) => ({ value: id, label: title }))}
        values={chosen}
        onChange={onChange}
      />
      <ul className="grid gap-1 text-13">
        {listed
          .filter(({ id }) => chosen.includes(id))
          .map((test) => (
            <li key={test.id}>
              <Figures test={test} />
            </li>
          ))}
      </ul>
      <Button size="small" onClick={() => setMaking(true)} className="justify-self-start">
        <Plus className="size-4" aria-hidden />
        <Trans>Make a test of this project's gold</Trans>
      </Button>
      {isMaking && (
        <NewQualification
          project={project}
          onClose={() => setMaking(false)}
          onMade={({ id }) => {
            setMaking(false);
            again({ requestPolicy: "network-only" });
            onChange([...chosen, id]);
          }}
        />
      )}
    </div>
  );
}

function Figures({ test: { title, questionCount, passScore, figures } }: { test: Test }) {
  const format = useFormat();
  return (
    <>
      <span className="font-medium">{title}</span>{" "}
      <span className="text-muted">
        <Plural value={questionCount} one="# question" other="# questions" /> · <Trans>from {format.share(passScore)}</Trans> ·{" "}
        {figures?.passRate == null ? (
          <Trans>nobody has taken it yet</Trans>
        ) : (
          <Trans>
            {format.number(figures.attempts)} attempts, {format.share(figures.passRate)} passed
          </Trans>
        )}
      </span>
    </>
  );
}
