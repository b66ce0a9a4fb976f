/** Polls until `check` returns a value. @throws Error after twenty seconds */
export async function until<T>(
  what: string | (() => string),
  check: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited in vain: ${typeof what === "string" ? what : what()}`);
    await Bun.sleep(10);
  }
}
