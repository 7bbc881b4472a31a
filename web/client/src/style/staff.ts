/** A page of partners or moderators, with the sheet that it needs. */
export async function withStaffStyle<Page>(page: Promise<Page>): Promise<Page> {
  const [loaded] = await Promise.all([page, import("./staff.css")]);
  return loaded;
}
