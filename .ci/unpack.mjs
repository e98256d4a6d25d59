// Unpacks Chromium, and the libraries that it needs and a bare machine lacks: node .ci/unpack.mjs <package's bin> <to>
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const [from, to] = process.argv.slice(2);
const files = { "al2023.tar.br": "libraries.tar", "swiftshader.tar.br": "swiftshader.tar", "chromium.br": "chromium" };
for (const [packed, file] of Object.entries(files))
  await pipeline(
    createReadStream(`${from}/${packed}`),
    createBrotliDecompress(),
    createWriteStream(`${to}/${file}`, { mode: 0o755 }),
  );
