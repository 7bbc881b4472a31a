import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Trouble } from "./plan";

/** A trouble as a sentence. */
export function wordsOf({ code, about }: Trouble): MessageDescriptor {
  switch (code) {
    case "NOT_JSON":
      return msg`This is not JSON: ${about}`;
    case "NOT_ITEMS":
      return msg`This is no item: an object with an id and an image, an audio or a text is.`;
    case "NO_CONTENT":
      return msg`Nothing to show: no image, audio or text.`;
    case "NO_COLUMN":
      return msg`The column “${about}” is not used.`;
    case "OPEN_QUOTE":
      return msg`A quotation mark is never closed.`;
    case "FILE_MISSING":
      return msg`The file “${about}” was not dropped along.`;
    case "NOT_TAKEN":
      return msg`Files of this kind are not taken.`;
    case "UNKNOWN_CATEGORY":
      return msg`The form has no class for the category “${about}”.`;
    case "BAD_GOLD":
      return msg`The known answer does not fit the form: “${about}”.`;
    case "SAME_KEY":
      return msg`The key “${about}” came before.`;
    case "NOT_NAMED":
      return msg`No line names this file.`;
    case "REFUSED":
      return msg`${about}`;
  }
}

/** A table for a spreadsheet. */
export function asCsv(lines: readonly (readonly string[])[]): string {
  return lines
    .map((cells) => cells.map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(","))
    .join("\r\n");
}
