/** Whether the server answers at all, outside of any session. */
export async function answers(): Promise<boolean> {
  try {
    return (await fetch('/healthz')).ok;
  } catch {
    return false;
  }
}
