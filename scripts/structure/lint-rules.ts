/**
 * The lint rules that keep the rooms apart, from the table. A rule is about the words of an import, so
 * that each depth of folders has its own: `../store/x` and `../../store/x` name the same room.
 */
import { DIALECT, ROOMS, type Room } from "./rooms.ts";

interface Pattern {
  group: string[];
  message: string;
  importNames?: string[];
}

interface Override {
  files: string[];
  rules: { "no-restricted-imports": ["error", { patterns: Pattern[] }] };
}

/** Folders below a room that the rules reach. */
const MAX_DEPTH = 3;

const EVERYWHERE: Pattern[] = [
  { group: ["node:*"], message: "Workers code stays on web standards." },
];

const HTTP = ["hono", "hono/*", "@hono/*"];

const NO_HTTP: Pattern = { group: HTTP, message: "HTTP is spoken in api/ and site/ alone." };

const NO_RUNTIME: Pattern = {
  group: ["cloudflare:*"],
  message: "The platform's own modules are for net/, indexing/, runs/ and what stands above.",
};

/** What callers start, write and follow goes through `core`, which knows what each may. */
const BY_CORE: Pattern[] = [
  {
    group: ["**/runs/client/run-client*", "**/store/runs/**"],
    message: "Runs go through core/, which knows what their caller may send and be told.",
  },
  {
    group: [
      "**/runs/client/thread-client*",
      "**/store/messages/messages*",
      "**/store/threads/threads*",
    ],
    importNames: ["followThread", "createMessage", "createThread", "createPlacedThread"],
    message: "What callers write and follow goes through core/.",
  },
];

const SPEAKS_HTTP = /^(api\/|site)/;
const USES_RUNTIME = /^(net$|runs|indexing|api\/|site)/;

export function lintRules(): { $schema: string; overrides: Override[] } {
  const overrides = Object.keys(ROOMS).flatMap((name) => {
    const below = name.split("/").length;
    return Array.from({ length: MAX_DEPTH + 1 }, (_, depth): Override => {
      const patterns = patternsOf(name, "../".repeat(below + depth));
      return {
        files: [`src/${name}/${"*/".repeat(depth)}*.ts`],
        rules: { "no-restricted-imports": ["error", { patterns }] },
      };
    });
  });
  return { $schema: "./node_modules/oxlint/configuration_schema.json", overrides };
}

function patternsOf(name: string, up: string): Pattern[] {
  const uses = new Set(ROOMS[name]?.uses);
  const others = Object.entries(ROOMS).filter(([other]) => other !== name);
  return [
    ...EVERYWHERE,
    ...(SPEAKS_HTTP.test(name) ? [] : [NO_HTTP]),
    ...(USES_RUNTIME.test(name) ? [] : [NO_RUNTIME]),
    ...others.flatMap(([other, room]) =>
      uses.has(other) ? doorsOf(up, other, room) : [closed(up, name, other)],
    ),
    ...(ROOMS[name]?.uses === DIALECT ? BY_CORE : []),
  ];
}

function closed(up: string, name: string, other: string): Pattern {
  return {
    group: [`${up}${other}`, `${up}${other}/**`],
    message: `${name}/ does not use ${other}/: see scripts/structure/rooms.ts.`,
  };
}

function doorsOf(up: string, other: string, { doors }: Room): Pattern[] {
  if (doors === undefined) {
    return [];
  }
  const open = doors.flatMap((door) =>
    door.endsWith(".ts")
      ? [`!${up}${other}/${door.slice(0, -".ts".length)}`]
      : [`!${up}${other}/${door}`, `!${up}${other}/${door}/**`],
  );
  return [
    {
      group: [`${up}${other}/**`, ...open],
      message: `${other}/ is entered by ${doors.join(", ")}.`,
    },
  ];
}
