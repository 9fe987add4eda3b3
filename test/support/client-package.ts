/** Projects of their own that install the packed client, as its users do; nothing comes from a registry. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { root } from "../../scripts/local/settings.ts";

const run = promisify(execFile);

/** `npm run build:client` and `npm pack`: the tarball in `folder`. */
export async function packClient(folder: string): Promise<string> {
  await run("npm", ["run", "--silent", "build:client"], { cwd: root });
  const packed = await run(
    "npm",
    ["pack", "--silent", path.join(root, "dist/client"), "--pack-destination", folder],
    { cwd: folder },
  );
  return path.join(folder, packed.stdout.trim());
}

export async function temporaryFolder(): Promise<{ dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(path.join(os.tmpdir(), "bobbin-client-"));
  return { dir, remove: () => rm(dir, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A copy of an example's folder with the tarball installed; packages of ours are linked to it. */
export async function installExample(
  name: string,
  { folder, tarball, linked = [] }: { folder: string; tarball: string; linked?: string[] },
): Promise<string> {
  const dir = path.join(folder, name);
  await cp(path.join(root, "examples", name), dir, { recursive: true });
  await rm(path.join(dir, "package.json"));
  await run("npm", ["init", "--yes", "--init-type", "module"], { cwd: dir });
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: dir });
  for (const one of linked) {
    const place = path.join(dir, "node_modules", one);
    await mkdir(path.dirname(place), { recursive: true });
    await symlink(path.join(root, "node_modules", one), place);
  }
  return dir;
}
