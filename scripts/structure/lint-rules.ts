/**
 * The lint rules that keep the rooms apart, from the table. A rule is about the words of an import, so
 * that each depth of folders has its own: `../store/x` and `../../store/x` name the same room. Dialects
 * have one rule together, whatever they are called: one more changes none.
 */
import { DIALECT, MOUNTED, ROOMS, type Room } from "./rooms.ts";

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

/** Any dialect that `MOUNTED` finds, as the path of its files has it. */
const ANY_DIALECT = "api/*";

/** Rooms but those of `MOUNTED`. */
const NAMED = Object.entries(ROOMS).filter(([name]) => !(name in MOUNTED));

/** A later rule takes the place of an earlier one: that of any dialect comes first. */
export function lintRules(): { $schema: string; overrides: Override[] } {
  const rooms: [string, readonly string[]][] = [
    [ANY_DIALECT, DIALECT],
    ...NAMED.map(([name, { uses }]): [string, readonly string[]] => [name, uses]),
  ];
  const overrides = rooms.flatMap(([name, uses]) =>
    Array.from({ length: MAX_DEPTH + 1 }, (_, depth): Override => {
      const patterns = patternsOf(name, uses, depth);
      return {
        files: [`src/${name}/${"*/".repeat(depth)}*.ts`],
        rules: { "no-restricted-imports": ["error", { patterns }] },
      };
    }),
  );
  return { $schema: "./node_modules/oxlint/configuration_schema.json", overrides };
}

function patternsOf(name: string, uses: readonly string[], depth: number): Pattern[] {
  const toSrc = "../".repeat(name.split("/").length + depth);
  const others = NAMED.filter(([other]) => other !== name);
  return [
    ...EVERYWHERE,
    ...(SPEAKS_HTTP.test(name) ? [] : [NO_HTTP]),
    ...(USES_RUNTIME.test(name) ? [] : [NO_RUNTIME]),
    noDialect(name, toSrc),
    ...others.flatMap(([other, room]) =>
      uses.includes(other) ? doorsOf(toSrc, other, room) : [closed(toSrc, name, other)],
    ),
    ...(uses === DIALECT ? BY_CORE : []),
  ];
}

/** What no room imports but composition; folders of `api/` that the table names have their own pattern. */
function noDialect(name: string, toSrc: string): Pattern {
  const named = NAMED.map(([other]) => other).filter((other) => other.startsWith("api/"));
  return {
    group: [
      `${toSrc}${ANY_DIALECT}/**`,
      ...named.flatMap((other) => [`!${toSrc}${other}`, `!${toSrc}${other}/**`]),
    ],
    message: `${name}/ knows no dialect: see scripts/structure/rooms.ts.`,
  };
}

function closed(toSrc: string, name: string, other: string): Pattern {
  return {
    group: [`${toSrc}${other}`, `${toSrc}${other}/**`],
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
