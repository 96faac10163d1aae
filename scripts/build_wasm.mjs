// Makes cnnviz/widgets/js/lib/kernel_wasm.js of cnnviz/widgets/wasm/kernel.ts: `node scripts/build_wasm.mjs`.
// The same source gives the same bytes, with the AssemblyScript of package.json; a test says so.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const SOURCE = new URL("../cnnviz/widgets/wasm/kernel.ts", import.meta.url);
export const TARGET = new URL("../cnnviz/widgets/js/lib/kernel_wasm.js", import.meta.url);
const LINE = 116;

/** The module's text. */
export async function built() {
  /** @type {Uint8Array | undefined} */
  let bytes;
  const options = ["kernel.ts", "--outFile", "kernel.wasm", "-O3", "--runtime", "stub", "--enable", "simd", "--noAssert"];
  const { error, stderr } = await asc.main(options, {
    readFile: (name) => (name === "kernel.ts" ? readFileSync(SOURCE, "utf8") : null),
    writeFile: (name, contents) => {
      if (name === "kernel.wasm") bytes = /** @type {Uint8Array} */ (contents);
    },
    listFiles: () => [],
  });
  if (error || !bytes) throw new Error(`${error?.message}\n${stderr.toString()}`);
  const lines = Buffer.from(bytes).toString("base64").match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  const text = lines.map((line) => `  "${line}"`).join(" +\n");
  return `// Made by scripts/build_wasm.mjs of wasm/kernel.ts: the bytes of a WebAssembly module, base64.\n\nexport const KERNEL_BYTES =\n${text};\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TARGET, await built());
