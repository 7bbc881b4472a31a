import { Fragment, type ReactNode } from "react";

/**
 * Markdown as instructions and guides are written: headings, paragraphs, lists, tables, quotes, code, emphasis, links. It becomes elements, never
 * HTML, so that whatever a partner writes stays text.
 */
export function Markdown({ text, headingLevel = 2 }: { text: string; headingLevel?: 2 | 3 }) {
  return <div className="grid gap-3 leading-6 [&_li]:pl-1 [&_ol]:list-decimal [&_ul]:list-disc">{blocks(text, headingLevel)}</div>;
}

const HEADING = /^(#{1,6})\s+(.*)$/;
const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const QUOTE = /^>\s?(.*)$/;
const FENCE = /^```/;
const ROW = /^\s*\|(.*)\|\s*$/;
const RULE = /^[\s|:-]+$/;

function blocks(text: string, level: 2 | 3): ReactNode[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const made: ReactNode[] = [];
  let at = 0;
  const take = (matches: (line: string) => boolean): string[] => {
    const from = at;
    while (at < lines.length && matches(lines[at] ?? "")) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const heading = HEADING.exec(line);
    if (!line.trim()) at += 1;
    else if (heading) {
      at += 1;
      const Tag = `h${Math.min(6, Math.max(level, heading[1]?.length ?? level))}` as "h2" | "h3";
      made.push(
        <Tag key={at} className="pt-2 font-semibold text-16 first:pt-0">
          {inline(heading[2] ?? "")}
        </Tag>,
      );
    } else if (FENCE.test(line)) {
      at += 1;
      const code = take((each) => !FENCE.test(each));
      at += 1;
      made.push(
        <pre key={at} className="overflow-x-auto rounded-8 bg-ground p-3 text-12">
          <code>{code.join("\n")}</code>
        </pre>,
      );
    } else if (ITEM.test(line)) {
      const items = listItems(take((each) => ITEM.test(each) || /^\s+\S/.test(each)));
      const List = ITEM.exec(line)?.[1] ? "ol" : "ul";
      made.push(
        <List key={at} className="grid gap-1.5 pl-6">
          {items.map((item) => (
            <li key={item}>{inline(item)}</li>
          ))}
        </List>,
      );
    } else if (ROW.test(line)) {
      const rows = take((each) => ROW.test(each));
      made.push(<Table key={at} rows={rows} />);
    } else if (QUOTE.test(line)) {
      const quoted = take((each) => QUOTE.test(each)).map((each) => QUOTE.exec(each)?.[1] ?? "");
      made.push(
        <blockquote key={at} className="border-line border-l-2 pl-3 text-muted">
          {inline(quoted.join(" "))}
        </blockquote>,
      );
    } else {
      const paragraph = take(
        (each) =>
          Boolean(each.trim()) && !HEADING.test(each) && !ITEM.test(each) && !QUOTE.test(each) && !FENCE.test(each) && !ROW.test(each),
      );
      made.push(<p key={at}>{inline(paragraph.join(" "))}</p>);
    }
  }
  return made;
}

function Table({ rows }: { rows: string[] }) {
  const [head = [], ...body] = rows.filter((row) => !RULE.test(row)).map((row) => (ROW.exec(row)?.[1] ?? "").split("|"));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <div className="overflow-x-auto" tabIndex={0}>
      <table className="min-w-1/2 text-left text-14 [&_td]:border-line [&_td]:border-t [&_td]:py-1.5 [&_td]:pr-6 [&_th]:py-1.5 [&_th]:pr-6">
        <thead className="text-12 text-muted">
          <tr>
            {head.map((cell) => (
              <th key={cell} scope="col" className="font-medium">
                {inline(cell.trim())}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((cells) => (
            <tr key={cells.join("|")}>
              {cells.map((cell, column) => (
                <td key={head[column] ?? cell}>{inline(cell.trim())}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function listItems(lines: string[]): string[] {
  const items: string[] = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item) items.push(item[2] ?? "");
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return items;
}

const INLINE = /(`[^`]+`)|\*\*(.+?)\*\*|\*(.+?)\*|_(.+?)_|\[([^\]]+)\]\(([^)\s]+)\)/g;

function inline(text: string): ReactNode[] {
  const made: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, starred, underlined, label, address] = match;
    made.push(text.slice(from, match.index));
    const key = match.index;
    const emphasised = starred ?? underlined;
    if (code)
      made.push(
        <code key={key} className="rounded-6 bg-ground px-1 text-[0.92em]">
          {code.slice(1, -1)}
        </code>,
      );
    else if (strong)
      made.push(
        <strong key={key} className="font-semibold">
          {inline(strong)}
        </strong>,
      );
    else if (emphasised) made.push(<em key={key}>{inline(emphasised)}</em>);
    else made.push(<Fragment key={key}>{link(label ?? whole, address ?? "")}</Fragment>);
    from = match.index + whole.length;
  }
  made.push(text.slice(from));
  return made;
}

function link(label: string, address: string): ReactNode {
  if (!/^https?:\/\//.test(address)) return label;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow" className="text-accent underline underline-offset-2">
      {label}
    </a>
  );
}
