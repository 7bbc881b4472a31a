/** The chosen options after one of them was pressed. */
export function toggled(chosen: readonly string[], key: string, isMultiple: boolean): string[] {
  if (!isMultiple) return [key];
  return chosen.includes(key) ? chosen.filter((each) => each !== key) : [...chosen, key];
}
