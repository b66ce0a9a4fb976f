import { FAULTS, Fault } from "../../core/fault.ts";
import { usage } from "../args.ts";
import { command } from "../command.ts";
import type { Context } from "../context.ts";
import { CONNECTION_FAILED, report } from "../report.ts";
import { parsePort } from "../ssh/options.ts";
import { systemFault } from "../system-error.ts";
import { globals } from "./globals.ts";
import { freshActing } from "./relogin.ts";
import { Copier, type Spot } from "./scp/copy.ts";
import { Machines } from "./scp/machines.ts";
import { type Place, parsePlace } from "./scp/place.ts";
import { Progress } from "./scp/progress.ts";

/** Of a terminal that does not know how wide it is. */
const USUAL_WIDTH = 80;

/** `tsh scp`: files to, from and between machines, by SFTP. */
export const scp = (cx: Context) =>
  command({
    meta: {
      name: "scp",
      description: "Copy files to, from and between machines",
      examples: [
        ["tsh scp report.pdf root@web-1:/tmp/", "to a machine"],
        ["tsh scp 'web-1:/var/log/*.log' logs/", "from a machine; patterns are matched there"],
        ["tsh scp -r -p site/ web-1:~/public", "a directory, with modes and times"],
        ["tsh scp db-1:dump.sql db-2:", "between two machines, through this one"],
      ],
    },
    args: {
      ...globals,
      recursive: { type: "boolean", alias: "r", description: "Copy directories with all that is in them" },
      preserve: { type: "boolean", alias: "p", description: "Keep modes and times" },
      quiet: { type: "boolean", alias: "q", description: "Show no progress" },
      port: {
        type: "string",
        alias: "P",
        parse: parsePort,
        description: "Port of the machines (default: the one that each of them serves)",
      },
      places: {
        type: "positional",
        multiple: true,
        valueHint: "[[user@]host:]path",
        complete: "file",
        description: "What to copy, one or more, and last where to",
      },
    },
    async run({ args }) {
      const { sources, target } = read(args.places);
      const acting = await freshActing(cx, args);
      const shown = !args.quiet && cx.isTerminal(2);
      const progress = shown ? new Progress(cx.style(2).width ?? USUAL_WIDTH, cx.now) : undefined;
      let failures = 0;
      const copier = new Copier({
        recursive: args.recursive,
        preserve: args.preserve,
        watch: (name, size) => progress?.watch(name, size),
        failed: (what, why) => {
          failures += 1;
          progress?.clear();
          report(about(what, why), cx);
        },
      });
      using machines = new Machines(cx, acting, { login: args.login, port: args.port ?? 0 });
      try {
        const [to, ...from] = await Promise.all([target, ...sources].map((place) => machines.spot(place)));
        if (to !== undefined) await copyAll(copier, from, to);
        await copier.end();
      } catch (error) {
        progress?.clear();
        report(error, cx);
        return CONNECTION_FAILED;
      }
      return failures === 0 ? 0 : FAULTS.failed.exit;
    },
  });

/** @throws Fault `bad_request` unless there is something to copy, a place to copy to, and another machine. */
function read(texts: readonly string[]): { readonly sources: readonly Place[]; readonly target: Place } {
  const places = texts.map(parsePlace);
  const target = places.pop();
  if (target === undefined || places.length === 0)
    throw usage("there is nothing to copy to", "the last argument says where to");
  if ([...places, target].every(({ machine }) => machine === undefined))
    throw usage("all of these are on this machine", "write HOST:PATH for another; cp copies on this one");
  return { sources: places, target };
}

async function copyAll(copier: Copier, from: readonly Spot[], to: Spot): Promise<void> {
  const sources: Spot[] = [];
  for (const spot of from)
    await copier.attempt(spot, async () => {
      const { files } = spot;
      for (const path of await files.glob(await files.home(spot.path))) sources.push({ files, path });
    });
  await copier.attempt(to, async () => {
    const target = { files: to.files, path: await to.files.home(to.path) };
    const into = (await target.files.stat(target.path))?.kind === "directory";
    if (!into && (from.length > 1 || sources.length > 1))
      throw new Fault("failed", "is not a directory, and there is more than one file to copy");
    for (const source of sources) await copier.add(source, target, into);
  });
}

/** A failure with the file it is about in front. */
function about(what: string, why: unknown): Fault {
  if (why instanceof Fault) return new Fault(why.code, `${what}: ${why.message}`, { hint: why.hint, cause: why.cause });
  const known = systemFault(why, what);
  if (known !== undefined) return known;
  const { code } = why as NodeJS.ErrnoException;
  return new Fault(code === undefined ? "internal" : "failed", `${what}: ${code ?? "internal error"}`, { cause: why });
}
