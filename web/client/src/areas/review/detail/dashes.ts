/** How the outlines of others are broken, so that nobody is told by colour alone. */
export const DASHES: readonly (readonly number[])[] = [
  [7, 5],
  [2, 4],
  [12, 4, 2, 4],
  [4, 8],
];
