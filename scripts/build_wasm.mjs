// Makes cnnviz/widgets/js/lib/<name>_wasm.js of cnnviz/widgets/wasm/<name>.ts: `node scripts/build_wasm.mjs`.
// The same source gives the same bytes, with the AssemblyScript of package.json; a test says so.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

export const NAMES = ["kernel", "unpack"];
const LINE = 116;

/** Where a module's bytes stand. @param {string} name */
export const target = (name) => new URL(`../cnnviz/widgets/js/lib/${name}_wasm.js`, import.meta.url);

/** The text of that file. @param {string} name */
export async function built(name) {
  const source = new URL(`../cnnviz/widgets/wasm/${name}.ts`, import.meta.url);
  /** @type {Uint8Array | undefined} */
  let bytes;
  const options = [`${name}.ts`, "--outFile", "out.wasm", "-O3", "--runtime", "stub", "--enable", "simd", "--noAssert"];
  const { error, stderr } = await asc.main(options, {
    readFile: (file) => (file === `${name}.ts` ? readFileSync(source, "utf8") : null),
    writeFile: (file, contents) => {
      if (file === "out.wasm") bytes = /** @type {Uint8Array} */ (contents);
    },
    listFiles: () => [],
  });
  if (error || !bytes) throw new Error(`${error?.message}\n${stderr.toString()}`);
  const lines = Buffer.from(bytes).toString("base64").match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  const text = lines.map((line) => `  "${line}"`).join(" +\n");
  return `// Made by scripts/build_wasm.mjs of wasm/${name}.ts: the bytes of a WebAssembly module, base64.\n\nexport const ${name.toUpperCase()}_BYTES =\n${text};\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of NAMES) writeFileSync(target(name), await built(name));
}
