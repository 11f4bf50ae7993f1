"use strict";

/** Make `dist/`: the extension in one file, what it contains of others, and the schema. */
const { copyFileSync, readFileSync, readdirSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { buildSync } = require("esbuild");

const { metafile } = buildSync({
  absWorkingDir: __dirname,
  entryPoints: ["extension.js"],
  outfile: "dist/extension.js",
  bundle: true,
  minify: true,
  platform: "node",
  // What VS Code 1.91 runs extensions with.
  target: "node20",
  external: ["vscode"],
  metafile: true,
});

const PACKAGE = /^node_modules\/(?:@[^/]+\/)?[^/]+/;
const packages = new Set(Object.keys(metafile.inputs).flatMap((path) => path.match(PACKAGE) ?? []));
const licenses = [...packages].sort().map((path) => {
  const { name, version } = require(join(__dirname, path, "package.json"));
  return `${name} ${version}\n\n${license(path)}`;
});
writeFileSync(join(__dirname, "dist/licenses.txt"), licenses.join("\n\n"));

const schemas = join(__dirname, "../../schemas");
copyFileSync(join(schemas, "config.schema.json"), join(__dirname, "dist/config.schema.json"));

function license(path) {
  const folder = join(__dirname, path);
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return readFileSync(join(folder, file), "utf8");
}
